import type { RunDetail } from '../../web/src/api/runs.js';
import { firstLine } from '../../web/src/pages/run/first-line.js';
import { timesOf } from '../../web/src/pictures/run-phases.js';

const S = 1_000;
const MIN = 60 * S;
const DUE = Date.UTC(2026, 10, 25, 18, 34, 40);
/** What is looked at. */
const RUN = {
  ...{ runId: 'r', plannedAt: DUE, dueAt: DUE, calledAt: null, ackedAt: null, endedAt: null },
  ...{ action: 'http', httpStatus: null, isReported: false, durationMs: null },
  limits: { answerMs: 15 * S, reportMs: 30 * MIN },
} as unknown as RunDetail;

const OTHER = '01938f5e-0000-7000-8000-000000000000';
const retrying = (times: number) => ({
  transitions: Array.from({ length: times }, () => ({
    ...{ at: DUE, state: 'RETRYING' as const, text: 'Attempt 2', httpStatus: 503 },
  })),
});

describe('A run that is called again', () => {
  const run = { ...RUN, state: 'RETRYING' as const, dueAt: DUE + 34 * S, ...retrying(1) };

  it('says which call comes when, and of how many', () => {
    expect(firstLine(run, DUE)).toBe('Retrying: call 2 comes in 34 s');
    expect(firstLine(run, DUE, 4)).toBe('Retrying: call 2 of 4 comes in 34 s');
    expect(firstLine(run, DUE + MIN, 4)).toBe('Retrying: call 2 of 4 is due');
    const again = { ...run, ...retrying(2), state: 'TRIGGERED' as const, calledAt: DUE + 30 * S };
    expect(firstLine(again, DUE + 32 * S)).toBe('Running for 2 s: waiting for the answer to call 3');
  });

  it('shows how long calls have failed, until the last one', () => {
    // The latest call is told, which has failed.
    expect(timesOf({ ...run, calledAt: DUE + 4 }, DUE + 20 * S).phases).toEqual([
      { name: 'calls', from: DUE, to: DUE + 20 * S, isOpen: true },
    ]);
    const done = { ...run, state: 'SUCCESS' as const, calledAt: DUE + 35 * S, endedAt: DUE + 36 * S };
    const { phases, from } = timesOf(done, DUE + MIN);
    expect(phases.map(({ name, from, to }) => [name, from - DUE, to - DUE])).toEqual([
      ['calls', 0, 34 * S],
      ['late', 34 * S, 35 * S],
      ['answer', 35 * S, 36 * S],
    ]);
    expect(from).toBe(DUE);
  });
});

describe('A run that was skipped', () => {
  it('says why, and that nothing was late', () => {
    const text = `Not called: run ${OTHER} of this schedule had not ended ('overlap' is 'skip').`;
    const transitions = [{ at: DUE, state: 'SKIPPED' as const, text, httpStatus: null }];
    const run = { ...RUN, state: 'SKIPPED' as const, endedAt: DUE + 5, transitions };
    expect(firstLine(run, DUE + S)).toBe('Skipped: run 01938f5e of this schedule had not ended');
    expect(timesOf(run, DUE + S).phases).toEqual([]);
  });
});

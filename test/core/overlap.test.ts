import fc from 'fast-check';
import { planOfClaim, type ClaimInput } from '../../src/core/plan/claim-plan.js';
import { LOOK_AGAIN_MS, overlapVerdict } from '../../src/core/plan/overlap-verdict.js';
import { runningUntil } from '../../src/core/policy/overlap.js';
import { policyOf } from '../../src/core/policy/run-policy.js';
import { SETTINGS } from '../../src/core/policy/settings.js';
import { RUN_STATES, transition } from '../../src/core/run-state.js';

const DUE = 1_000_000;
const other = { runId: 'other', until: Infinity };

describe('overlapVerdict', () => {
  it.each([
    ['skip', { kind: 'skip', why: expect.stringContaining('run other of this schedule') }],
    ['queue', { kind: 'wait', until: DUE + LOOK_AGAIN_MS, isSettled: true }],
    ['cancel', { kind: 'cancel' }],
  ] as const)('of %s beside a run that has not ended is %j once it is due', (overlap, verdict) => {
    expect(overlapVerdict({ overlap, running: other, dueAt: DUE, now: DUE })).toEqual(verdict);
    expect(overlapVerdict({ overlap, running: null, dueAt: DUE, now: DUE })).toBeNull();
    const early = { kind: 'wait', until: DUE, isSettled: false };
    expect(overlapVerdict({ overlap, running: other, dueAt: DUE, now: DUE - 1 })).toEqual(early);
  });

  it('waits no longer than the other counts as running, and never into the past', () => {
    const running = { runId: 'other', until: DUE + 7 };
    const meeting = { overlap: 'queue', running, dueAt: DUE, now: DUE } as const;
    expect(overlapVerdict(meeting)).toMatchObject({ until: DUE + 7 });
    const instants = fc.integer({ min: 0, max: 2 * DUE });
    fc.assert(
      fc.property(instants, instants, fc.integer({ min: 1, max: DUE }), (dueAt, now, left) => {
        const verdict = overlapVerdict({ ...meeting, running: { runId: '', until: now + left }, dueAt, now });
        return (
          verdict?.kind === 'wait' && verdict.until > now && verdict.until >= Math.min(dueAt, now + left)
        );
      }),
    );
  });
});

describe('runningUntil', () => {
  const at = { now: DUE, timeoutMs: 15_000 };

  it.each([
    ['SCHEDULED', null],
    ['WAITING', null],
    ['TRIGGERED', Infinity],
    ['ACK_RECVD', Infinity],
    ['RETRYING', Infinity],
    ['SUCCESS', null],
    ['SKIPPED', null],
  ] as const)('of %s is %p', (state, until) => {
    expect(runningUntil({ state, ackedAt: null }, at)).toBe(until);
  });

  it('of a call that nobody answered is its time limit once more', () => {
    expect(runningUntil({ state: 'ACK_NOT_RECVD', ackedAt: DUE - 5_000 }, at)).toBe(DUE + 10_000);
    expect(runningUntil({ state: 'ACK_NOT_RECVD', ackedAt: DUE - 14_999 }, at)).toBe(DUE + 1);
    expect(runningUntil({ state: 'ACK_NOT_RECVD', ackedAt: DUE - 15_000 }, at)).toBeNull();
  });
});

describe('planOfClaim of a schedule that minds other runs', () => {
  const claim = (change: Partial<ClaimInput>): ClaimInput => ({
    ...{
      isOfPlan: true,
      pattern: { kind: 'interval', everyMs: 60_000 },
      policy: policyOf({ overlap: 'skip' }),
    },
    ...{ plannedAt: DUE, dueAt: DUE, timedAt: 0, hasWaited: false, now: DUE, outages: [], running: other },
    ...{ window: { startAt: null, endAt: null }, ...change },
  });
  const next = { kind: 'at', at: DUE + 60_000 };

  it.each<[string, Partial<ClaimInput>, object]>([
    ['skips, and plans the next', {}, { run: { kind: 'skip' }, next }],
    ['executes where it meets nothing', { running: null }, { run: { kind: 'execute' }, next }],
    [
      'executes without the setting',
      { policy: policyOf({ overlap: 'allow' }) },
      { run: { kind: 'execute' }, next },
    ],
    [
      'executes what was asked for',
      { isOfPlan: false },
      { run: { kind: 'execute' }, next: { kind: 'none' } },
    ],
    ['executes what is called again', { hasWaited: true, isCalledAgain: true }, { run: { kind: 'execute' } }],
    [
      'decides anew of what has waited',
      { hasWaited: true },
      { run: { kind: 'skip' }, next: { kind: 'none' } },
    ],
    [
      'plans nothing where its end does',
      { policy: policyOf({ overlap: 'queue', repeatAfter: 'completion' }) },
      { run: { kind: 'wait' }, next: { kind: 'none' } },
    ],
    ['plans from the start by default', { policy: policyOf({ repeatAfter: 'start' }) }, { next }],
  ])('%s', (_name, change, plan) => {
    expect(planOfClaim(claim(change))).toMatchObject(plan);
  });
});

describe('A run that is skipped', () => {
  it.each(RUN_STATES)('from %s', (state) => {
    const isUncalled = state === 'SCHEDULED' || state === 'WAITING';
    expect(transition(state, { kind: 'skipped' })).toBe(isUncalled ? 'SKIPPED' : null);
  });
});

describe('The settings of overlap', () => {
  it.each([
    ['overlap', 'Queue', /'overlap' must be one of allow, skip, queue, cancel, but is "?'?Queue/],
    ['overlap', ['skip'], /'overlap' must be one of/],
    ['repeatAfter', 'end', /'repeatAfter' must be one of start, completion/],
    ['cancelAction', 'ftp://a/b', /'cancelAction' must be an absolute URL/],
    ['cancelAction', 'https://a b', /'cancelAction' must be an absolute URL/],
    ['cancelAction', 5, /'cancelAction' must be an absolute URL/],
  ] as const)('refuse %s %j', (name, value, message) => {
    expect(() => SETTINGS[name].valueOf(value)).toThrow(message);
  });
});

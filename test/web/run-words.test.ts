import type { Run, RunDetail } from '../../web/src/api/runs.js';
import type { Failing } from '../../web/src/api/types.js';
import { away, lasting } from '../../web/src/duration.js';
import { curlOf } from '../../web/src/pages/run/curl.js';
import { firstLine } from '../../web/src/pages/run/first-line.js';
import { countWords } from '../../web/src/pages/runs/count-words.js';
import { addressOf, filterOf, questionOf } from '../../web/src/pages/runs/run-filter.js';
import { scheduleLine } from '../../web/src/pages/schedule/first-line.js';
import { timesOf } from '../../web/src/pictures/run-phases.js';

const DUE = Date.UTC(2026, 10, 25, 18, 34, 40);
const S = 1_000;
const MIN = 60 * S;
const LIMITS = { answerMs: 15 * S, reportMs: 30 * MIN };

const RUN: RunDetail = {
  ...{ runId: 'r', state: 'SCHEDULED', origin: 'plan', tenant: null, job: { id: 7, name: 'job' } },
  ...{ scheduleId: 's', plannedAt: DUE, dueAt: DUE, calledAt: null, endedAt: null, lateMs: null },
  ...{ httpStatus: null, action: 'http', createdAt: DUE, ackedAt: null, isReported: false, attempt: 1 },
  ...{ durationMs: null, limits: LIMITS, replica: null, transitions: [], previous: null, next: null },
};
const called = { calledAt: DUE + 4, lateMs: 4 };
const ended = (afterMs: number) => ({ ...called, endedAt: DUE + 4 + afterMs, durationMs: afterMs });
const said = (text: string) => ({
  transitions: [{ at: DUE, state: 'ERROR' as const, text, httpStatus: null }],
});

describe('A duration', () => {
  it.each([
    [0, '0 ms'],
    [4, '4 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [1_249, '1.2 s'],
    [9_960, '10 s'],
    [59_600, '1 min'],
    [125 * S, '2 min 5 s'],
    [190 * MIN, '3 h 10 min'],
    [51 * 60 * MIN, '2 days 3 h'],
    [-3, '0 ms'],
  ])('of %d ms is said in its two largest units: %s', (ms, text) => {
    expect(lasting(ms)).toBe(text);
  });

  it.each([
    [-500, 'now'],
    [-34 * S, '34 s ago'],
    [90 * S, 'in 90 s'],
    [119_600, 'in 2 min'],
    [57 * MIN, 'in 57 min'],
    [100 * MIN, 'in 100 min'],
    [-5 * 60 * MIN, '5 h ago'],
    [72 * 60 * MIN, 'in 3 days'],
  ])('to an instant %d ms away is said in one unit: %s', (ms, text) => {
    expect(away(DUE + ms, DUE)).toBe(text);
  });
});

const HELD = { since: DUE - 34 * S, until: DUE + 5 * S };

describe('The first line of a run', () => {
  it.each<[string, Partial<RunDetail>]>([
    ['Waiting for 34 s: its endpoint is away', { held: { by: 'breaker', ...HELD } }],
    ['Waiting for 34 s: its endpoint is back', { held: { by: 'ramp', ...HELD } }],
    [
      'Waiting for 2 min: the calls of its job are limited',
      { state: 'RETRYING', held: { by: 'throttle', since: DUE - 2 * MIN, until: DUE + S } },
    ],
    ['Planned: it comes in 57 min, at 2026-11-25 19:31:40 UTC', { dueAt: DUE + 57 * MIN }],
    ['Due for 3 s, and not called yet', { dueAt: DUE - 3 * S }],
    ['Running for 4 s: waiting for the answer', { state: 'TRIGGERED', calledAt: DUE - 4 * S }],
    [
      'Running for 2 min: waiting for the report',
      { state: 'ACK_RECVD', calledAt: DUE - 2 * MIN, httpStatus: 202 },
    ],
    [
      'Succeeded: the endpoint answered 200 after 1.2 s',
      { state: 'SUCCESS', ...ended(1_200), httpStatus: 200 },
    ],
    [
      'Succeeded: the application reported success after 2 min',
      { state: 'SUCCESS', ...ended(2 * MIN), httpStatus: 202, isReported: true },
    ],
    [
      'Succeeded: the task ended after 2 min',
      { state: 'SUCCESS', ...ended(2 * MIN), httpStatus: 202, action: 'cf_task' },
    ],
    [
      'Running for 2 min: the task has not ended',
      { state: 'ACK_RECVD', calledAt: DUE - 2 * MIN, httpStatus: 202, action: 'cf_task' },
    ],
    ['Canceled after 3 s', { state: 'ERROR', ...ended(3 * S), httpStatus: 202, ...said('canceled') }],
    ['Failed: the endpoint answered 503 after 1.2 s', { state: 'ERROR', ...ended(1_200), httpStatus: 503 }],
    [
      'Failed: the endpoint refused the connection after 3 ms',
      { state: 'REQUEST_ERROR', ...ended(3), ...said('Request Error: Code:-ECONNREFUSED, Message:-no') },
    ],
    ['Unknown: no report came within 30 min', { state: 'UNKNOWN', ...ended(30 * MIN), httpStatus: 202 }],
    ['Unknown: neither an answer nor a report came within 30 min', { state: 'UNKNOWN', ...ended(30 * MIN) }],
    [
      'Failed: the task did not end within 30 min',
      { state: 'TIMEOUT', ...ended(30 * MIN), action: 'cf_task' },
    ],
  ])('is: %s', (line, change) => {
    expect(firstLine({ ...RUN, ...change }, DUE)).toBe(line);
  });
});

describe('The waits of a run', () => {
  const waits = (change: Partial<RunDetail>, now = DUE) =>
    timesOf({ ...RUN, ...change }, now).phases.map(({ name, from, to, isOpen }) => [name, to - from, isOpen]);

  it('are named, each from one step to the next', () => {
    expect(waits({ state: 'SUCCESS', ...ended(1_200), httpStatus: 200 })).toEqual([
      ['late', 4, false],
      ['answer', 1_200, false],
    ]);
    const acked = { ...ended(60 * S), ackedAt: DUE + 104, httpStatus: 202 };
    expect(waits({ state: 'SUCCESS', ...acked })).toEqual([
      ['late', 4, false],
      ['answer', 100, false],
      ['report', 59_900, false],
    ]);
  });

  it('are open until something ends them', () => {
    expect(waits({})).toEqual([]);
    expect(waits({}, DUE + 700)).toEqual([['late', 700, true]]);
    expect(waits({ state: 'TRIGGERED', ...called }, DUE + 504)).toEqual([
      ['late', 4, false],
      ['answer', 500, true],
    ]);
  });

  it('have the limit of the last of them on the axis, where it is not far beyond', () => {
    const near = timesOf({ ...RUN, state: 'SUCCESS', ...ended(6 * S), httpStatus: 200 }, DUE);
    expect(near).toMatchObject({
      to: DUE + 4 + 15 * S,
      limit: { ms: 15 * S, at: DUE + 4 + 15 * S, isWithin: true },
    });
    const far = timesOf({ ...RUN, state: 'SUCCESS', ...ended(S), httpStatus: 200 }, DUE);
    expect(far).toMatchObject({ to: DUE + 4 + S, limit: { isWithin: false } });
    const reported = { ...ended(20 * MIN), ackedAt: DUE + 104, httpStatus: 202 };
    expect(timesOf({ ...RUN, state: 'SUCCESS', ...reported }, DUE).limit).toMatchObject({ ms: 30 * MIN });
    expect(timesOf(RUN, DUE + S).limit).toBeNull();
  });

  it('say what the steps were', () => {
    const names = (change: Partial<RunDetail>) =>
      timesOf({ ...RUN, ...change }, DUE).steps.map(({ name }) => name);
    expect(names({})).toEqual(['planned']);
    expect(names({ dueAt: DUE + S, ...ended(3), state: 'ERROR' })).toEqual([
      'planned',
      'due',
      'called',
      'ended',
    ]);
    const acked = { ...ended(3 * S), ackedAt: DUE + S };
    expect(names({ ...acked, state: 'SUCCESS', httpStatus: 202 })).toContain('acked');
    expect(names({ ...acked, state: 'UNKNOWN' })).toContain('gaveUp');
  });
});

describe('The first line of a schedule', () => {
  const last: Run = { ...RUN, state: 'SUCCESS', ...ended(1_200), httpStatus: 200 };
  const planned: Run = { ...RUN, runId: 'p', plannedAt: DUE + 60 * MIN, dueAt: DUE + 60 * MIN };
  const now = DUE + 3 * MIN;
  it.each<[string, readonly Run[], boolean]>([
    ['Last run 3 min ago, took 1.2 s, 4 ms late; next in 57 min', [planned, last], true],
    [
      'Last run failed 3 min ago, took 1.2 s, 4 ms late; next in 57 min',
      [planned, { ...last, state: 'ERROR' }],
      true,
    ],
    [
      'Running for 3 min, 4 ms late; next in 57 min',
      [planned, { ...last, state: 'ACK_RECVD', endedAt: null }],
      true,
    ],
    [
      'Last run skipped 3 min ago; next in 57 min',
      [planned, { ...RUN, state: 'SKIPPED', endedAt: DUE }],
      true,
    ],
    [
      'Last run failed 3 min ago; next in 57 min',
      [planned, { ...RUN, state: 'ERROR', dueAt: now + MIN, endedAt: DUE }],
      true,
    ],
    [
      'Last call failed; called again in 34 s; next in 57 min',
      [planned, { ...RUN, state: 'RETRYING', dueAt: DUE + 3 * MIN + 34 * S }],
      true,
    ],
    ['Last run 3 min ago, took 1.2 s, 4 ms late; switched off', [last], false],
    ['Last run 3 min ago, took 1.2 s, 4 ms late; nothing planned', [last], true],
    ['No runs yet; the first comes in 57 min', [planned], true],
    ['No runs yet; switched off', [], false],
  ])('is: %s', (line, runs, isActive) => {
    expect(scheduleLine({ runs, isActive }, now)).toBe(line);
  });

  it.each<[string, Partial<Run>]>([
    [
      'Last run failed 3 min ago: the endpoint answered 503; fails since 2020-05-06 02:10 UTC; next in 57 min',
      { state: 'ERROR', httpStatus: 503 },
    ],
    [
      'Running for 3 min, 4 ms late; fails since 2020-05-06 02:10 UTC; next in 57 min',
      { state: 'ACK_RECVD', endedAt: null },
    ],
  ])('of a schedule that fails says why and since when: %s', (line, change) => {
    const failing: Failing = {
      ...{ since: Date.UTC(2020, 4, 6, 2, 10), times: 2, lastSuccessAt: null },
      lastRun: {
        ...{ id: 'r', state: 'ERROR', httpStatus: 503, plannedAt: DUE, endedAt: DUE + 1_200 },
        ...{ action: 'http', isReported: false, text: null },
      },
    };
    const runs = [planned, { ...last, ...change }];
    expect(scheduleLine({ runs, isActive: true, failing }, now)).toBe(line);
  });
});

describe('The filter of a list of runs', () => {
  const FROM = Date.UTC(2026, 10, 25, 14, 0);
  const filter = { state: 'failed', from: FROM, to: FROM + 10 * MIN, after: null } as const;

  it('stands in the address as people write it, and is read from there', () => {
    expect(addressOf(filter)).toBe('?state=failed&from=2026-11-25T14:00&to=2026-11-25T14:10');
    const read = Object.fromEntries(new URLSearchParams(addressOf({ ...filter, after: '1_x' })));
    expect(filterOf(read)).toEqual({ ...filter, after: '1_x' });
    expect(addressOf(filterOf({}))).toBe('');
    expect(filterOf({ state: 'some', from: 'yesterday', to: '2026-13-45T00:00' })).toEqual(filterOf({}));
  });

  it('is asked of the service by its states and milliseconds', () => {
    expect(questionOf(filter, { scheduleId: 's', format: undefined })).toBe(
      `state=ERROR,REQUEST_ERROR,UNKNOWN,TIMEOUT&from=${FROM}&to=${FROM + 10 * MIN}&scheduleId=s`,
    );
  });

  it.each([
    [
      '312 runs between 2026-11-25 14:00 and 14:10 UTC, 4 failed',
      { runs: 312, failed: 4 },
      { ...filter, state: null },
    ],
    ['4 failed runs between 2026-11-25 14:00 and 14:10 UTC', { runs: 4, failed: 4 }, filter],
    [
      'No runs: "From" has to be earlier than "Before"',
      { runs: 0, failed: 0 },
      { ...filter, from: filter.to, to: filter.from },
    ],
    ['1 run, none failed', { runs: 1, failed: 0 }, filterOf({})],
    ['No runs', { runs: 0, failed: 0 }, filterOf({})],
    ['More than 10,000 runs, 2 failed', { runs: 10_000, failed: 2, isMore: true }, filterOf({})],
    [
      'At least 37 runs since 2026-11-25 14:00 UTC, 2 failed',
      { runs: 37, failed: 2, isMore: true },
      { ...filter, state: null, to: null },
    ],
  ])('is said with the number: %s', (line, total, which) => {
    expect(countWords({ isMore: false, states: {}, ...total }, which)).toBe(line);
  });
});

describe('The call of a run as a command', () => {
  const parts = {
    job: { action: 'https://app.example/do?a=1', httpMethod: 'POST', user: null },
    schedule: { data: `{"name":"it's","deep":{"n":1}}` },
    run: RUN,
    origin: 'https://carillon.example',
  } as const;

  it('has headers and data, quoted for a shell, and a place for the token', () => {
    expect(curlOf(parts)?.split(' \\\n  ')).toEqual([
      `curl -i -X POST 'https://app.example/do?a=1'`,
      '-H "Authorization: Bearer $TOKEN"',
      `-H 'x-sap-job-id: 7'`,
      `-H 'x-sap-job-schedule-id: s'`,
      `-H 'x-sap-job-run-id: r'`,
      `-H 'x-sap-scheduler-host: https://carillon.example'`,
      `-H 'x-sap-run-at: 2026-11-25 18:34:40'`,
      `-H 'content-type: application/json'`,
      `--data-raw '{"name":"it'\\''s","deep":{"n":1}}'`,
    ]);
  });

  it('has the data in the query of GET, the user without its password, and nothing for a task', () => {
    const get = curlOf({ ...parts, job: { ...parts.job, httpMethod: 'GET', user: 'anna' } }) ?? '';
    expect(get).toContain(`'https://app.example/do?a=1&name=it%27s&deep=%7B%22n%22%3A1%7D'`);
    expect(get).toContain(`-u 'anna:PASSWORD'`);
    expect(get).not.toContain('data-raw');
    expect(curlOf({ ...parts, job: { ...parts.job, httpMethod: null } })).toBeNull();
  });
});

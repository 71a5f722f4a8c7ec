import type { FailingSchedule, Overview } from '../../web/src/api/overview.js';
import type { Failing, JobDetail } from '../../web/src/api/types.js';
import { away, lasting } from '../../web/src/duration.js';
import { shownRows } from '../../web/src/pages/home/shown-rows.js';
import { reasonOf } from '../../web/src/pages/job/reason.js';
import { verdictOf } from '../../web/src/pages/job/verdict.js';
import { endOf } from '../../web/src/pages/schedule/end-of.js';
import { firingRows, zonedRows } from '../../web/src/pictures/firing-rows.js';
import type { StripRun } from '../../web/src/pictures/strip-runs.js';
import { FIRINGS } from '../../web/src/texts/firings.js';
import { learnNow, serviceNow, utcDay } from '../../web/src/time.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AT = Date.UTC(2026, 10, 27, 23, 30);

const failing = (change: Partial<NonNullable<Failing['lastRun']>> | null): Failing => ({
  ...{ since: AT, times: 1, lastSuccessAt: null },
  lastRun: change && {
    ...{ id: 'r', action: 'http', state: 'ERROR', httpStatus: null, isReported: false },
    ...{ plannedAt: AT, endedAt: AT, text: null },
    ...change,
  },
});

describe('Why a schedule failed', () => {
  it.each<[string, Parameters<typeof failing>[0]]>([
    ['it was canceled', { text: 'canceled' }],
    ['the application reported a failure', { text: 'canceled', isReported: true }],
    ['the task exited with status 3', { action: 'cf_task', text: 'Exited with status 3' }],
    ['the task did not end', { action: 'cf_task', state: 'TIMEOUT' }],
    ['Cloud Foundry answered 422', { action: 'cf_task', httpStatus: 422, state: 'REQUEST_ERROR' }],
    ['the endpoint answered 503', { httpStatus: 503 }],
    ['no report came', { state: 'UNKNOWN', httpStatus: 202 }],
    [
      'the endpoint refused the connection',
      { state: 'REQUEST_ERROR', text: 'Request Error: Code:-ECONNREFUSED, Message:-connect' },
    ],
    ['the log of the last run is gone', null],
  ])('is "%s", as on the page of its run', (words, change) => expect(reasonOf(failing(change))).toBe(words));
});

describe('The first line of a job', () => {
  const job = (change: Partial<JobDetail['results'][number]>) =>
    // What the first line looks at.
    ({
      active: true,
      schedules: { total: 1, active: 1 },
      results: [{ failing: null, nextAt: null, ...change }],
    }) as unknown as JobDetail;

  it('says what it can where the last runs are refused', () => {
    expect(verdictOf(job({}), [], 'refused')).toBe('Nothing fails');
    const nextAt = Date.now() + 5 * HOUR;
    expect(verdictOf(job({ nextAt }), [], 'refused')).toBe('Nothing fails; next run in 5 h');
    expect(verdictOf(job({ failing: failing({ httpStatus: 503 }) }), [], 'refused')).toMatch(/^Fails since/);
  });

  const run = (outcome: StripRun['outcome'], calledAt = AT) => ({ outcome, calledAt }) as StripRun;
  const off = (kind: 'once' | 'cron') => ({ ...job({ kind }), schedules: { total: 1, active: 0 } });

  it('says of a job that was to run once what it came to', () => {
    expect(verdictOf(off('once'), [run('success')], true)).toMatch(
      /^Ran once .* at 23:30 UTC and succeeded$/,
    );
    expect(verdictOf(off('once'), [run('unknown')], true)).toMatch(/, with an unknown outcome$/);
    expect(verdictOf(off('once'), [], true)).toBe('All schedules are off: nothing runs');
    expect(verdictOf(off('cron'), [run('success')], true)).toBe('All schedules are off: nothing runs');
  });

  it('counts a run that was skipped neither as a success nor as a failure', () => {
    expect(verdictOf(job({}), [run('success'), run('skipped')], true)).toBe('Healthy: 1 of 1');
    expect(verdictOf(job({}), [run('skipped'), run('skipped')], true)).toBe(
      'No run was called, 2 were skipped',
    );
  });

  it('says of a first run that is under way how long it is', () => {
    const begun = [run('running', Date.now() - 5 * HOUR)];
    expect(verdictOf(job({}), begun, true)).toBe('Running for 5 h');
    expect(verdictOf(off('once'), begun, true)).toBe('Running for 5 h');
    expect(verdictOf(job({}), [run('success'), ...begun], true)).toBe('Healthy: 1 of 1');
  });
});

describe('The rows of what fails', () => {
  // What the rows are told apart by.
  const row = (id: string, times = 1) => ({ schedule: { id }, since: AT, times }) as FailingSchedule;
  const told = (schedules: number, ...results: FailingSchedule[]): Overview['failing'] => ({
    ...{ total: { schedules, jobs: schedules, isMore: false }, lastHealedAt: AT + HOUR, results },
  });

  it('say that one has healed, and when, and of the others what is newest', () => {
    const shown = shownRows([row('a'), row('b')], told(1, row('b', 2)));
    expect(shown).toEqual([
      { failing: row('a'), isHealed: true, healedAt: AT + HOUR },
      { failing: row('b', 2), isHealed: false, healedAt: null },
    ]);
  });

  it('do not say when where several have healed, and nothing of those that may have moved down', () => {
    const both = shownRows([row('a'), row('b')], told(0));
    expect(both.map(({ isHealed, healedAt }) => [isHealed, healedAt])).toEqual([
      [true, null],
      [true, null],
    ]);
    expect(shownRows([row('a')], told(11, row('b')))[0]?.isHealed).toBe(false);
  });
});

describe('The next firings', () => {
  const daily = (from: number, count: number, stepMs = DAY) =>
    Array.from({ length: count }, (_, place) => ({ at: new Date(from + place * stepMs).toISOString() }));

  it('name the zone of each, and the moment between them, where clocks change', () => {
    const { rows, zone, isUtc } = firingRows(daily(Date.UTC(2027, 2, 27, 3), 2), 'Europe/Berlin');
    expect({ zone, isUtc }).toEqual({ zone: null, isUtc: false });
    expect(rows.map(({ utc, local }) => [utc, local])).toEqual([
      ['Sat 2027-03-27 03:00:00', '04:00:00 CET'],
      ['Sun 2027-03-28 03:00:00', '05:00:00 CEST'],
    ]);
    expect(rows.map(({ change }) => change)).toEqual([null, { at: Date.UTC(2027, 2, 28, 1), byMs: HOUR }]);
    expect(FIRINGS.change(HOUR, Date.UTC(2027, 2, 28, 1))).toBe(
      '2027-03-28 01:00 UTC: your clocks go forward 1 h. Firings keep their times in UTC.',
    );
    const back = firingRows(daily(Date.UTC(2026, 9, 24, 3), 2), 'Europe/Berlin');
    expect(back.rows[1]?.change).toEqual({ at: Date.UTC(2026, 9, 25, 1), byMs: -HOUR });
  });

  it('name the zone once where it is the same, and another day where it is one', () => {
    const { rows, zone } = firingRows(daily(Date.UTC(2026, 10, 27, 23, 30), 2, HOUR / 4), 'Europe/Berlin');
    expect(zone).toBe('CET');
    expect(rows.map(({ local }) => local)).toEqual(['Sat 00:30:00', 'Sat 00:45:00']);
    expect(rows.map(({ change }) => change)).toEqual([null, null]);
    expect(firingRows(daily(AT, 3), 'UTC').isUtc).toBe(true);
    expect(firingRows(daily(AT, 1), 'Asia/Kolkata').rows[0]?.local).toBe('Sat 05:00:00');
  });

  it('name no moment where they are too far apart for one', () => {
    const { rows } = firingRows(daily(Date.UTC(2026, 11, 1), 2, 220 * DAY), 'Europe/Berlin');
    expect(rows[1]?.change).toEqual({ at: null, byMs: HOUR });
  });

  it('stand in the local time of the zone of their schedule first, and say what its clocks do', () => {
    const before = { at: '2099-10-24T22:30:00.000Z', local: '2099-10-25T00:30:00+02:00' };
    const after = {
      at: '2099-10-25T01:30:00.000Z',
      local: '2099-10-25T02:30:00+01:00',
      note: 'second of two',
    };
    expect(zonedRows([before, after], 'Europe/Berlin')).toMatchObject([
      { local: 'Sun 2099-10-25 00:30:00 +02:00', utc: 'Sat 22:30:00', change: null },
      {
        ...{ local: 'Sun 2099-10-25 02:30:00 +01:00', utc: '01:30:00', note: 'second of two' },
        change: { at: Date.UTC(2099, 9, 25, 1), byMs: -HOUR },
      },
    ]);
    expect(FIRINGS.change(-HOUR, Date.UTC(2099, 9, 25, 1), 'Europe/Berlin')).toBe(
      '2099-10-25 01:00 UTC: the clocks of Europe/Berlin go back 1 h.',
    );
    expect(zonedRows([after], 'Europe/Berlin')?.[0]?.local).toBe('Sun 2099-10-25 02:30:00');
    // A zone that is newer than this browser.
    expect(zonedRows([before, after], 'Europe/Atlantis')?.[1]?.change).toEqual({ at: null, byMs: -HOUR });
    expect(zonedRows([before, { at: after.at }], 'Europe/Berlin')).toBeNull();
  });

  it('say after the last one when the schedule ends', () => {
    expect(FIRINGS.last(3, AT)).toBe('No others follow: the schedule ends at 2026-11-27 23:30 UTC.');
    expect(FIRINGS.last(1, null)).toBe('No other follows.');
    const [early, late] = [{ endTime: '2026-11-27 23:30:00' }, { endTime: '2027-01-01 00:00:00' }];
    expect(endOf(late, early)).toBe(AT);
    expect(endOf({ endTime: null }, late)).toBe(Date.UTC(2027, 0));
    expect(endOf({ endTime: null }, undefined)).toBeNull();
  });
});

describe('The clock of the service', () => {
  afterEach(() => learnNow(new Date()));

  it.each([
    ['an hour behind', -HOUR, -HOUR],
    ['an hour ahead', HOUR, HOUR],
    ['nearly right', 900, 0],
  ])('counts where that of the browser is %s', (_name, offMs, correctedMs) => {
    learnNow(new Date(AT), AT + offMs);
    expect(serviceNow(AT + offMs)).toBe(AT + offMs - correctedMs);
  });

  it('is not taken over anew for the way of an answer, and is where the browser was set right', () => {
    learnNow(new Date(AT), AT + HOUR);
    learnNow(new Date(AT), AT + HOUR + 1_500);
    expect(serviceNow(AT + HOUR)).toBe(AT);
    learnNow(new Date(AT), AT + 500);
    expect(serviceNow(AT)).toBe(AT);
  });

  it('says what is today', () => {
    const midnight = Math.floor(Date.now() / DAY) * DAY + DAY / 2;
    learnNow(new Date(midnight), Date.now());
    expect(utcDay(new Date(midnight))).toBe('12:00 UTC');
    learnNow(new Date(midnight + DAY), Date.now());
    expect(utcDay(new Date(midnight))).toBe('yesterday 12:00 UTC');
  });
});

describe('What is years away', () => {
  it('is told in years', () => {
    expect(away(AT + 26_333 * DAY, AT)).toBe('in 72 years');
    expect(away(AT + 700 * DAY, AT)).toBe('in 700 days');
    expect(lasting(3_650 * DAY)).toBe('10 years');
  });
});

import fc from 'fast-check';
import { parseCron } from '../../src/core/cron/cron.js';
import { parseInterval } from '../../src/core/text/duration.js';
import { parseTimeOfDay } from '../../src/core/text/human-time.js';
import { LAST_INSTANT } from '../../src/core/instant.js';
import { countRuns, type SchedulePattern } from '../../src/core/plan/pattern.js';
import {
  firstRun,
  intersect,
  runAfter,
  type ActiveWindow,
  type PlanInput,
} from '../../src/core/plan/planning.js';

const DATE = '2026-03-11';
const at = (clock: string): number => Date.parse(clock.includes('-') ? `${clock}Z` : `${DATE}T${clock}Z`);
const ALWAYS: ActiveWindow = { startAt: null, endAt: null };
const HOURLY = parseInterval('1 hour');
const NINE = parseCron('* * * * 9 0 0');

function windowOf(startAt: string | null, endAt: string | null = null): ActiveWindow {
  return { startAt: startAt === null ? null : at(startAt), endAt: endAt === null ? null : at(endAt) };
}

/** The planned instant as a text, else why there is none. */
function shown(planned: ReturnType<typeof firstRun>): string {
  return planned.kind === 'at' ? new Date(planned.at).toISOString().slice(0, -1) : planned.kind;
}

function first(pattern: SchedulePattern, now: string, more: Partial<PlanInput> = {}): string {
  return shown(
    firstRun({ pattern, window: ALWAYS, createdAt: at(now), now: at(now), cause: 'created', ...more }),
  );
}

describe('the window of a job and its schedule', () => {
  it.each([
    [windowOf(null), windowOf(null), windowOf(null)],
    [windowOf('10:00'), windowOf(null), windowOf('10:00')],
    [windowOf(null), windowOf('10:00', '11:00'), windowOf('10:00', '11:00')],
    [windowOf('10:00', '12:00'), windowOf('09:00', '11:00'), windowOf('10:00', '11:00')],
    [windowOf('10:00', '11:00'), windowOf('12:00', '13:00'), windowOf('12:00', '11:00')],
  ])('begins with the latest start and ends with the earliest end (%#)', (job, schedule, both) => {
    expect(intersect(job, schedule)).toEqual(both);
    expect(intersect(schedule, job)).toEqual(both);
  });
});

describe('the first run of a calendar pattern', () => {
  it.each([
    ['after now', NINE, '08:00', windowOf(null), `${DATE}T09:00:00.000`],
    ['strictly after now', NINE, '09:00', windowOf(null), '2026-03-12T09:00:00.000'],
    ['from the start on', NINE, '08:00', windowOf('2026-03-20T00:00'), '2026-03-20T09:00:00.000'],
    ['at the start itself', NINE, '08:00', windowOf('2026-03-20T09:00'), '2026-03-20T09:00:00.000'],
    [
      'after a start with milliseconds',
      NINE,
      '08:00',
      windowOf('2026-03-20T09:00:00.001'),
      '2026-03-21T09:00:00.000',
    ],
    [
      'after now when the start has passed',
      NINE,
      '08:00',
      windowOf('2020-01-01T00:00'),
      `${DATE}T09:00:00.000`,
    ],
    ['up to the end itself', NINE, '08:00', windowOf(null, '09:00'), `${DATE}T09:00:00.000`],
    ['not beyond the end', NINE, '08:00', windowOf(null, '08:59:59.999'), 'ended'],
    ['not after an end that has passed', NINE, '08:00', windowOf(null, '07:00'), 'ended'],
    ['not in windows that miss each other', NINE, '08:00', windowOf('12:00', '11:00'), 'ended'],
    ['never where nothing matches', parseCron('2015 * * * 9 0 0'), '08:00', windowOf(null), 'noFutureRun'],
    ['never, whatever the end', parseCron('* 2 30 * 9 0 0'), '08:00', windowOf(null, '09:00'), 'noFutureRun'],
    [
      'never from a start on',
      parseCron('2026 * * * 9 0 0'),
      '08:00',
      windowOf('2027-01-01T00:00'),
      'noFutureRun',
    ],
    [
      'every second, rounded up',
      parseCron('* * * * * * *'),
      '08:00:00.500',
      windowOf(null),
      `${DATE}T08:00:01.000`,
    ],
    ['at a time of day', parseTimeOfDay('4.40pm'), '08:00', windowOf(null), `${DATE}T16:40:00.000`],
    ['at a time of day before the end', parseTimeOfDay('4.40pm'), '17:00', windowOf(null, '18:00'), 'ended'],
  ])('lies %s', (...row) => {
    const [, pattern, now, window, expected] = row;
    for (const cause of ['created', 'activated', 'edited'] as const) {
      expect(first(pattern, now, { window, cause })).toBe(expected);
    }
  });

  it('is not the run that was claimed a moment ahead of its time', () => {
    const previous = { plannedAt: at('09:00'), startedAt: at('09:00') };
    expect(first(NINE, '08:59:59.500', { cause: 'edited', previous })).toBe('2026-03-12T09:00:00.000');
    expect(first(NINE, '08:59:59.500', { cause: 'edited', previous: null })).toBe(`${DATE}T09:00:00.000`);
  });
});

describe('the first run of an interval', () => {
  it.each([
    ['one interval after creation', windowOf(null), '18:50:00.000'],
    ['at a start that lies ahead', windowOf('18:00'), '18:00:00.000'],
    ['at once when the start has passed', windowOf('17:00'), '17:50:00.000'],
    ['at once when the start is now', windowOf('17:50'), '17:50:00.000'],
  ])('created at 17:50: %s', (_, window, expected) => {
    expect(first(HOURLY, '17:50', { window })).toBe(`${DATE}T${expected}`);
  });

  it.each([
    ['before its start: at the start', '17:50', windowOf('18:00'), '18:00:00.000'],
    ['after its start: at once', '18:10', windowOf('18:00'), '18:10:00.000'],
    ['before creation + interval: one interval from now', '17:50', windowOf(null), '18:50:00.000'],
    ['at creation + interval: one interval from now', '18:00', windowOf(null), '19:00:00.000'],
    ['after creation + interval: at once', '18:10', windowOf(null), '18:10:00.000'],
  ])('created inactive at 17:00 and activated %s (%s)', (_, now, window, expected) => {
    const createdAt = at('17:00');
    expect(first(HOURLY, now, { window, createdAt, cause: 'activated' })).toBe(`${DATE}T${expected}`);
  });

  it('goes on every interval after an activation, as the documents say', () => {
    const window = windowOf('18:00');
    for (const [activated, runs] of [
      ['17:50', ['18:00:00.000', '19:00:00.000', '20:00:00.000']],
      ['18:10', ['18:10:00.000', '19:10:00.000', '20:10:00.000']],
    ] as const) {
      let planned = firstRun({
        ...{ pattern: HOURLY, window, createdAt: at('12:00'), now: at(activated), cause: 'activated' },
      });
      for (const run of runs) {
        expect(shown(planned)).toBe(`${DATE}T${run}`);
        const previous = at(run);
        planned = runAfter({ pattern: HOURLY, window, previous, startedAt: previous });
      }
    }
  });

  it.each([
    [
      'edited to 30 minutes at 10:10: from the last start',
      '30 minutes',
      '10:10',
      windowOf(null),
      '10:30:00.000',
    ],
    [
      'edited to 30 minutes at 10:40: at once, being overdue',
      '30 minutes',
      '10:40',
      windowOf(null),
      '10:40:00.000',
    ],
    ['edited to 2 hours at 10:40: from the last start', '2 hours', '10:40', windowOf(null), '12:00:00.000'],
    [
      'edited with a start that has passed: no run twice',
      '1 hour',
      '10:40',
      windowOf('09:00'),
      '11:00:00.000',
    ],
    ['edited to start later: at the start', '1 hour', '10:40', windowOf('15:00'), '15:00:00.000'],
  ])('that ran at 10:00: %s', (...row) => {
    const [, every, now, window, expected] = row;
    const previous = { plannedAt: at('10:00'), startedAt: at('10:00') };
    const edited = { window, previous, createdAt: at('08:00'), cause: 'edited' } as const;
    expect(first(parseInterval(every), now, edited)).toBe(`${DATE}T${expected}`);
  });

  it.each([
    ['edited to 30 minutes: from its creation', '30 minutes', windowOf(null), '10:30:00.000'],
    ['edited to 5 minutes: at once, being overdue', '5 minutes', windowOf(null), '10:10:00.000'],
    ['edited with a start ahead: at the start', '30 minutes', windowOf('12:00'), '12:00:00.000'],
    ['edited with a start that has passed: at once', '30 minutes', windowOf('09:00'), '10:10:00.000'],
  ])('created at 10:00 and not run by 10:10: %s', (_, every, window, expected) => {
    const edited = { window, createdAt: at('10:00'), cause: 'edited' } as const;
    expect(first(parseInterval(every), '10:10', edited)).toBe(`${DATE}T${expected}`);
  });

  it.each([
    ['at the end itself', windowOf(null, '18:50'), `${DATE}T18:50:00.000`],
    ['beyond the end', windowOf(null, '18:49:59.999'), 'ended'],
    ['with a start beyond the end', windowOf('19:00', '18:00'), 'ended'],
    ['with an end that has passed', windowOf('10:00', '17:00'), 'ended'],
  ])('created at 17:50 is planned up to the end: %s', (_, window, expected) => {
    expect(first(HOURLY, '17:50', { window })).toBe(expected);
  });

  it('is never beyond the year 2999', () => {
    expect(first(parseInterval('100 years'), '2950-01-01T00:00')).toBe('noFutureRun');
  });
});

describe('the first run of a one-time schedule', () => {
  const noon: SchedulePattern = { kind: 'once', at: at('12:00') };

  it.each([
    ['at its time', '10:00', windowOf(null), '12:00:00.000'],
    ['at its time, whatever the start', '10:00', windowOf('18:00'), '12:00:00.000'],
    ['at an end that is its time', '10:00', windowOf(null, '12:00'), '12:00:00.000'],
    ['at once when it has passed', '13:00', windowOf(null), '13:00:00.000'],
    ['at once when it has passed and the end lies ahead', '13:00', windowOf(null, '14:00'), '13:00:00.000'],
    ['at once when it has passed, whatever the start', '13:00', windowOf('18:00'), '13:00:00.000'],
  ])('lies %s (asked at %s)', (_, now, window, expected) => {
    for (const cause of ['created', 'activated', 'edited'] as const) {
      expect(first(noon, now, { window, cause })).toBe(`${DATE}T${expected}`);
    }
  });

  it.each([
    ['when it lies beyond the end', '10:00', windowOf(null, '11:59:59.999')],
    ['when it and the end have passed', '14:00', windowOf(null, '13:00')],
  ])('does not exist %s', (_, now, window) => {
    expect(first(noon, now, { window })).toBe('ended');
  });

  it('is never beyond the year 2999', () => {
    expect(first({ kind: 'once', at: LAST_INSTANT + 1 }, '10:00')).toBe('noFutureRun');
  });
});

describe('the run after a run', () => {
  const after = (pattern: SchedulePattern, previous: string, startedAt = previous, window = ALWAYS): string =>
    shown(runAfter({ pattern, window, previous: at(previous), startedAt: at(startedAt) }));

  it('of a calendar pattern follows the planned instant, however late it started: a backlog is not skipped', () => {
    const everyFive = parseCron('* * * * * */5 0');
    expect(after(everyFive, '11:55', '12:13')).toBe(`${DATE}T12:00:00.000`);
    expect(after(everyFive, '12:10', '12:13')).toBe(`${DATE}T12:15:00.000`);
    expect(after(parseTimeOfDay('12:10'), '12:10', '12:13')).toBe('2026-03-12T12:10:00.000');
  });

  it('of an interval follows its actual start', () => {
    expect(after(HOURLY, '10:00', '10:02')).toBe(`${DATE}T11:02:00.000`);
    expect(after(HOURLY, '11:02')).toBe(`${DATE}T12:02:00.000`);
    expect(after(parseInterval('5 minutes'), '18:00')).toBe(`${DATE}T18:05:00.000`);
  });

  it('stays within the window', () => {
    expect(after(NINE, '09:00', '09:00', windowOf(null, '2026-03-12T09:00'))).toBe('2026-03-12T09:00:00.000');
    expect(after(NINE, '09:00', '09:00', windowOf(null, '2026-03-12T08:59'))).toBe('ended');
    expect(after(NINE, '09:00', '09:00', windowOf('2026-03-20T00:00'))).toBe('2026-03-20T09:00:00.000');
    expect(after(HOURLY, '10:00', '10:02', windowOf(null, '11:02'))).toBe(`${DATE}T11:02:00.000`);
    expect(after(HOURLY, '10:00', '10:02', windowOf(null, '11:01'))).toBe('ended');
    expect(after(HOURLY, '10:00', '10:02', windowOf('15:00'))).toBe(`${DATE}T15:00:00.000`);
  });

  it('does not exist where the pattern has no later match', () => {
    expect(after(parseCron('2026 3 11 * 9 0 0'), '09:00')).toBe('noFutureRun');
    expect(after(parseCron('2026 3 11 * 9 0 0'), '09:00', '09:00', windowOf(null, '10:00'))).toBe(
      'noFutureRun',
    );
    expect(after({ kind: 'once', at: at('09:00') }, '09:00')).toBe('noFutureRun');
  });

  it('walks through every instant of a window once', () => {
    const pattern = parseCron('* * 1:20/3,-1 * 6:18/4 */20 0');
    const day = fc.integer({ min: 0, max: 3_650 }).map((days) => at('2026-01-01T00:00') + days * 86_400_000);
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 40 * 86_400_000 }), (startAt, length) => {
        const window = { startAt, endAt: startAt + length };
        const now = startAt - 1;
        let planned = firstRun({ pattern, window, createdAt: now, now, cause: 'created' });
        let runs = 0;
        while (planned.kind === 'at') {
          runs += 1;
          planned = runAfter({ pattern, window, previous: planned.at, startedAt: planned.at });
        }
        return planned.kind === 'ended' && runs === countRuns(pattern, startAt, startAt + length);
      }),
    );
  });
});

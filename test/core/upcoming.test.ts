import { parseCron } from '../../src/core/cron/cron.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/instant.js';
import { firingsPerDay } from '../../src/core/plan/firings.js';
import type { SchedulePattern } from '../../src/core/plan/pattern.js';
import { runsFrom, upcomingIfCreated } from '../../src/core/plan/upcoming.js';

const NOW = Date.UTC(2026, 10, 26, 21, 30);
const ALWAYS = { startAt: null, endAt: null };
const daily = parseCron('* * * * 9 0 0');
const hourly: SchedulePattern = { kind: 'interval', everyMs: HOUR_MS };
const at = (ms: number): SchedulePattern => ({ kind: 'once', at: ms });

describe('what is to come of a schedule that is created', () => {
  it.each<[string, SchedulePattern, object, number[], string[]]>([
    ['a cron, after now', daily, {}, [NOW + 11.5 * HOUR_MS, NOW + 35.5 * HOUR_MS], []],
    [
      'a cron, after its start',
      daily,
      { startAt: NOW + DAY_MS },
      [NOW + 35.5 * HOUR_MS, NOW + 59.5 * HOUR_MS],
      [],
    ],
    ['a cron, up to its end', daily, { endAt: NOW + 11.5 * HOUR_MS }, [NOW + 11.5 * HOUR_MS], []],
    [
      'a cron that ends before',
      daily,
      { endAt: NOW + HOUR_MS },
      [],
      ['The window ends before the first firing.'],
    ],
    [
      'a past year',
      parseCron('2015 * * * 9 0 0'),
      {},
      [],
      ['The last firing has passed: it never fires again.'],
    ],
    [
      'a time beyond the years that are planned',
      at(Date.UTC(9999, 11, 31)),
      {},
      [],
      ['It never fires: nothing is planned after the year 2999.'],
    ],
    [
      'a local time that is always jumped over',
      { ...parseCron('* 3 * -1.sun 2 30 0'), zone: { zone: 'Europe/Berlin', gap: 'skip', overlap: 'first' } },
      {},
      [],
      ['It never fires: clocks jump over each of its local times, and those are skipped.'],
    ],
    [
      'a past year in a zone',
      { ...parseCron('2015 * * * 9 0 0'), zone: { zone: 'Europe/Berlin', gap: 'skip', overlap: 'first' } },
      {},
      [],
      ['The last firing has passed: it never fires again.'],
    ],
    [
      'a cron in a zone',
      { ...daily, zone: { zone: 'America/New_York', gap: 'after', overlap: 'first' } },
      {},
      [NOW + 16.5 * HOUR_MS, NOW + 40.5 * HOUR_MS],
      [],
    ],
    ['no date', parseCron('* 2 30 * 9 0 0'), {}, [], ['It never fires: there is no such date.']],
    ['an interval', hourly, {}, [NOW + HOUR_MS, NOW + 2 * HOUR_MS], []],
    ['an interval with a start', hourly, { startAt: NOW + 1 }, [NOW + 1, NOW + 1 + HOUR_MS], []],
    [
      'an interval whose start has passed',
      hourly,
      { startAt: NOW - 1 },
      [NOW, NOW + HOUR_MS],
      ['The start has passed: the first run comes at once.'],
    ],
    ['a time', at(NOW + 1), {}, [NOW + 1], []],
    ['a time that is now', at(NOW), {}, [NOW], []],
    ['a time that has passed', at(NOW - 1), {}, [NOW], ['The time has passed: it runs at once.']],
    [
      'a time after the end',
      at(NOW + 2),
      { endAt: NOW + 1 },
      [],
      ['The window ends before the first firing.'],
    ],
    [
      'a time and a start',
      at(NOW + 1),
      { startAt: NOW + DAY_MS },
      [NOW + 1],
      ['The start does not count for a schedule that runs once.'],
    ],
  ])('is that of %s', (_, pattern, window, runs, warnings) => {
    const upcoming = upcomingIfCreated({ pattern, window: { ...ALWAYS, ...window } }, NOW, 2);
    expect(upcoming).toEqual({ runs, warnings });
  });
});

describe('the runs after a planned one', () => {
  it('follow the pattern, and an interval counts from now where the planned run is late', () => {
    const window = ALWAYS;
    const late = NOW - 90 * MINUTE_MS;
    expect(runsFrom({ pattern: hourly, window }, late, 3, NOW)).toEqual([
      ...[late, NOW + HOUR_MS, NOW + 2 * HOUR_MS],
    ]);
    const minutely = parseCron('* * * * * * 0');
    expect(runsFrom({ pattern: minutely, window }, late, 2, NOW)).toEqual([late, late + MINUTE_MS]);
  });
});

describe('firings a day', () => {
  const weekdays = 5 / 7;
  it.each<[string, number]>([
    ['* * * * 9 0 0', 1],
    ['* * * * * * *', 86_400],
    ['* * * * * */5 0', 288],
    ['* * * mon:fri 9 0 0', weekdays],
    ['* * * mon:fri 9:17 */15 0', 36 * weekdays],
    ['* 2 29 * 0 0 0', 97 / 146_097],
    ['2030 * * * 9 0 0', 1],
    ['2015 * * * 9 0 0', 0],
    ['* 2 30 * 0 0 0', 0],
  ])('are the same each day, or the mean of the calendar: %s', (cron, perDay) => {
    expect(firingsPerDay(parseCron(cron), NOW)).toBeCloseTo(perDay, 10);
  });

  it('of an interval are those that a day begins with, of a longer one the mean, and of one time none', () => {
    const every = (everyMs: number) => firingsPerDay({ kind: 'interval', everyMs }, NOW);
    expect([every(HOUR_MS), every(7 * MINUTE_MS), every(DAY_MS), every(2 * DAY_MS)]).toEqual([
      24, 205, 1, 0.5,
    ]);
    expect(firingsPerDay({ kind: 'dailyAt', msOfDay: 0 }, NOW)).toBe(1);
    expect(firingsPerDay(at(NOW + 1), NOW)).toBeNull();
  });
});

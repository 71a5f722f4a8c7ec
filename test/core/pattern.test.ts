import fc from 'fast-check';
import { parseCron } from '../../src/core/cron/cron.js';
import { LAST_INSTANT } from '../../src/core/instant.js';
import {
  countRuns,
  nextRunAt,
  previousRunAt,
  type DailyAt,
  type Interval,
  type Once,
} from '../../src/core/plan/pattern.js';

const DAY = 86_400_000;
const at = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`);

describe('a time of day, every day', () => {
  const daily = (hour: number, minute = 0): DailyAt => ({
    kind: 'dailyAt',
    msOfDay: (hour * 60 + minute) * 60_000,
  });

  it.each([
    ['2026-03-11 16:39:59', '2026-03-11 16:40:00'],
    ['2026-03-11 16:40:00', '2026-03-12 16:40:00'],
    ['2026-03-11 16:40:00.001', '2026-03-12 16:40:00'],
    ['2026-12-31 23:00:00', '2027-01-01 16:40:00'],
    ['2028-02-28 17:00:00', '2028-02-29 16:40:00'],
  ])('runs after %s at %s', (after, expected) => {
    expect(nextRunAt(daily(16, 40), at(after))).toBe(at(expected));
  });

  it('counts a run at either end', () => {
    const run = at('2026-03-11 16:40:00');
    expect(countRuns(daily(16, 40), run, run)).toBe(1);
    expect(countRuns(daily(16, 40), run + 1, run + DAY)).toBe(1);
    expect(countRuns(daily(16, 40), run + 1, run + DAY - 1)).toBe(0);
  });

  it('is the cron of the same meaning', () => {
    const minute = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
    const instant = fc.integer({ min: DAY, max: LAST_INSTANT });
    fc.assert(
      fc.property(minute, instant, fc.nat({ max: 2 ** 40 }), ([h, m], x, span) => {
        const [pattern, cron] = [daily(h, m), parseCron(`* * * * ${h} ${m} 0`)];
        return (
          nextRunAt(pattern, x) === nextRunAt(cron, x) &&
          previousRunAt(pattern, x, x - span) === previousRunAt(cron, x, x - span) &&
          countRuns(pattern, x, x + span) === countRuns(cron, x, x + span)
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('is constant up to its next run and later from there on', () => {
    const instant = fc.integer({ min: 0, max: LAST_INSTANT - 100 * DAY });
    fc.assert(
      fc.property(fc.nat({ max: DAY - 1 }), instant, fc.nat({ max: DAY - 1 }), (msOfDay, now, part) => {
        const pattern: DailyAt = { kind: 'dailyAt', msOfDay };
        const next = nextRunAt(pattern, now) ?? NaN;
        const between = Math.min(now + part, next - 1);
        return nextRunAt(pattern, between) === next && (nextRunAt(pattern, next + part) ?? NaN) > next;
      }),
    );
  });
});

describe('an interval', () => {
  it('runs its distance later, whatever the calendar says', () => {
    const everyMs = fc.integer({ min: 1_000, max: 100 * 365 * DAY });
    const instant = fc.integer({ min: 0, max: Date.UTC(2800, 0, 1) });
    fc.assert(
      fc.property(everyMs, instant, (ms, now) => {
        const pattern: Interval = { kind: 'interval', everyMs: ms };
        return nextRunAt(pattern, now) === now + ms && (nextRunAt(pattern, now + 1) ?? NaN) === now + ms + 1;
      }),
    );
  });

  it('ends with the year 2999', () => {
    expect(nextRunAt({ kind: 'interval', everyMs: DAY }, LAST_INSTANT - DAY)).toBe(LAST_INSTANT);
    expect(nextRunAt({ kind: 'interval', everyMs: DAY }, LAST_INSTANT - DAY + 1)).toBeNull();
  });
});

describe('one instant', () => {
  const once: Once = { kind: 'once', at: at('2031-05-01 08:15:30') };

  it('comes next up to its moment and never again', () => {
    expect(nextRunAt(once, once.at - 1)).toBe(once.at);
    expect(nextRunAt(once, once.at)).toBeNull();
    expect(nextRunAt(once, once.at + 1)).toBeNull();
  });

  it('is never when it lies beyond the year 2999', () => {
    expect(nextRunAt({ kind: 'once', at: LAST_INSTANT + 1 }, 0)).toBeNull();
  });
});

describe('looking back', () => {
  const everyFive = parseCron('* * * * * */5 0');

  it('finds the last run of an outage and counts those before it', () => {
    const [down, up] = [at('2026-03-11 11:51:00'), at('2026-03-11 12:13:00')];
    expect(previousRunAt(everyFive, up, down)).toBe(at('2026-03-11 12:10:00'));
    expect(countRuns(everyFive, down, up)).toBe(4);
    expect(nextRunAt(everyFive, up)).toBe(at('2026-03-11 12:15:00'));
    expect(countRuns(everyFive, at('2026-03-11 11:56:00'), up)).toBe(3);
  });

  it('includes both ends', () => {
    const run = at('2026-03-11 12:10:00');
    expect(previousRunAt(everyFive, run, run)).toBe(run);
    expect(countRuns(everyFive, run, run)).toBe(1);
    expect(countRuns(everyFive, run, run - 1)).toBe(0);
    expect(previousRunAt(everyFive, run - 1, run - 299_999)).toBeNull();
  });

  it('counts every second of the known time', () => {
    const everySecond = parseCron('* * * * * * *');
    expect(countRuns(everySecond, 0, LAST_INSTANT)).toBe((LAST_INSTANT + 1) / 1000);
    expect(countRuns(everySecond, -DAY, LAST_INSTANT + DAY)).toBe((LAST_INSTANT + 1) / 1000);
    expect(previousRunAt(everySecond, LAST_INSTANT + DAY, 0)).toBe(LAST_INSTANT - 999);
  });

  it('finds a 29 February decades ago, and none where there is none', () => {
    expect(previousRunAt(parseCron('* 2 29 5.mon 0 0 0'), at('2026-01-01 00:00:00'), 0)).toBe(
      at('2016-02-29 00:00:00'),
    );
    expect(previousRunAt(parseCron('* 2 30 * 0 0 0'), LAST_INSTANT, 0)).toBeNull();
    expect(previousRunAt(parseCron('2999 * * * 0 0 0'), at('2998-12-31 23:59:59'), 0)).toBeNull();
    expect(previousRunAt(everyFive, -1, -DAY)).toBeNull();
  });
});

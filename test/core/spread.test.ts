import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { parseCron } from '../../src/core/cron/cron.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../../src/core/instant.js';
import { leastDistanceMs } from '../../src/core/plan/least-distance.js';
import { nextRunAt } from '../../src/core/plan/pattern.js';
import {
  plannedAfter,
  SpreadChoices,
  spreadInstants,
  windowsOf,
  type SpreadInput,
} from '../../src/core/plan/spread.js';
import { durationMs, durationText } from '../../src/core/text/duration.js';
import { parseTimeOfDay } from '../../src/core/text/human-time.js';
import { randomCron, randomInstant } from './cron-arbitrary.js';

/** What the counts of a window of a day take: 4 bytes a second. */
const WINDOW_BYTES = (4 * DAY_MS) / SECOND_MS;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** The bytes of typed arrays that are in use. */
const keptBytes = () => {
  collect();
  return process.memoryUsage().arrayBuffers;
};

const at = (time: string): Instant => Date.parse(`2026-03-10T${time}Z`);
const hourly = parseCron('* * * * * 0 0');

describe('The least distance of a pattern', () => {
  it.each([
    ['* * * * * * *', SECOND_MS],
    ['* * * * * * 0', MINUTE_MS],
    ['* * * * * * 0,59', SECOND_MS],
    ['* * * * * */5 0', 5 * MINUTE_MS],
    ['* * * * * 0,50 0', 10 * MINUTE_MS],
    ['* * * * 9,17 0 0', 8 * HOUR_MS],
    ['* * * * 0,23 0 0', HOUR_MS],
    ['* * * * 9 30 0', DAY_MS],
    ['* * * mon 9 0 0', 7 * DAY_MS],
    ['* * * mon,thu 9 0 0', 3 * DAY_MS],
    ['* * * mon,fri 23 59 0,30', 30 * SECOND_MS],
    ['* * 1 * 0 0 0', 28 * DAY_MS],
    ['* 2 29 * 0 0 0', 4 * 365 * DAY_MS + DAY_MS],
    ['2027 3 10 * 9 0 0', 365 * DAY_MS],
  ])('of %s', (text, ms) => {
    expect(leastDistanceMs(parseCron(text))).toBe(ms);
  });

  it('is a day where it is a time of day, and none where there is no such date', () => {
    expect(leastDistanceMs(parseTimeOfDay('12:10'))).toBe(DAY_MS);
    expect(leastDistanceMs(parseCron('* 2 30 * 0 0 0'))).toBeNull();
  });

  it('is never more than what lies between two firings', () => {
    fc.assert(
      fc.property(randomCron, randomInstant, ({ text }, from) => {
        const cron = parseCron(text);
        const least = leastDistanceMs(cron);
        let before = nextRunAt(cron, from);
        for (let n = 0; n < 50 && before !== null; n++) {
          const next = nextRunAt(cron, before);
          if (next !== null) expect(next - before).toBeGreaterThanOrEqual(least ?? 0);
          before = next;
        }
      }),
    );
  });
});

describe('The instants whose windows count', () => {
  it.each([
    ['the next alone, where the window of the one before is over', '09:30:00', ['10:00:00']],
    ['the one before too while its window lasts', '09:04:00', ['09:00:00', '10:00:00']],
    ['the one before at its last second', '09:10:00', ['09:00:00', '10:00:00']],
  ])('are %s', (_name, now, expected) => {
    const instants = spreadInstants(hourly, { after: at(now), now: at(now), spreadMs: 10 * MINUTE_MS });
    expect(instants).toEqual(expected.map(at));
  });

  it('are none where nothing is left', () => {
    const past = parseCron('2020 1 1 * 0 0 0');
    expect(spreadInstants(past, { after: at('09:00:00'), now: at('09:00:00'), spreadMs: SECOND_MS })).toEqual(
      [],
    );
  });

  it('make windows without overlap', () => {
    const inputs = ['10:00:00', '09:00:00', '10:05:00', '12:00:00'].map((time): SpreadInput => ({
      scheduleId: '',
      instants: [at(time)],
      spreadMs: 10 * MINUTE_MS,
    }));
    expect(windowsOf(inputs, 2)).toEqual([
      { fromAt: at('09:00:00'), toAt: at('09:10:00') },
      { fromAt: at('10:00:00'), toAt: at('10:15:00') },
    ]);
  });
});

describe('The choice of an offset', () => {
  const ten = (scheduleId: string, change: Partial<SpreadInput> = {}): SpreadInput => ({
    ...{ scheduleId, instants: [at('10:00:00')], spreadMs: 10 * SECOND_MS },
    ...change,
  });
  const counts = (entries: Readonly<Record<string, number>>) =>
    new Map(Object.entries(entries).map(([time, count]) => [at(time), count]));
  const full = (seconds: readonly number[]) =>
    new Map(seconds.map((second) => [at('10:00:00') + second * SECOND_MS, 1]));

  it('is the one second that is free, at either end of the window too', () => {
    const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    for (const free of all) {
      const choices = new SpreadChoices(full(all.filter((second) => second !== free)));
      expect(choices.choose(ten('a'))).toBe(free * SECOND_MS);
    }
  });

  it('adds up what the windows of several instants hold', () => {
    const spreadMs = SECOND_MS;
    const choices = new SpreadChoices(counts({ '09:00:00': 1, '10:00:01': 2 }));
    expect(choices.choose(ten('a', { instants: [at('09:00:00'), at('10:00:00')], spreadMs }))).toBe(0);
  });

  it('is by the id where several are free: for the same always the same, for others another', () => {
    const chosen = (id: string) => new SpreadChoices(new Map()).choose(ten(id, { spreadMs: HOUR_MS }));
    expect(chosen('a')).toBe(chosen('a'));
    expect(new Set(Array.from({ length: 100 }, (_, n) => chosen(`schedule ${n}`))).size).toBeGreaterThan(80);
  });

  it('fills a window evenly, whatever else lies in it, and across patterns', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 10 }), { maxLength: 30 }),
        fc.array(fc.record({ id: fc.string(), isOther: fc.boolean() }), { maxLength: 60 }),
        (taken, schedules) => {
          const load = new Map<Instant, number>();
          const add = (due: Instant) => load.set(due, (load.get(due) ?? 0) + 1);
          for (const second of taken) add(at('10:00:00') + second * SECOND_MS);
          const choices = new SpreadChoices(new Map(load));
          for (const { id, isOther } of schedules) {
            const from = isOther ? at('10:00:05') : at('10:00:00');
            const offset = choices.choose(ten(id, { instants: [from] }));
            const window = Array.from({ length: 11 }, (_, n) => load.get(from + n * SECOND_MS) ?? 0);
            expect(window[offset / SECOND_MS]).toBe(Math.min(...window));
            add(from + offset);
          }
        },
      ),
    );
  });

  it('keeps one window in memory, however many patterns a request has, and no two of them meet', () => {
    const choices = new SpreadChoices(new Map());
    const before = keptBytes();
    const due = Array.from({ length: 300 }, (_, n) => {
      const from = at('10:00:00') + n * SECOND_MS;
      return (
        from + choices.choose(ten(`schedule ${n}`, { instants: [from - DAY_MS, from], spreadMs: DAY_MS }))
      );
    });
    expect(keptBytes() - before).toBeLessThan(10 * WINDOW_BYTES);
    expect(new Set(due).size).toBe(due.length);
    expect(choices.choose(ten('the last'))).toBeGreaterThanOrEqual(0);
  });

  it('is within the window, in whole seconds, where no firing is left or the spread has parts of a second', () => {
    const offset = new SpreadChoices(new Map()).choose(ten('a', { instants: [], spreadMs: 2_500 }));
    expect([0, 1_000, 2_000]).toContain(offset);
  });
});

describe('What a schedule plans after that is switched on', () => {
  it.each([
    ['without an offset, from now on', null, '08:00:00', '10:00:00'],
    ['with one, from the firings on that are still to be due', 5 * MINUTE_MS, '08:00:00', '09:55:00'],
    ['not before it had its timing', 5 * MINUTE_MS, '09:58:00', '09:58:00'],
    ['not later than now where the clock went back', 5 * MINUTE_MS, '10:30:00', '10:00:00'],
  ])('is, %s', (_name, spreadOffset, timedAt, expected) => {
    expect(plannedAfter({ spreadOffset, timedAt: at(timedAt) }, at('10:00:00'))).toBe(at(expected));
  });
});

describe('The words of a duration', () => {
  it('mean it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * DAY_MS }), (ms) => {
        expect(durationMs(durationText(ms))).toBe(ms);
      }),
    );
    expect(durationText(DAY_MS + HOUR_MS + 2 * MINUTE_MS)).toBe('1 day 1 hour 2 minutes');
    expect(durationText(MINUTE_MS + 1_500)).toBe('1 minute 1.5 seconds');
  });
});

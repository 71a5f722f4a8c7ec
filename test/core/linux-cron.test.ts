import fc from 'fast-check';
import { parseCron } from '../../src/core/cron/cron.js';
import { InvalidInput } from '../../src/core/errors.js';
import { nextRunAt } from '../../src/core/plan/pattern.js';

function refusalOf(text: string): string {
  try {
    parseCron(text);
  } catch (error) {
    if (error instanceof InvalidInput) return error.message;
    throw error;
  }
  throw new Error(`'${text}' is accepted`);
}

describe('a Linux cron', () => {
  it.each([
    ['0 9 * * 1', '* * * mon 9 0 0'],
    ['*/5 * * * *', '* * * * * */5 0'],
    ['0 0 1 */3 *', '* 1,4,7,10 1 * 0 0 0'],
    ['0 0 */10 * *', '* * 1,11,21,31 * 0 0 0'],
    ['*/15 9-17 * * 1-5', '* * * mon:fri 9:17 */15 0'],
    ['0 22 * * mon-fri', '* * * mon:fri 22 0 0'],
    ['23 0-20/2 * * *', '* * * * 0:20/2 23 0'],
    ['5/20 * * * *', '* * * * * 5:59/20 0'],
    ['5 4 * * sun', '* * * sun 4 5 0'],
    ['0 0 * * 0', '* * * sun 0 0 0'],
    ['0 0 * * 7', '* * * sun 0 0 0'],
    ['0 0 * * 5-7', '* * * fri:sun 0 0 0'],
    ['0 0 * * fri-sun', '* * * fri:sun 0 0 0'],
    ['0 0 * * 0-6', '* * * * 0 0 0'],
    ['0 0 * * */2', '* * * sun,tue,thu,sat 0 0 0'],
    ['0 0 1,15 jan,jul *', '* 1,7 1,15 * 0 0 0'],
    ['0 0 1-7 2-4 *', '* 2:4 1:7 * 0 0 0'],
    ['0 0 L * *', '* * -1 * 0 0 0'],
    ['0 9 * * 1#2', '* * * 2.mon 9 0 0'],
    ['0 9 * * 5L', '* * * -1.fri 9 0 0'],
    ['0 9 ? * MON', '* * * mon 9 0 0'],
    ['@daily', '* * * * 0 0 0'],
    ['@hourly', '* * * * * 0 0'],
    ['@weekly', '* * * sun 0 0 0'],
    ['@yearly', '* 1 1 * 0 0 0'],
  ])('is refused with the schedule of the same meaning: %s', (linux, same) => {
    expect(refusalOf(linux)).toContain(`use '${same}'`);
    expect(parseCron(same).expression).toBe(same);
  });

  it.each([
    ['0 0 13 * 5', "'* * 13 * 0 0 0' and '* * * fri 0 0 0'"],
    ['30 4 1,15 * 5', "'* * 1,15 * 4 30 0' and '* * * fri 4 30 0'"],
  ])('of a day or a weekday is refused with two schedules: %s', (linux, both) => {
    expect(refusalOf(linux)).toContain('no single equivalent');
    expect(refusalOf(linux)).toContain(both);
  });

  it.each([
    ['60 9 * * 1'],
    ['0 9 * * 1-0'],
    ['0 9 15W * *'],
    ['a b c d e'],
    ['0 9 * 5-3 *'],
    [`${'5/1,'.repeat(50)}1 9 * * *`],
    ['*/0 * * * *'],
  ])('that cannot be read is refused without a suggestion: %s', (linux) => {
    expect(refusalOf(linux)).toContain('no equivalent that could be named');
  });
});

type LinuxField = { text: string; values: Set<number> };

function linuxField(min: number, max: number): fc.Arbitrary<LinuxField> {
  const value = fc.integer({ min, max });
  const pair = fc.tuple(value, value).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const step = fc.integer({ min: 1, max: 40 });
  const every = (a: number, b: number, c: number): Set<number> => {
    const values = new Set<number>();
    for (let v = a; v <= b; v += c) values.add(v);
    return values;
  };
  const part = fc.oneof(
    value.map((a) => ({ text: `${a}`, values: new Set([a]) })),
    step.map((c) => ({ text: `*/${c}`, values: every(min, max, c) })),
    pair.map(([a, b]) => ({ text: `${a}-${b}`, values: every(a, b, 1) })),
    fc.tuple(pair, step).map(([[a, b], c]) => ({ text: `${a}-${b}/${c}`, values: every(a, b, c) })),
  );
  const list = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => ({
    text: parts.map(({ text }) => text).join(','),
    values: new Set(parts.flatMap(({ values }) => [...values])),
  }));
  return fc.oneof(fc.constant({ text: '*', values: every(min, max, 1) }), list);
}

describe('the suggestion for a Linux cron', () => {
  it('runs in the minutes in which the Linux cron would', () => {
    const any = { text: '*', values: new Set<number>() };
    const day = fc.oneof(
      fc.record({ day: linuxField(1, 31), weekday: fc.constant(any) }),
      fc.record({ day: fc.constant(any), weekday: linuxField(0, 6) }),
    );
    const time = fc.record({ minute: linuxField(0, 59), hour: linuxField(0, 23), month: linuxField(1, 12) });
    const start = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2032, 0, 1) });
    fc.assert(
      fc.property(time, day, start, ({ minute, hour, month }, { day: dayOfMonth, weekday }, from) => {
        const linux = [minute, hour, dayOfMonth, month, weekday].map(({ text }) => text).join(' ');
        const [, suggestion = ''] = /use '([^']+)'/.exec(refusalOf(linux)) ?? [];
        const next = nextRunAt(parseCron(suggestion), from);
        const first = Math.floor(from / 60_000) * 60_000 + 60_000;
        for (let at = first; at < first + 2 * 86_400_000; at += 60_000) {
          const date = new Date(at);
          const matches =
            minute.values.has(date.getUTCMinutes()) &&
            hour.values.has(date.getUTCHours()) &&
            month.values.has(date.getUTCMonth() + 1) &&
            (dayOfMonth === any || dayOfMonth.values.has(date.getUTCDate())) &&
            (weekday === any || weekday.values.has(date.getUTCDay()));
          if (matches) return next === at;
        }
        return next === null || next >= first + 2 * 86_400_000;
      }),
      { numRuns: 400 },
    );
  });
});

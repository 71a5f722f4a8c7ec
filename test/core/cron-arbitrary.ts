import fc from 'fast-check';

/** A field of a random cron: its text, and by the definition of the syntax whether a moment matches it. */
type Field = { text: string; matches: (moment: Moment) => boolean };

/** The UTC fields of a second, as `Date` tells them. */
export type Moment = {
  year: number;
  month: number;
  day: number;
  /** 1 = Monday .. 7 = Sunday. */
  weekday: number;
  hour: number;
  minute: number;
  second: number;
  /** How many days the month has. */
  length: number;
};

/** A random cron: its text, and whether the date, and the hour, the minute and the second of a moment match. */
export type RandomCron = {
  text: string;
  hasDate: (m: Moment) => boolean;
  hasTime: readonly ((m: Moment) => boolean)[];
};

export function momentOf(at: number): Moment {
  const date = new Date(at);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return {
    year,
    month: month + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay() === 0 ? 7 : date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    length: new Date(Date.UTC(year, month + 1, 0)).getUTCDate(),
  };
}

const anyValue: Field = { text: '*', matches: () => true };

function listOf(part: fc.Arbitrary<Field>, starWeight: number): fc.Arbitrary<Field> {
  const list = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => ({
    text: parts.map(({ text }) => text).join(','),
    matches: (m: Moment) => parts.some(({ matches }) => matches(m)),
  }));
  return fc.oneof({ arbitrary: fc.constant(anyValue), weight: starWeight }, { arbitrary: list, weight: 3 });
}

function numbers(
  name: 'year' | 'month' | 'hour' | 'minute' | 'second',
  min: number,
  max: number,
): fc.Arbitrary<Field> {
  const value = fc.integer({ min, max });
  const range = fc.tuple(value, value).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const step = fc.integer({ min: 1, max: Math.min(max, 70) + 5 });
  return fc.oneof(
    value.map((a) => ({ text: `${a}`, matches: (m: Moment) => m[name] === a })),
    step.map((a) => ({ text: `*/${a}`, matches: (m: Moment) => m[name] % a === 0 })),
    range.map(([a, b]) => ({ text: `${a}:${b}`, matches: (m: Moment) => m[name] >= a && m[name] <= b })),
    fc.tuple(range, step).map(([[a, b], c]) => ({
      text: `${a}:${b}/${c}`,
      matches: (m: Moment) => m[name] >= a && m[name] <= b && (m[name] - a) % c === 0,
    })),
  );
}

const signedDay = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -31, max: -1 }));
const resolved = (day: number, m: Moment): number => (day > 0 ? day : m.length + 1 + day);
const dayRange = fc
  .tuple(signedDay, signedDay)
  .map(([a, b]) => (a > b && a > 0 === b > 0 ? ([b, a] as const) : ([a, b] as const)));
const dayPart: fc.Arbitrary<Field> = fc.oneof(
  signedDay.map((a) => ({ text: `${a}`, matches: (m: Moment) => m.day === resolved(a, m) })),
  fc.integer({ min: 1, max: 35 }).map((a) => ({ text: `*/${a}`, matches: (m: Moment) => m.day % a === 0 })),
  fc.tuple(dayRange, fc.integer({ min: 1, max: 12 })).map(([[a, b], c]) => ({
    text: c === 1 ? `${a}:${b}` : `${a}:${b}/${c}`,
    matches: (m: Moment) => {
      const first = Math.max(resolved(a, m), 1);
      return m.day >= first && m.day <= resolved(b, m) && (m.day - first) % c === 0;
    },
  })),
);

const NAMES = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const weekday = fc.integer({ min: 1, max: 7 });
const nameOf = (day: number): string => NAMES[day - 1] ?? '';
const weekdayPart: fc.Arbitrary<Field> = fc.oneof(
  weekday.map((a) => ({ text: nameOf(a).toUpperCase(), matches: (m: Moment) => m.weekday === a })),
  fc
    .integer({ min: 1, max: 9 })
    .map((a) => ({ text: `*/${a}`, matches: (m: Moment) => m.weekday % a === 0 })),
  fc.tuple(weekday, weekday, fc.integer({ min: 1, max: 4 })).map(([a, b, c]) => ({
    text: c === 1 ? `${nameOf(a)}:${nameOf(b)}` : `${nameOf(a)}:${nameOf(b)}/${c}`,
    matches: (m: Moment) => {
      for (let day = a, left = c; ; day = (day % 7) + 1, left += 1) {
        if (left % c === 0 && day === m.weekday) return true;
        if (day === b) return false;
      }
    },
  })),
  fc.tuple(fc.constantFrom(-5, -4, -3, -2, -1, 1, 2, 3, 4, 5), weekday).map(([nth, a]) => ({
    text: `${nth}.${nameOf(a)}`,
    matches: (m: Moment) => {
      const sameBefore = Math.floor((m.day - 1) / 7);
      const sameAfter = Math.floor((m.length - m.day) / 7);
      return m.weekday === a && (nth > 0 ? sameBefore === nth - 1 : sameAfter === -nth - 1);
    },
  })),
);

/** Random crons: dense times so that days have several, and dates from "every day" to "once in decades". */
export const randomCron: fc.Arbitrary<RandomCron> = fc
  .record({
    year: fc.oneof(
      { arbitrary: fc.constant(anyValue), weight: 8 },
      { arbitrary: numbers('year', 1970, 2999), weight: 1 },
      { arbitrary: numbers('year', 2020, 2040), weight: 1 },
    ),
    month: listOf(numbers('month', 1, 12), 4),
    day: listOf(dayPart, 4),
    weekday: listOf(weekdayPart, 4),
    hour: listOf(numbers('hour', 0, 23), 2),
    minute: listOf(numbers('minute', 0, 59), 2),
    second: listOf(numbers('second', 0, 59), 2),
  })
  .map(({ year, month, day, weekday: dayOfWeek, hour, minute, second }) => {
    const dates = [year, month, day, dayOfWeek];
    const times = [hour, minute, second];
    return {
      text: [...dates, ...times].map(({ text }) => text).join(' '),
      hasDate: (m: Moment) => dates.every(({ matches }) => matches(m)),
      hasTime: times.map(({ matches }) => matches),
    };
  });

const EDGES = [
  ...[
    '2024-02-28',
    '2024-02-29',
    '2025-02-28',
    '2100-02-28',
    '2000-02-29',
    '2400-02-29',
    '2026-04-30',
    '2027-12-31',
  ],
  ...['2028-01-01', '2026-07-31', '1970-01-01', '2096-02-29', '2999-12-30', '2999-12-31'],
].map((date) => Date.parse(`${date}T00:00:00Z`));

/** Random instants, half of them in the days where months, leap years and the calendar end; milliseconds included. */
export const randomInstant: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2998, 0, 1) }),
  fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) }),
  fc
    .tuple(fc.constantFrom(...EDGES), fc.integer({ min: 0, max: 86_399 }), fc.constantFrom(0, -1, 1, 500))
    .map(([day, second, ms]) => Math.max(day + second * 1000 + ms, 0)),
);

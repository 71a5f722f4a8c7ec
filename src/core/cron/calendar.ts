import { DAY_MS, type Instant } from '../instant.js';

/** The first and the last year that a pattern may name (schedules.md, "Cron"). */
export const FIRST_YEAR = 1970;
export const LAST_YEAR = 2999;

/** The number of kinds of months: 28 to 31 days long, beginning on any of seven weekdays. */
export const MONTH_KINDS = 28;
/** The number of kinds of years: common or leap, beginning on any of seven weekdays. */
export const YEAR_KINDS = 14;

/** Number of days of each month (0 = January): twelve values for a common year, then twelve for a leap year. */
export const MONTH_LENGTHS = Int32Array.of(
  ...[31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
  ...[31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
);

/**
 * Number of days of the year before each month (0 = January): twelve values for a common year, then twelve for a
 * leap year.
 */
export const MONTH_STARTS = new Int32Array(24);
for (let month = 0; month < 24; month += 1) {
  MONTH_STARTS[month] = month % 12 === 0 ? 0 : at(MONTH_STARTS, month - 1) + at(MONTH_LENGTHS, month - 1);
}

/** Returns the month (0 = January) in which a day of the year lies; `leap` is 0 or 1, `dayOfYear` 0..365. */
export function monthOf(dayOfYear: number, leap: number): number {
  let month = dayOfYear >> 5;
  if (month < 11 && at(MONTH_STARTS, leap * 12 + month + 1) <= dayOfYear) month += 1;
  return month;
}

/** Returns an entry of a table. The index must lie inside the table. */
export function at(table: ArrayLike<number>, index: number): number {
  // The only place that does not check an index: every caller computes it from the calendar, so it is in range.
  return table[index] as number;
}

/** Returns 1 for a leap year of the Gregorian calendar, otherwise 0. */
export function leapOf(year: number): number {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
}

/** Returns the number of days from 1970-01-01 to the first of January of a year (from 1601 on). */
export function yearStart(year: number): number {
  const y = year - 1;
  return 365 * (year - 1970) + ((y >> 2) - 492) - (((y / 100) | 0) - 19) + (((y / 400) | 0) - 4);
}

/** Returns the number of days from 1970-01-01 to the first of a month (0 = January) of a year (from 1601 on). */
export function monthStart(year: number, month: number): number {
  return yearStart(year) + at(MONTH_STARTS, leapOf(year) * 12 + month);
}

/** Returns the year of a day (days since 1970-01-01, not negative). */
export function yearOf(day: number): number {
  const year = (1970 + day / 365.2425) | 0;
  if (yearStart(year) > day) return year - 1;
  return yearStart(year + 1) <= day ? year + 1 : year;
}

/** Returns the weekday of a day since 1970-01-01: 0 = Monday .. 6 = Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** Returns which of the 14 kinds of years begins on this day: its weekday, plus 7 for a leap year. */
export function yearKind(firstDay: number, leap: number): number {
  return leap * 7 + ((firstDay + 3) % 7);
}

/**
 * Returns which of the 28 kinds of months a month (0..11) of a kind of year is: (length - 28) * 7 + the weekday
 * of its first day.
 */
export function monthKind(kindOfYear: number, month: number): number {
  const leap = kindOfYear >= 7 ? 1 : 0;
  const first = (kindOfYear - leap * 7 + at(MONTH_STARTS, leap * 12 + month)) % 7;
  return (at(MONTH_LENGTHS, leap * 12 + month) - 28) * 7 + first;
}

/** Returns the index of the lowest bit that is set. The mask must not be 0. */
export function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

/** Returns the index of the highest bit that is set. The mask must not be 0. */
export function highestBit(mask: number): number {
  return 31 - Math.clz32(mask);
}

/** Returns how many bits of a 32-bit mask are set. */
export function bitCount(mask: number): number {
  let rest = mask - ((mask >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Returns midnight UTC of the day in which an instant lies. */
export function startOfDay(at: Instant): Instant {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

/** Returns midnight UTC of a date (month 1..12), or null when the date does not exist. */
export function midnightOf(year: number, month: number, day: number): Instant | null {
  const date = new Date(0);
  const midnight = date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? midnight : null;
}

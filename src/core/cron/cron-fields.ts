import {
  at,
  bitCount,
  FIRST_YEAR,
  leapOf,
  lowestBit,
  MONTH_KINDS,
  monthKind,
  YEAR_KINDS,
  yearKind,
  yearStart,
} from './calendar.js';

/** A set of values 0..59 as two masks of 30 bits: `low` holds 0..29, `high` holds 30..59. */
export type Sixty = { readonly low: number; readonly high: number };

/**
 * A cron in the form that the search uses: bit masks, and tables over the 28 kinds of months and the 14 kinds of
 * years. Day, DayOfWeek and Month together cost one lookup, and an impossible date costs none.
 */
export type CronFields = {
  /** For each year from 1970 on, whether it is permitted (1 or 0); null permits any year. */
  readonly years: Uint8Array | null;
  /** For each kind of month, the days that match (bit 0 = the first). */
  readonly monthDays: Int32Array;
  /** For each kind of year, the months that contain a matching day (bit 0 = January). */
  readonly yearMonths: Int32Array;
  /** Whether any year could contain a matching day; false for 30 February. */
  readonly isPossible: boolean;
  /** The matching hours (bits 0..23). */
  readonly hours: number;
  readonly minutes: Sixty;
  readonly seconds: Sixty;
  /** The first matching time of day, in seconds after midnight. */
  readonly firstTime: number;
  /** How many times of day match. */
  readonly timesPerDay: number;
};

/** The content of a cron text, before the tables are built. */
export type CronParts = {
  readonly years: Uint8Array | null;
  /** The matching months (bit 1 = January). */
  readonly months: number;
  /** For months of 28, 29, 30 and 31 days, the days that Day permits (bit 1 = the first). */
  readonly days: readonly number[];
  /** For a kind of month, the days that DayOfWeek permits (bit 0 = the first). */
  readonly weekdays: (length: number, first: number) => number;
  readonly hours: number;
  readonly minutes: Sixty;
  readonly seconds: Sixty;
};

/**
 * Builds the tables of a cron. A set of hours, minutes or seconds is never empty, because 0 is a multiple of
 * every step.
 */
export function compileCron(parts: CronParts): CronFields {
  const monthDays = new Int32Array(MONTH_KINDS);
  for (let kind = 0; kind < MONTH_KINDS; kind += 1) {
    const extra = (kind / 7) | 0;
    monthDays[kind] = (at(parts.days, extra) >>> 1) & parts.weekdays(28 + extra, kind % 7);
  }
  const yearMonths = new Int32Array(YEAR_KINDS);
  let anyMonth = 0;
  for (let kind = 0; kind < YEAR_KINDS; kind += 1) {
    let months = 0;
    for (let month = 0; month < 12; month += 1) {
      if ((parts.months >>> (month + 1)) & 1 && at(monthDays, monthKind(kind, month)) !== 0)
        months |= 1 << month;
    }
    yearMonths[kind] = months;
    anyMonth |= months;
  }
  const { hours, minutes, seconds } = parts;
  return {
    years: parts.years,
    monthDays,
    yearMonths,
    isPossible: anyMonth !== 0 && (parts.years === null || parts.years.includes(1)),
    hours,
    minutes,
    seconds,
    firstTime: lowestBit(hours) * 3600 + firstOfSixty(minutes) * 60 + firstOfSixty(seconds),
    timesPerDay: bitCount(hours) * sixtyCount(minutes) * sixtyCount(seconds),
  };
}

/** Returns the smallest value of a set. The set must not be empty. */
export function firstOfSixty(set: Sixty): number {
  return set.low === 0 ? 30 + lowestBit(set.high) : lowestBit(set.low);
}

/** Returns how many values a set contains. */
export function sixtyCount(set: Sixty): number {
  return bitCount(set.low) + bitCount(set.high);
}

/** Returns whether a cron permits a year (1970..2999). */
export function hasYear(fields: CronFields, year: number): boolean {
  return fields.years === null || fields.years[year - FIRST_YEAR] === 1;
}

/** Returns the months of a year in which a day matches (bit 0 = January). */
export function monthsOf(fields: CronFields, year: number): number {
  return hasYear(fields, year) ? at(fields.yearMonths, yearKind(yearStart(year), leapOf(year))) : 0;
}

/** Returns the days of a month (0 = January) that match (bit 0 = the first). */
export function daysOf(fields: CronFields, year: number, month: number): number {
  return at(fields.monthDays, monthKind(yearKind(yearStart(year), leapOf(year)), month));
}

import {
  at,
  FIRST_YEAR,
  highestBit,
  leapOf,
  MONTH_STARTS,
  monthKind,
  monthOf,
  monthStart,
  yearKind,
  yearOf,
  yearStart,
} from './calendar.js';
import { daysOf, hasYear, monthsOf, type CronFields, type Sixty } from './cron-fields.js';
import type { Instant } from '../instant.js';

const NONE = -1;
const LAST_SECOND = 86_399;

/**
 * Returns the last instant of a cron at or before `atOrBefore` (at most the last instant of 2999), a whole
 * second, or null when nothing matches since 1970. Works like `nextOfCron` in the other direction, with the same
 * bound on its cost.
 */
export function previousOfCron(fields: CronFields, atOrBefore: Instant): Instant | null {
  if (atOrBefore < 0 || !fields.isPossible) return null;
  const second = Math.floor(atOrBefore / 1000);
  const today = Math.floor(second / 86_400);
  let day = dayUpTo(fields, today);
  let time = NONE;
  if (day === today) {
    time = timeUpTo(fields, second - today * 86_400);
    if (time === NONE) day = dayUpTo(fields, today - 1);
  }
  if (day === NONE) return null;
  return (day * 86_400 + (time === NONE ? timeUpTo(fields, LAST_SECOND) : time)) * 1000;
}

/** Returns the last matching day at or before `day` (days since 1970-01-01), or NONE. */
function dayUpTo(fields: CronFields, day: number): number {
  if (day < 0) return NONE;
  const year = yearOf(day);
  if (hasYear(fields, year)) {
    const first = yearStart(year);
    const leap = leapOf(year);
    const kind = yearKind(first, leap);
    const months = at(fields.yearMonths, kind);
    const month = monthOf(day - first, leap);
    if ((months >>> month) & 1) {
      const start = at(MONTH_STARTS, leap * 12 + month);
      const days = at(fields.monthDays, monthKind(kind, month)) & ((2 << (day - first - start)) - 1);
      if (days !== 0) return first + start + highestBit(days);
    }
    const earlier = months & ((1 << month) - 1);
    if (earlier !== 0) return lastDayOf(fields, year, highestBit(earlier));
  }
  return lastDayFrom(fields, year - 1);
}

function lastDayFrom(fields: CronFields, year: number): number {
  for (let y = year; y >= FIRST_YEAR; y -= 1) {
    const months = monthsOf(fields, y);
    if (months !== 0) return lastDayOf(fields, y, highestBit(months));
  }
  return NONE;
}

function lastDayOf(fields: CronFields, year: number, month: number): number {
  return monthStart(year, month) + highestBit(daysOf(fields, year, month));
}

/** Returns the last matching time at or before a second of the day, or NONE. */
function timeUpTo(fields: CronFields, secondOfDay: number): number {
  const hour = (secondOfDay / 3600) | 0;
  const lastSecond = sixtyUpTo(fields.seconds, 59);
  if ((fields.hours >>> hour) & 1) {
    const minute = ((secondOfDay / 60) | 0) - hour * 60;
    if (sixtyUpTo(fields.minutes, minute) === minute) {
      const second = sixtyUpTo(fields.seconds, secondOfDay % 60);
      if (second !== NONE) return hour * 3600 + minute * 60 + second;
    }
    const earlier = sixtyUpTo(fields.minutes, minute - 1);
    if (earlier !== NONE) return hour * 3600 + earlier * 60 + lastSecond;
  }
  const hours = fields.hours & ((1 << hour) - 1);
  if (hours === 0) return NONE;
  return highestBit(hours) * 3600 + sixtyUpTo(fields.minutes, 59) * 60 + lastSecond;
}

function sixtyUpTo(set: Sixty, value: number): number {
  if (value < 0) return NONE;
  if (value >= 30) {
    const high = set.high & ((2 << (value - 30)) - 1);
    if (high !== 0) return 30 + highestBit(high);
    return set.low === 0 ? NONE : highestBit(set.low);
  }
  const low = set.low & ((2 << value) - 1);
  return low === 0 ? NONE : highestBit(low);
}

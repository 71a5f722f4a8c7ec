import {
  at,
  LAST_YEAR,
  leapOf,
  lowestBit,
  MONTH_STARTS,
  monthKind,
  monthOf,
  monthStart,
  yearKind,
  yearOf,
  yearStart,
} from './calendar.js';
import { daysOf, firstOfSixty, hasYear, monthsOf, type CronFields, type Sixty } from './cron-fields.js';
import { LAST_INSTANT, type Instant } from '../instant.js';

const NONE = -1;

/**
 * Returns the first instant of a cron strictly after `after`, a whole second, or null when nothing matches up to
 * the year 2999. The search jumps from match to match and does not step through values: it looks at each year at
 * most once.
 */
export function nextOfCron(fields: CronFields, after: Instant): Instant | null {
  if (after >= LAST_INSTANT || !fields.isPossible) return null;
  const second = after < 0 ? 0 : Math.floor(after / 1000) + 1;
  const today = Math.floor(second / 86_400);
  let day = dayFrom(fields, today);
  let time = fields.firstTime;
  if (day === today) {
    time = timeFrom(fields, second - today * 86_400);
    if (time === NONE) {
      day = dayFrom(fields, today + 1);
      time = fields.firstTime;
    }
  }
  return day === NONE ? null : (day * 86_400 + time) * 1000;
}

/** Returns the first matching day at or after `day` (days since 1970-01-01). */
function dayFrom(fields: CronFields, day: number): number {
  const year = yearOf(day);
  if (year > LAST_YEAR) return NONE;
  if (hasYear(fields, year)) {
    const first = yearStart(year);
    const leap = leapOf(year);
    const kind = yearKind(first, leap);
    const months = at(fields.yearMonths, kind);
    const month = monthOf(day - first, leap);
    if ((months >>> month) & 1) {
      const dayOfMonth = day - first - at(MONTH_STARTS, leap * 12 + month);
      const days = at(fields.monthDays, monthKind(kind, month)) >>> dayOfMonth;
      if (days !== 0) return day + lowestBit(days);
    }
    const later = months & ~((2 << month) - 1);
    if (later !== 0) return firstDayOf(fields, year, lowestBit(later));
  }
  return firstDayFrom(fields, year + 1);
}

/**
 * Returns the first matching day in `year` or later. Every kind of year occurs within 40 years, so few years are
 * looked at.
 */
function firstDayFrom(fields: CronFields, year: number): number {
  for (let y = year; y <= LAST_YEAR; y += 1) {
    const months = monthsOf(fields, y);
    if (months !== 0) return firstDayOf(fields, y, lowestBit(months));
  }
  return NONE;
}

function firstDayOf(fields: CronFields, year: number, month: number): number {
  return monthStart(year, month) + lowestBit(daysOf(fields, year, month));
}

/** Returns the first matching time at or after a second of the day, or NONE. */
function timeFrom(fields: CronFields, secondOfDay: number): number {
  const hour = (secondOfDay / 3600) | 0;
  if ((fields.hours >>> hour) & 1) {
    const minute = ((secondOfDay / 60) | 0) - hour * 60;
    if (hasSixty(fields.minutes, minute)) {
      const second = sixtyFrom(fields.seconds, secondOfDay % 60);
      if (second !== NONE) return hour * 3600 + minute * 60 + second;
    }
    const later = sixtyFrom(fields.minutes, minute + 1);
    if (later !== NONE) return hour * 3600 + later * 60 + firstOfSixty(fields.seconds);
  }
  const hours = fields.hours & ~((2 << hour) - 1);
  if (hours === 0) return NONE;
  return lowestBit(hours) * 3600 + firstOfSixty(fields.minutes) * 60 + firstOfSixty(fields.seconds);
}

function hasSixty(set: Sixty, value: number): boolean {
  return ((value < 30 ? set.low >>> value : set.high >>> (value - 30)) & 1) === 1;
}

function sixtyFrom(set: Sixty, value: number): number {
  if (value < 30) {
    const low = set.low >>> value;
    if (low !== 0) return value + lowestBit(low);
    return set.high === 0 ? NONE : 30 + lowestBit(set.high);
  }
  const high = value < 60 ? set.high >>> (value - 30) : 0;
  return high === 0 ? NONE : value + lowestBit(high);
}

import {
  at,
  bitCount,
  leapOf,
  MONTH_LENGTHS,
  MONTH_STARTS,
  monthKind,
  monthOf,
  yearKind,
  yearOf,
  yearStart,
} from './calendar.js';
import { hasYear, sixtyCount, type CronFields, type Sixty } from './cron-fields.js';
import type { Instant } from '../instant.js';

/**
 * Returns how many instants of a cron lie in [`from`, `to`] (`to` is at most the last instant of 2999). For whole
 * days it counts the matching days month by month; for the first and the last day it counts the times of day.
 */
export function countCron(fields: CronFields, from: Instant, to: Instant): number {
  if (to < 0 || !fields.isPossible) return 0;
  const first = from <= 0 ? 0 : Math.ceil(from / 1000);
  const last = Math.floor(to / 1000);
  if (last < first) return 0;
  const firstDay = Math.floor(first / 86_400);
  const lastDay = Math.floor(last / 86_400);
  const cutAtStart = timesBefore(fields, first - firstDay * 86_400);
  const cutAtEnd = fields.timesPerDay - timesBefore(fields, last - lastDay * 86_400 + 1);
  let count = countDays(fields, firstDay, lastDay) * fields.timesPerDay;
  if (cutAtStart !== 0 && countDays(fields, firstDay, firstDay) === 1) count -= cutAtStart;
  if (cutAtEnd !== 0 && countDays(fields, lastDay, lastDay) === 1) count -= cutAtEnd;
  return count;
}

/** Returns how many days in [`firstDay`, `lastDay`] match (days since 1970-01-01). */
function countDays(fields: CronFields, firstDay: number, lastDay: number): number {
  let count = 0;
  const lastYear = yearOf(lastDay);
  for (let year = yearOf(firstDay); year <= lastYear; year += 1) {
    if (!hasYear(fields, year)) continue;
    const start = yearStart(year);
    count += countDaysInYear(fields, year, {
      first: Math.max(firstDay - start, 0),
      last: Math.min(lastDay, yearStart(year + 1) - 1) - start,
    });
  }
  return count;
}

function countDaysInYear(fields: CronFields, year: number, span: { first: number; last: number }): number {
  const leap = leapOf(year);
  const kind = yearKind(yearStart(year), leap);
  const months = at(fields.yearMonths, kind);
  const lastMonth = monthOf(span.last, leap);
  let count = 0;
  for (let month = monthOf(span.first, leap); month <= lastMonth; month += 1) {
    if (((months >>> month) & 1) === 0) continue;
    const start = at(MONTH_STARTS, leap * 12 + month);
    const from = Math.max(span.first - start, 0);
    const to = Math.min(span.last - start, at(MONTH_LENGTHS, leap * 12 + month) - 1);
    const days = at(fields.monthDays, monthKind(kind, month)) & ((2 << to) - 1) & ~((1 << from) - 1);
    count += bitCount(days);
  }
  return count;
}

/** Returns how many matching times of day lie before a second of the day (0..86400). */
function timesBefore(fields: CronFields, secondOfDay: number): number {
  if (secondOfDay >= 86_400) return fields.timesPerDay;
  const hour = (secondOfDay / 3600) | 0;
  const minute = ((secondOfDay / 60) | 0) - hour * 60;
  const perMinute = sixtyCount(fields.seconds);
  const perHour = sixtyCount(fields.minutes) * perMinute;
  let count = bitCount(fields.hours & ((1 << hour) - 1)) * perHour;
  if (((fields.hours >>> hour) & 1) === 0) return count;
  count += countBelow(fields.minutes, minute) * perMinute;
  const hasMinute = countBelow(fields.minutes, minute + 1) !== countBelow(fields.minutes, minute);
  return hasMinute ? count + countBelow(fields.seconds, secondOfDay % 60) : count;
}

function countBelow(set: Sixty, value: number): number {
  if (value <= 30) return bitCount(set.low & (value === 0 ? 0 : (2 << (value - 1)) - 1));
  return bitCount(set.low) + bitCount(set.high & ((2 << (value - 31)) - 1));
}

import type { CronFields } from '../cron/cron-fields.js';
import { countCron } from '../cron/cron-count.js';
import { nextOfCron } from '../cron/cron-next.js';
import { previousOfCron } from '../cron/cron-previous.js';
import { DAY_MS, LAST_INSTANT, type Instant } from '../instant.js';

/**
 * A calendar pattern of seven fields. `expression` is the text as it was sent; `fields` is the form that the
 * search uses.
 */
export type Cron = { readonly kind: 'cron'; readonly expression: string; readonly fields: CronFields };

/** The time between two actual starts, in milliseconds. */
export type Interval = { readonly kind: 'interval'; readonly everyMs: number };

/** A time of day in UTC, every day, in milliseconds after midnight (0..86399999). */
export type DailyAt = { readonly kind: 'dailyAt'; readonly msOfDay: number };

/** One instant, past or future. */
export type Once = { readonly kind: 'once'; readonly at: Instant };

/** When a schedule runs: the value of its one timing field (schedules.md, the table of fields). */
export type SchedulePattern = Cron | Interval | DailyAt | Once;

/**
 * Returns the first instant of the pattern strictly after `after`; for an interval, `after` plus the interval.
 * Null means never: no instant lies after the year 2999. Cron instants are whole seconds. Takes much less than a
 * microsecond for ordinary patterns, and a few microseconds for patterns that match once in decades.
 */
export function nextRunAt(pattern: SchedulePattern, after: Instant): Instant | null {
  switch (pattern.kind) {
    case 'cron':
      return nextOfCron(pattern.fields, after);
    case 'interval':
      return known(after + pattern.everyMs);
    case 'dailyAt':
      return known(lastDailyAt(pattern, after) + DAY_MS);
    case 'once':
      return pattern.at > after ? known(pattern.at) : null;
  }
}

/**
 * Returns the last instant of the pattern that is <= `atOrBefore` and >= `notBefore`, or null when there is none
 * between them. It is computed, not enumerated: an outage of years costs as much as one of minutes.
 */
export function previousRunAt(
  pattern: Cron | DailyAt,
  atOrBefore: Instant,
  notBefore: Instant,
): Instant | null {
  const limit = Math.min(atOrBefore, LAST_INSTANT);
  const found = pattern.kind === 'cron' ? previousOfCron(pattern.fields, limit) : lastDailyAt(pattern, limit);
  return found !== null && found >= notBefore ? found : null;
}

/**
 * Returns how many instants of the pattern lie in [`from`, `to`], both ends included; 0 when `to` lies before
 * `from`. It is computed from the number of matching days, so it is cheap even for a pattern of every second over
 * years.
 */
export function countRuns(pattern: Cron | DailyAt, from: Instant, to: Instant): number {
  const limit = Math.min(to, LAST_INSTANT);
  if (limit < from) return 0;
  if (pattern.kind === 'cron') return countCron(pattern.fields, from, limit);
  return (lastDailyAt(pattern, limit) - lastDailyAt(pattern, from - 1)) / DAY_MS;
}

function lastDailyAt(pattern: DailyAt, atOrBefore: Instant): Instant {
  return Math.floor((atOrBefore - pattern.msOfDay) / DAY_MS) * DAY_MS + pattern.msOfDay;
}

function known(at: Instant): Instant | null {
  return at <= LAST_INSTANT ? at : null;
}

import { countCron } from '../cron/cron-count.js';
import type { CronFields } from '../cron/cron-fields.js';
import { nextOfCron } from '../cron/cron-next.js';
import { previousOfCron } from '../cron/cron-previous.js';
import { DAY_MS, LAST_INSTANT, type Instant } from '../instant.js';

/**
 * The calendar of a pattern, without its zone: instants here are local times, written as if they were UTC. For a
 * pattern without a zone they are what it fires at.
 */
export type LocalPattern =
  | { readonly kind: 'cron'; readonly fields: CronFields }
  | { readonly kind: 'dailyAt'; readonly msOfDay: number };

/** The time of day of a local pattern. */
type LocalClockTime = Extract<LocalPattern, { kind: 'dailyAt' }>;

/** Returns the first match strictly after `after`, null where none comes up to the year 2999. */
export function nextMatch(pattern: LocalPattern, after: Instant): Instant | null {
  if (pattern.kind === 'cron') return nextOfCron(pattern.fields, after);
  const next = lastDailyAt(pattern, after) + DAY_MS;
  return next <= LAST_INSTANT ? next : null;
}

/** Returns the last match at or before an instant, null where there is none; a time of day has one in each year. */
export function previousMatch(pattern: LocalPattern, atOrBefore: Instant): Instant | null {
  const limit = Math.min(atOrBefore, LAST_INSTANT);
  return pattern.kind === 'cron' ? previousOfCron(pattern.fields, limit) : lastDailyAt(pattern, limit);
}

/** Returns how many matches lie in [`from`, `to`], both ends included; 0 when `to` lies before `from`. */
export function countMatches(pattern: LocalPattern, from: Instant, to: Instant): number {
  const limit = Math.min(to, LAST_INSTANT);
  if (limit < from) return 0;
  if (pattern.kind === 'cron') return countCron(pattern.fields, from, limit);
  return (lastDailyAt(pattern, limit) - lastDailyAt(pattern, from - 1)) / DAY_MS;
}

function lastDailyAt(pattern: LocalClockTime, atOrBefore: Instant): Instant {
  return Math.floor((atOrBefore - pattern.msOfDay) / DAY_MS) * DAY_MS + pattern.msOfDay;
}

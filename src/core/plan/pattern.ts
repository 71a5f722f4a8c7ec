import type { CronFields } from '../cron/cron-fields.js';
import { LAST_INSTANT, type Instant } from '../instant.js';
import type { ZoneRule } from '../zone/zone-rule.js';
import { countMatches, nextMatch, previousMatch } from './local-pattern.js';
import { countInZone, nextInZone, previousInZone } from './zoned-pattern.js';

/**
 * A calendar pattern of seven fields. `expression` is the text as it was sent; `fields` is the form that the
 * search uses. The fields are local times of `zone`, and UTC without one.
 */
export type Cron = {
  readonly kind: 'cron';
  readonly expression: string;
  readonly fields: CronFields;
  readonly zone?: ZoneRule;
};

/** The time between two actual starts, in milliseconds. */
export type Interval = { readonly kind: 'interval'; readonly everyMs: number };

/** A time of day, every day, in milliseconds after midnight (0..86399999): in local time of `zone`, in UTC without one. */
export type DailyAt = { readonly kind: 'dailyAt'; readonly msOfDay: number; readonly zone?: ZoneRule };

/** One instant, past or future. */
export type Once = { readonly kind: 'once'; readonly at: Instant };

/** When a schedule runs: the value of its one timing field (schedules.md, the table of fields). */
export type SchedulePattern = Cron | Interval | DailyAt | Once;

/**
 * Returns the first instant of the pattern strictly after `after`; for an interval, `after` plus the interval.
 * Null means never: no instant lies after the year 2999. Cron instants are whole seconds. Takes much less than a
 * microsecond for ordinary patterns, and a few microseconds for patterns that match once in decades. A pattern with a
 * zone takes at most five times as long, once the offsets of the zone in those years are known (0.2 ms a year).
 */
export function nextRunAt(pattern: SchedulePattern, after: Instant): Instant | null {
  switch (pattern.kind) {
    case 'cron':
    case 'dailyAt':
      return isZoned(pattern) ? nextInZone(pattern, after) : nextMatch(pattern, after);
    case 'interval':
      return known(after + pattern.everyMs);
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
  if (isZoned(pattern)) return previousInZone(pattern, atOrBefore, notBefore);
  const found = previousMatch(pattern, atOrBefore);
  return found !== null && found >= notBefore ? found : null;
}

/**
 * Returns how many instants of the pattern lie in [`from`, `to`], both ends included; 0 when `to` lies before
 * `from`. It is computed from the number of matching days, so it is cheap even for a pattern of every second over
 * years.
 */
export function countRuns(pattern: Cron | DailyAt, from: Instant, to: Instant): number {
  return isZoned(pattern) ? countInZone(pattern, from, to) : countMatches(pattern, from, to);
}

/** Returns whether a pattern is read in the local time of a zone. */
export function isZoned(pattern: Cron | DailyAt): pattern is (Cron | DailyAt) & { readonly zone: ZoneRule } {
  return pattern.zone !== undefined;
}

function known(at: Instant): Instant | null {
  return at <= LAST_INSTANT ? at : null;
}

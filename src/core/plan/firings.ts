import { DAY_MS, HOUR_MS, type Instant } from '../instant.js';
import { countCron } from '../cron/cron-count.js';
import { sixtyCount } from '../cron/cron-fields.js';
import { nextRunAt, type SchedulePattern } from './pattern.js';

/**
 * Returns how often a pattern fires an hour, as the limit on planned firings counts it (configuration.md, "Limits"):
 * its busiest hour; where it fires more than once within one minute, 60 times its busiest minute. A pattern that could
 * fill single minutes is thus counted as if it filled them all, and one that fires once a day counts 1. The hours in which
 * the clocks of its zone change count as any other. A one-time
 * schedule counts 0: it repeats nothing, and the number of schedules limits it.
 */
export function firingsPerHour(pattern: SchedulePattern): number {
  switch (pattern.kind) {
    case 'cron': {
      const { fields } = pattern;
      if (!fields.isPossible) return 0;
      const perMinute = sixtyCount(fields.seconds);
      return perMinute > 1 ? 60 * perMinute : sixtyCount(fields.minutes);
    }
    case 'interval':
      return Math.ceil(HOUR_MS / pattern.everyMs);
    case 'dailyAt':
      return 1;
    case 'once':
      return 0;
  }
}

/** The calendar repeats after 400 years, to the day and the weekday. */
const CYCLE_START = Date.UTC(2001, 0, 1);
const CYCLE_DAYS = 146_097;

/**
 * Returns how often a pattern fires a day: exactly where it does so on each day (as an interval counts that begins with
 * the day), otherwise the mean over the calendar, in the years that the pattern permits, without changes of the clock. 0 where nothing is left after
 * `from`, null for a one-time schedule, which has no pace.
 */
export function firingsPerDay(pattern: SchedulePattern, from: Instant): number | null {
  if (pattern.kind === 'once') return null;
  if (nextRunAt(pattern, from) === null) return 0;
  switch (pattern.kind) {
    case 'cron': {
      const fields = { ...pattern.fields, years: null };
      return countCron(fields, CYCLE_START, CYCLE_START + CYCLE_DAYS * DAY_MS - 1) / CYCLE_DAYS;
    }
    case 'interval':
      return pattern.everyMs > DAY_MS ? DAY_MS / pattern.everyMs : Math.floor(DAY_MS / pattern.everyMs);
    case 'dailyAt':
      return 1;
  }
}

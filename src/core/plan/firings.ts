import { HOUR_MS } from '../instant.js';
import { sixtyCount } from '../cron/cron-fields.js';
import type { SchedulePattern } from './pattern.js';

/**
 * Returns how often a pattern fires an hour, as the limit on planned firings counts it (configuration.md, "Limits"):
 * its busiest hour; where it fires more than once within one minute, 60 times its busiest minute. A pattern that could
 * fill single minutes is thus counted as if it filled them all, and one that fires once a day counts 1. A one-time
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

import { BoundedMap } from '../../core/bounded-map.js';
import { parseCron } from '../../core/cron/cron.js';
import { firingsPerHour } from '../../core/plan/firings.js';
import type { Cron, SchedulePattern } from '../../core/plan/pattern.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';

/** The fields of a schedule that say when it runs. */
export type Timing = Pick<ScheduleRow, 'kind' | 'expression' | 'meaning'>;

const MOST_PARSED = 10_000;
/** Parsed cron texts, so that a schedule that runs every second is not parsed every second. */
const parsed = new BoundedMap<Cron>(MOST_PARSED);

/** Returns the pattern that a stored schedule means. */
export function patternOf(timing: Timing): SchedulePattern {
  const meaning = timing.meaning ?? 0;
  switch (timing.kind) {
    case 'cron':
      return cronOf(timing.expression);
    case 'interval':
      return { kind: 'interval', everyMs: meaning };
    case 'dailyAt':
      return { kind: 'dailyAt', msOfDay: meaning };
    case 'once':
      return { kind: 'once', at: meaning };
  }
}

/** Returns how often a stored timing fires an hour, as limits count it. */
export function firingsOf(timing: Timing): number {
  return firingsPerHour(patternOf(timing));
}

function cronOf(expression: string): Cron {
  const known = parsed.get(expression);
  if (known) return known;
  const cron = parseCron(expression);
  parsed.set(expression, cron);
  return cron;
}

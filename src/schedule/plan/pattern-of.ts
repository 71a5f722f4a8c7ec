import { BoundedMap } from '../../core/bounded-map.js';
import { parseCron } from '../../core/cron/cron.js';
import { firingsPerHour } from '../../core/plan/firings.js';
import type { Cron, DailyAt, SchedulePattern } from '../../core/plan/pattern.js';
import { parsePolicy } from '../../core/policy/run-policy.js';
import type { ZoneRule } from '../../core/zone/zone-rule.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';

/** The fields of a schedule that say when it runs. */
export type Timing = Pick<ScheduleRow, 'kind' | 'expression' | 'meaning'>;

/** The same with its settings, of which the zone is one. */
export type StoredTiming = Timing & Pick<ScheduleRow, 'policy'>;

const MOST_PARSED = 10_000;
/** Parsed cron texts, so that a schedule that runs every second is not parsed every second. */
const parsed = new BoundedMap<Cron>(MOST_PARSED);

/** Returns the pattern that a timing means in a zone: null for UTC. Intervals and single instants have none. */
export function patternOf(timing: Timing, zone: ZoneRule | null): SchedulePattern {
  const meaning = timing.meaning ?? 0;
  switch (timing.kind) {
    case 'cron':
      return inZone(cronOf(timing.expression), zone);
    case 'interval':
      return { kind: 'interval', everyMs: meaning };
    case 'dailyAt':
      return inZone({ kind: 'dailyAt', msOfDay: meaning }, zone);
    case 'once':
      return { kind: 'once', at: meaning };
  }
}

/** Returns the pattern that a stored schedule means. Throws Error where its text or its settings cannot be read. */
export function patternOfRow(row: StoredTiming): SchedulePattern {
  return patternOf(row, parsePolicy(row.policy).zone ?? null);
}

/** Returns how often a timing fires an hour, as limits count it: in each zone as often as in UTC. */
export function firingsOf(timing: Timing): number {
  return firingsPerHour(patternOf(timing, null));
}

function inZone<Pattern extends Cron | DailyAt>(pattern: Pattern, zone: ZoneRule | null): Pattern {
  return zone === null ? pattern : { ...pattern, zone };
}

function cronOf(expression: string): Cron {
  const known = parsed.get(expression);
  if (known) return known;
  const cron = parseCron(expression);
  parsed.set(expression, cron);
  return cron;
}

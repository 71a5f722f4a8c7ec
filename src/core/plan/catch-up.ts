import { MINUTE_MS, type Instant } from '../instant.js';
import { countRuns, previousRunAt, type SchedulePattern } from './pattern.js';
import type { ActiveWindow } from './planning.js';

/** A time in which no replica of the service was there, from the last persisted heartbeat to the first one after it. */
export interface Outage {
  readonly fromAt: Instant;
  readonly toAt: Instant;
}

/** From this length on, only the last missed run of each schedule is executed (runs-and-behaviour.md, "Outages"). */
export const SKIPPING_OUTAGE_MS = 20 * MINUTE_MS;

/** What becomes of a planned run that may have been missed: it runs as planned, or the last missed one runs in its place. */
export type CatchUp =
  | { readonly kind: 'asPlanned' }
  | {
      readonly kind: 'lastMissed';
      readonly at: Instant;
      /** How many runs are skipped, and the first and the last of them. */
      readonly skipped: number;
      readonly fromAt: Instant;
      readonly toAt: Instant;
    };

/**
 * Returns what an outage does to the run planned at `plannedAt`. Only outages of 20 minutes or more skip, and
 * only the runs planned within them; a mere backlog skips nothing. Intervals and one-time schedules have one
 * planned run at a time, which runs. Computed, never enumerated: weeks of a per-second schedule cost the same.
 */
export function catchUp(
  pattern: SchedulePattern,
  plannedAt: Instant,
  window: ActiveWindow,
  outages: readonly Outage[],
): CatchUp {
  if (pattern.kind === 'interval' || pattern.kind === 'once') return { kind: 'asPlanned' };
  const outage = outages.find(
    ({ fromAt, toAt }) => toAt - fromAt >= SKIPPING_OUTAGE_MS && plannedAt > fromAt && plannedAt <= toAt,
  );
  if (!outage) return { kind: 'asPlanned' };
  const until = window.endAt === null ? outage.toAt : Math.min(outage.toAt, window.endAt);
  const at = previousRunAt(pattern, until, plannedAt);
  if (at === null || at === plannedAt) return { kind: 'asPlanned' };
  const toAt = previousRunAt(pattern, at - 1, plannedAt) ?? plannedAt;
  return { kind: 'lastMissed', at, skipped: countRuns(pattern, plannedAt, toAt), fromAt: plannedAt, toAt };
}

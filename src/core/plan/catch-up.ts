import { MINUTE_MS, type Instant } from '../instant.js';
import { countRuns, previousRunAt, type SchedulePattern } from './pattern.js';
import type { ActiveWindow } from './planning.js';

/** A time during which no replica of the service ran: from the last stored heartbeat to the first one after it. */
export interface Outage {
  readonly fromAt: Instant;
  readonly toAt: Instant;
}

/**
 * For an outage of this length or more, only the last missed run of each schedule is executed
 * (runs-and-behaviour.md, "Outages").
 */
export const SKIPPING_OUTAGE_MS = 20 * MINUTE_MS;

/**
 * What happens to a planned run that may have been missed: it runs as planned, or the last missed run is executed
 * in its place.
 */
export type CatchUp =
  | { readonly kind: 'asPlanned' }
  | {
      readonly kind: 'lastMissed';
      readonly at: Instant;
      /** How many runs are skipped, and the instants of the first and the last of them. */
      readonly skipped: number;
      readonly fromAt: Instant;
      readonly toAt: Instant;
    };

/**
 * Returns the effect of an outage on the run planned at `plannedAt`. Runs are skipped only for outages of 20
 * minutes or more, and only runs planned within the outage; a backlog alone skips nothing. Intervals and one-time
 * schedules have only one planned run at a time, and it is executed. The result is computed without enumerating
 * the runs: weeks of a schedule that runs every second cost no more than minutes.
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

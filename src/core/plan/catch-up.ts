import { MINUTE_MS, type Instant } from '../instant.js';
import type { CatchUpMode } from '../policy/life-settings.js';
import { countRuns, nextRunAt, previousRunAt, type SchedulePattern } from './pattern.js';
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
const SKIPPING_OUTAGE_MS = 20 * MINUTE_MS;

/**
 * A replica that did not beat for longer than this was absent: it beats every 20 s at the latest. Where no other was
 * alive meanwhile, that was an outage, and so was the time before a start, however short it was.
 */
export const LEAST_ABSENCE_MS = MINUTE_MS;

/** How many missed runs of a schedule are executed at most where all of them are asked for. */
export const MOST_MADE_UP = 10_000;

/** Missed runs that are not executed: how many, and the instants of the first and the last of them. */
interface Left {
  readonly skipped: number;
  readonly fromAt: Instant;
  readonly toAt: Instant;
}

/** What happens to a planned run that may have been missed. */
export type CatchUp =
  | { readonly kind: 'asPlanned' }
  /** A later missed run is executed in its place: the last one, or the first of as many as are made up. */
  | ({ readonly kind: 'laterMissed'; readonly at: Instant } & Left)
  /** Neither this one is executed nor any other up to `until`. */
  | ({ readonly kind: 'noneMissed'; readonly until: Instant } & Left);

const AS_PLANNED: CatchUp = { kind: 'asPlanned' };

/** What is known of a planned run that may have been missed. */
export interface CatchUpInput {
  readonly pattern: SchedulePattern;
  readonly plannedAt: Instant;
  readonly window: ActiveWindow;
  /** How much later than its instants the schedule is due. */
  readonly offsetMs?: number;
  readonly outages: readonly Outage[];
  /** What the schedule asks for. */
  readonly mode?: CatchUpMode;
}

/**
 * Returns the effect of an outage on a planned run. Only runs due within an outage are missed: a backlog alone
 * skips nothing, and neither is a run missed whose instant has passed and which is due after the outage. What happens to them is what the schedule asks for; by default they are skipped for outages of 20
 * minutes or more, but for the last one. Intervals and one-time schedules have only one planned run at a time, and it
 * is executed, unless no missed run is. The result is computed without enumerating the runs: weeks of a schedule
 * that runs every second cost no more than minutes.
 */
export function catchUp({ mode = 'default', ...input }: CatchUpInput): CatchUp {
  const { pattern, plannedAt, window, offsetMs = 0 } = input;
  const outage = outageOf(input, mode === 'default' ? SKIPPING_OUTAGE_MS : 1);
  if (outage === null || pattern.kind === 'once') return AS_PLANNED;
  const until = Math.max(plannedAt, Math.min(outage.toAt - offsetMs, window.endAt ?? Infinity));
  if (pattern.kind === 'interval') {
    if (mode !== 'none') return AS_PLANNED;
    return { kind: 'noneMissed', until, skipped: 1, fromAt: plannedAt, toAt: plannedAt };
  }
  const last = previousRunAt(pattern, until, plannedAt) ?? plannedAt;
  if (mode === 'none') {
    const skipped = Math.max(1, countRuns(pattern, plannedAt, last));
    return { kind: 'noneMissed', until, skipped, fromAt: plannedAt, toAt: last };
  }
  if (last === plannedAt) return AS_PLANNED;
  if (mode !== 'all') return inPlace(last, input);
  const missed = countRuns(pattern, plannedAt, until);
  if (missed <= MOST_MADE_UP) return AS_PLANNED;
  return inPlace(firstOfLast(MOST_MADE_UP, pattern, { fromAt: plannedAt, toAt: until }), input);
}

/** Returns the outage of some length in which a run was due. */
function outageOf({ plannedAt, offsetMs = 0, outages }: CatchUpInput, leastMs: number): Outage | null {
  const dueAt = plannedAt + offsetMs;
  const isMeant = ({ fromAt, toAt }: Outage) => dueAt > fromAt && dueAt <= toAt && toAt - fromAt >= leastMs;
  return outages.find(isMeant) ?? null;
}

function inPlace(at: Instant, { pattern, plannedAt }: CatchUpInput): CatchUp {
  if (pattern.kind === 'interval' || pattern.kind === 'once') return AS_PLANNED;
  const toAt = previousRunAt(pattern, at - 1, plannedAt) ?? plannedAt;
  const skipped = countRuns(pattern, plannedAt, toAt);
  return { kind: 'laterMissed', at, skipped, fromAt: plannedAt, toAt };
}

/** Returns the first of the last so many instants within an outage, found by halving: there are more of them. */
function firstOfLast(
  most: number,
  pattern: Exclude<SchedulePattern, { kind: 'interval' | 'once' }>,
  { fromAt, toAt }: Outage,
): Instant {
  let [few, many] = [toAt, fromAt];
  while (few - many > 1) {
    const middle = Math.floor((few + many) / 2);
    if (countRuns(pattern, middle, toAt) <= most) few = middle;
    else many = middle;
  }
  return nextRunAt(pattern, few - 1) ?? toAt;
}

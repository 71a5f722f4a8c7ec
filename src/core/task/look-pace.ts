import { MINUTE_MS, SECOND_MS, type Instant } from '../instant.js';

/** How long after its acknowledgement a task is looked at first, and how close two looks may be. */
export const FIRST_LOOK_MS = 2 * SECOND_MS;

/** What decides when to look next: how old the youngest open task is, and how many requests a look at all takes. */
export interface LookLoad {
  readonly youngestMs: number;
  readonly requests: number;
  /** Whether the platform says that few requests are left. */
  readonly isScarce: boolean;
}

/** When the last look began, and when the first task that no look has shown yet was acknowledged; null: none. */
export interface LookTimes {
  readonly lastAt: Instant | null;
  readonly newestAckAt: Instant | null;
}

/** Returns how long it is from one look at the tasks of a runner to the next (cf-tasks.md, "Watching many tasks cheaply"). */
export function lookEveryMs({ youngestMs, requests, isScarce }: LookLoad): number {
  const pace = paceOf(youngestMs) * (isScarce ? 2 : 1);
  return Math.max(pace, leastMs(requests));
}

/** Returns when to look next: a new task pulls the look forward. */
export function nextLookAt({ lastAt, newestAckAt }: LookTimes, load: LookLoad): Instant {
  const regular = lastAt === null ? Infinity : lastAt + lookEveryMs(load);
  const first = newestAckAt === null ? Infinity : newestAckAt + FIRST_LOOK_MS;
  const closest = lastAt === null ? 0 : lastAt + Math.max(FIRST_LOOK_MS, leastMs(load.requests));
  return Math.min(regular, Math.max(first, closest));
}

function paceOf(youngestMs: number): number {
  if (youngestMs < 2 * MINUTE_MS) return 5 * SECOND_MS;
  return youngestMs < 15 * MINUTE_MS ? 15 * SECOND_MS : MINUTE_MS;
}

/** A request a second: with more tasks the interval stretches. */
function leastMs(requests: number): number {
  return requests * SECOND_MS;
}

import type { Instant } from '../instant.js';
import { countRuns, nextRunAt, previousRunAt, type Cron, type DailyAt, type Interval } from './pattern.js';

/** The order in which past instants are made up. */
export const INSTANT_ORDERS = ['oldest', 'newest'] as const;
export type InstantOrder = (typeof INSTANT_ORDERS)[number];

/** The instants of a pattern in [`from`, `to`], both ends included. */
export interface PastInstants {
  readonly pattern: Cron | DailyAt | Interval;
  readonly from: Instant;
  readonly to: Instant;
  /** The instant from which an interval counts, before it and after it; ignored for other patterns. */
  readonly gridAt: Instant;
}

/** Returns how many instants there are: computed, so that it is cheap however many they are. */
export function countInstants({ pattern, from, to, gridAt }: PastInstants): number {
  if (to < from) return 0;
  if (pattern.kind !== 'interval') return countRuns(pattern, from, to);
  return Math.max(
    0,
    (lastOfGrid(pattern, gridAt, to) - firstOfGrid(pattern, gridAt, from)) / pattern.everyMs + 1,
  );
}

/** Returns up to `limit` instants that follow `after` in an order; null for `after` begins. */
export function instantsAfter(
  past: PastInstants,
  order: InstantOrder,
  after: Instant | null,
  limit: number,
): Instant[] {
  const step = order === 'oldest' ? nextIn : previousIn;
  const instants: Instant[] = [];
  let at = after;
  while (instants.length < limit) {
    at = step(past, at);
    if (at === null) break;
    instants.push(at);
  }
  return instants;
}

function nextIn({ pattern, from, to, gridAt }: PastInstants, after: Instant | null): Instant | null {
  const least = after === null ? from : after + 1;
  const next =
    pattern.kind === 'interval' ? firstOfGrid(pattern, gridAt, least) : nextRunAt(pattern, least - 1);
  return next !== null && next <= to ? next : null;
}

function previousIn({ pattern, from, to, gridAt }: PastInstants, before: Instant | null): Instant | null {
  const most = before === null ? to : before - 1;
  if (most < from) return null;
  if (pattern.kind !== 'interval') return previousRunAt(pattern, most, from);
  const previous = lastOfGrid(pattern, gridAt, most);
  return previous >= from ? previous : null;
}

function firstOfGrid({ everyMs }: Interval, gridAt: Instant, atOrAfter: Instant): Instant {
  return gridAt + Math.ceil((atOrAfter - gridAt) / everyMs) * everyMs;
}

function lastOfGrid({ everyMs }: Interval, gridAt: Instant, atOrBefore: Instant): Instant {
  return gridAt + Math.floor((atOrBefore - gridAt) / everyMs) * everyMs;
}

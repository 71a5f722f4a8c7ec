import type { QueueLimits } from './span-queue.js';

/** How much of traces may wait, and for how long (telemetry.md, "Traces"). */
export interface TraceLimits extends QueueLimits {
  /** How long one request to the endpoint may take. */
  readonly timeoutMs: number;
  /** For how long a stopping service goes on sending. */
  readonly flushMs: number;
  /** How many runs that end badly are exported in a second although their traces are not sampled. */
  readonly mostBadRuns: number;
}

/** The token under which the limits are provided. */
export const TRACE_LIMITS = Symbol('TraceLimits');

/** The limits of the product. */
export const USUAL_TRACE_LIMITS: TraceLimits = {
  mostSpans: 20_000,
  mostPerRequest: 500,
  mostWaitMs: 1_000,
  timeoutMs: 10_000,
  flushMs: 2_000,
  mostBadRuns: 50,
};

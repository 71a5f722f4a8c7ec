/** How the pauses between attempts grow. */
export interface Backoff {
  /** The pause after the first failure, in milliseconds; each further one is twice as long. */
  readonly firstMs: number;
  /** No pause is longer than this. */
  readonly longestMs: number;
}

/**
 * Returns how many milliseconds to wait after `failures` failures in a row (1 or more). Callers that must not
 * retry at the same moment as others wait a random part of it.
 */
export function pauseAfter(failures: number, { firstMs, longestMs }: Backoff): number {
  return Math.min(longestMs, firstMs * 2 ** (Math.max(failures, 1) - 1));
}

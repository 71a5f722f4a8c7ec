/** How the pauses between tries grow. */
export interface Backoff {
  /** The pause after the first failure, in milliseconds; each further one is twice as long. */
  readonly firstMs: number;
  /** No pause is longer than this. */
  readonly longestMs: number;
}

/**
 * Returns for how many milliseconds to wait after so many failures in a row (1 or more). Who must not come back together
 * with others takes a random part of it.
 */
export function pauseAfter(failures: number, { firstMs, longestMs }: Backoff): number {
  return Math.min(longestMs, firstMs * 2 ** (Math.max(failures, 1) - 1));
}

import { MINUTE_MS, SECOND_MS } from '../../core/instant.js';
import { PlatformRefused } from '../../runner/platform-failure.js';

export const TOO_MANY_REQUESTS = 429;
/** The answers that may say when to ask again. */
const BUSY: readonly number[] = [TOO_MANY_REQUESTS, 503];
/** Whatever an answer says, nobody waits longer for that. */
export const LONGEST_ASKED_MS = 5 * MINUTE_MS;

/** Returns for how long an answer asks to be left alone, from a second to five minutes; null where it does not. */
export function askedPauseOf(error: unknown): number | null {
  if (!(error instanceof PlatformRefused) || !BUSY.includes(error.status)) return null;
  const { retryAfterMs } = error.about;
  return retryAfterMs === null ? null : Math.min(Math.max(retryAfterMs, SECOND_MS), LONGEST_ASKED_MS);
}

/** Returns whether a failure may be about one task alone, so that the others are asked for all the same. */
export function isOfOne(error: unknown): error is PlatformRefused {
  return error instanceof PlatformRefused && error.status < 500 && error.status !== TOO_MANY_REQUESTS;
}

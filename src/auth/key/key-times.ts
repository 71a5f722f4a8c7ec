import { MINUTE_MS, type Instant } from '../../core/instant.js';

/** For so long a new key is published before it signs: every replica, and every cache of the key set, knows it by then. */
export const PUBLISHED_AHEAD_MS = MINUTE_MS;

/** What of a key decides when it signs. */
export interface KeyTimes {
  readonly createdAt: Instant;
}

/**
 * Returns the key that signs at an instant: the youngest that has been published long enough, and where none
 * has (a new deployment), the oldest. Keys are given oldest first; null where there are none.
 */
export function signerAt<Key extends KeyTimes>(keys: readonly Key[], now: Instant): Key | null {
  const ready = keys.filter((key) => key.createdAt + PUBLISHED_AHEAD_MS <= now);
  return ready.at(-1) ?? keys[0] ?? null;
}

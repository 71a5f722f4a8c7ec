import { MINUTE_MS, SECOND_MS } from '../instant.js';
import { durationWithin } from './setting-values.js';

/** How long a call may take that has no limit of its own. */
const USUAL_TIMEOUT_MS = 15 * SECOND_MS;
/** The longest limit that a job may have. */
const LONGEST_TIMEOUT_MS = 5 * MINUTE_MS;

/** Returns the setting as it is stored. Throws InvalidInput. */
export function timeoutSetting(given: unknown): string {
  timeoutMsOf(given);
  return given as string; // a duration is a text
}

/** Returns the milliseconds that a stored setting stands for. */
export function timeoutMsOf(stored: unknown): number {
  const permitted = "from 1 second to 5 minutes, such as '2 minutes'";
  return durationWithin('timeout', { leastMs: SECOND_MS, mostMs: LONGEST_TIMEOUT_MS, permitted }, stored);
}

/**
 * Returns how long a call may take: as its job says, else 15 s, and never longer than the deployment permits
 * (configuration.md, `ACTION_TIMEOUT_MS`).
 */
export function callLimitMs(timeoutMs: number | undefined, longestMs: number): number {
  return Math.min(timeoutMs ?? USUAL_TIMEOUT_MS, longestMs);
}

/** Returns whether calls with this limit may take no more than a part of the slots. */
export function isLongCall(limitMs: number): boolean {
  return limitMs > USUAL_TIMEOUT_MS;
}

/** Returns how many of so many slots long calls may take together: half of them, and one at least. */
export function longCallSlots(slots: number): number {
  return Math.max(1, Math.floor(slots / 2));
}

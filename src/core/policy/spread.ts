import { DAY_MS, SECOND_MS } from '../instant.js';
import { durationWithin } from './setting-values.js';

/** Returns the setting as it is stored. Throws InvalidInput. */
export function spreadSetting(given: unknown): string {
  spreadMsOf(given);
  return given as string; // a duration is a text
}

/** Returns the milliseconds that a stored setting stands for. */
export function spreadMsOf(stored: unknown): number {
  const permitted = "from 1 second to 24 hours, such as '10 minutes'";
  return durationWithin('spread', { leastMs: SECOND_MS, mostMs: DAY_MS, permitted }, stored);
}

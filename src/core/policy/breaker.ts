import { HOUR_MS, SECOND_MS } from '../instant.js';
import { durationWithin, fieldsOf } from './setting-values.js';

const FIELDS = ['holdFor'] as const;
const MUST = 'true, false or an object such as { "holdFor": "15 minutes" }, or null to take it off';

/** Returns a value of `breaker` as it is stored: null where firings do not wait. Throws InvalidInput. */
export function breakerSetting(given: unknown): true | { readonly holdFor: string } | null {
  if (typeof given === 'boolean') return given || null;
  const { holdFor } = fieldsOf('breaker', FIELDS, given, MUST);
  if (holdFor === undefined) return true;
  holdForMs(holdFor);
  return { holdFor: holdFor as string }; // a duration is a text
}

/** Returns the policy of a stored value; without `holdFor` firings wait as long as is usual. */
export function breakerOf(stored: unknown): { readonly breaker: true; readonly holdForMs?: number } {
  if (stored === true) return { breaker: true };
  const { holdFor } = fieldsOf('breaker', FIELDS, stored, MUST);
  return holdFor === undefined ? { breaker: true } : { breaker: true, holdForMs: holdForMs(holdFor) };
}

function holdForMs(given: unknown): number {
  const permitted = "from 1 second to 24 hours, such as '15 minutes'";
  return durationWithin('breaker.holdFor', { leastMs: SECOND_MS, mostMs: 24 * HOUR_MS, permitted }, given);
}

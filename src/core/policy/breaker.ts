import { InvalidInput, shown } from '../errors.js';
import { HOUR_MS, SECOND_MS } from '../instant.js';
import { durationSetting } from './duration-setting.js';

const EXAMPLE = 'true, false or an object such as { "holdFor": "15 minutes" }, or null to take it off';

/** Returns a value of `breaker` as it is stored: null where firings do not wait. Throws InvalidInput. */
export function breakerSetting(given: unknown): true | { readonly holdFor: string } | null {
  if (typeof given === 'boolean') return given || null;
  const { holdFor } = fieldsOf(given);
  if (holdFor === undefined) return true;
  holdForMs(holdFor);
  return { holdFor: holdFor as string }; // a duration is a text
}

/** Returns the policy of a stored value; without `holdFor` firings wait as long as is usual. */
export function breakerOf(stored: unknown): { readonly breaker: true; readonly holdForMs?: number } {
  if (stored === true) return { breaker: true };
  const { holdFor } = fieldsOf(stored);
  return holdFor === undefined ? { breaker: true } : { breaker: true, holdForMs: holdForMs(holdFor) };
}

function fieldsOf(given: unknown): { readonly holdFor?: unknown } {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  if (isObject && Object.keys(given).every((name) => name === 'holdFor')) return given;
  throw new InvalidInput(`'breaker' must be ${EXAMPLE}, but is ${shown(given)}`, 'breaker');
}

function holdForMs(given: unknown): number {
  const range = { leastMs: SECOND_MS, mostMs: 24 * HOUR_MS };
  const permitted = "from 1 second to 24 hours, such as '15 minutes'";
  return durationSetting({ name: 'breaker.holdFor', field: 'breaker', ...range, permitted }, given);
}

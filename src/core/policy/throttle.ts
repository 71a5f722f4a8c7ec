import { InvalidInput, shown } from '../errors.js';
import { HOUR_MS, SECOND_MS } from '../instant.js';
import { durationSetting } from './duration-setting.js';
import type { Json } from './json.js';

/** So many calls in any stretch of time of this length, at most. */
export interface Rate {
  readonly calls: number;
  readonly perMs: number;
}

/** How often, and how often at a time, a job's endpoint is called at most (schedule-extensions.md, "Protecting endpoints"). */
export interface ThrottlePolicy {
  readonly rate?: Rate;
  /** How many calls of the job may be open at a time. */
  readonly concurrency?: number;
}

const FIELDS = ['calls', 'per', 'concurrency'] as const;
type Field = (typeof FIELDS)[number];
type Fields = { readonly [Name in Field]?: unknown };

export const MOST_THROTTLED_CALLS = 100_000;
export const MOST_CONCURRENCY = 1_000;
const EXAMPLE = `such as { "calls": 100, "per": "1 minute" }`;

/** Returns the setting as it is stored. Throws InvalidInput. */
export function throttleSetting(given: unknown): { readonly [Name in Field]?: Json } {
  const fields = fieldsOf(given);
  policyIn(fields);
  // Each of them was found to be what it must be.
  return fields as { [Name in Field]?: Json };
}

/** Returns the policy that a stored setting stands for. */
export function throttlePolicyOf(stored: Json): ThrottlePolicy {
  return policyIn(fieldsOf(stored));
}

function policyIn({ calls, per, concurrency }: Fields): ThrottlePolicy {
  if (calls === undefined && per === undefined && concurrency === undefined) {
    throw refusal(`'throttle' must have 'calls' and 'per', 'concurrency', or all three, ${EXAMPLE}`);
  }
  if ((calls === undefined) !== (per === undefined)) {
    const [given, missing] = calls === undefined ? ['per', 'calls'] : ['calls', 'per'];
    throw refusal(`'throttle.${given}' means nothing without 'throttle.${missing}': give both, ${EXAMPLE}`);
  }
  return {
    ...(calls !== undefined && {
      rate: { calls: wholeNumber('calls', calls, MOST_THROTTLED_CALLS), perMs: perMsOf(per) },
    }),
    ...(concurrency !== undefined && {
      concurrency: wholeNumber('concurrency', concurrency, MOST_CONCURRENCY),
    }),
  };
}

function perMsOf(per: unknown): number {
  const range = { leastMs: SECOND_MS, mostMs: 24 * HOUR_MS };
  const permitted = "from 1 second to 24 hours, such as '1 minute'";
  return durationSetting({ name: 'throttle.per', field: 'throttle', ...range, permitted }, per);
}

function wholeNumber(name: Field, given: unknown, most: number): number {
  if (typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= most) return given;
  throw refusal(`'throttle.${name}' must be a whole number from 1 to ${most}, but is ${shown(given)}`);
}

function fieldsOf(given: unknown): Fields {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  if (isObject && Object.keys(given).every((name) => (FIELDS as readonly string[]).includes(name)))
    return given;
  const names = FIELDS.map((name) => `'${name}'`).join(', ');
  throw refusal(`'throttle' must be an object with any of ${names}, but is ${shown(given)}`);
}

function refusal(message: string): InvalidInput {
  return new InvalidInput(message, 'throttle');
}

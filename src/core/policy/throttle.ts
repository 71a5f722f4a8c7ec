import { InvalidInput } from '../errors.js';
import { HOUR_MS, SECOND_MS } from '../instant.js';
import type { Json } from './json.js';
import { durationWithin, fieldsOf, wholeNumber } from './setting-values.js';

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

export const MOST_THROTTLED_CALLS = 100_000;
export const MOST_CONCURRENCY = 1_000;
const PER_RANGE = {
  leastMs: SECOND_MS,
  mostMs: 24 * HOUR_MS,
  permitted: "from 1 second to 24 hours, such as '1 minute'",
};
const EXAMPLE = `such as { "calls": 100, "per": "1 minute" }`;

/** Returns the setting as it is stored. Throws InvalidInput. */
export function throttleSetting(given: unknown): { readonly [Name in Field]?: Json } {
  const fields = fieldsOf('throttle', FIELDS, given);
  policyIn(fields);
  // Each of them was found to be what it must be.
  return fields as { [Name in Field]?: Json };
}

/** Returns the policy that a stored setting stands for. */
export function throttlePolicyOf(stored: Json): ThrottlePolicy {
  return policyIn(fieldsOf('throttle', FIELDS, stored));
}

function policyIn({ calls, per, concurrency }: { readonly [Name in Field]?: unknown }): ThrottlePolicy {
  if (calls === undefined && per === undefined && concurrency === undefined) {
    throw refusal(`'throttle' must have 'calls' and 'per', 'concurrency', or all three, ${EXAMPLE}`);
  }
  if ((calls === undefined) !== (per === undefined)) {
    const [given, missing] = calls === undefined ? ['per', 'calls'] : ['calls', 'per'];
    throw refusal(`'throttle.${given}' means nothing without 'throttle.${missing}': give both, ${EXAMPLE}`);
  }
  return {
    ...(calls !== undefined && {
      rate: {
        calls: wholeNumber('throttle.calls', [1, MOST_THROTTLED_CALLS], calls),
        perMs: durationWithin('throttle.per', PER_RANGE, per),
      },
    }),
    ...(concurrency !== undefined && {
      concurrency: wholeNumber('throttle.concurrency', [1, MOST_CONCURRENCY], concurrency),
    }),
  };
}

function refusal(message: string): InvalidInput {
  return new InvalidInput(message, 'throttle');
}

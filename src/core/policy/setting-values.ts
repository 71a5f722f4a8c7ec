import { InvalidInput, shown } from '../errors.js';
import { durationMs } from '../text/duration.js';

/*
 * What the values of settings are read by. A name is that of a setting, or of a field within one: `retry.delay` is said to be
 * of `retry`. Each throws InvalidInput that names the field, what it must be, and what was given.
 */

/** Returns the refusal of a value that is not what it must be. */
export function refusedValue(name: string, must: string, given: unknown): InvalidInput {
  return new InvalidInput(`'${name}' must be ${must}, but is ${shown(given)}`, name.split('.')[0]);
}

/** Returns one of some words. */
export function oneOf<Word extends string>(name: string, words: readonly Word[], given: unknown): Word {
  const word = words.find((each) => each === given);
  if (word === undefined) throw refusedValue(name, `one of ${words.join(', ')}`, given);
  return word;
}

/** Returns a number within a range, both ends included. */
export function numberWithin(name: string, [least, most]: readonly [number, number], given: unknown): number {
  if (Number.isFinite(given) && isWithin(given, least, most)) return given;
  throw refusedValue(name, `a number from ${least} to ${most}`, given);
}

/** Returns the same of a number without a fraction. */
export function wholeNumber(name: string, [least, most]: readonly [number, number], given: unknown): number {
  if (Number.isInteger(given) && isWithin(given, least, most)) return given;
  throw refusedValue(name, `a whole number from ${least} to ${most}`, given);
}

/** The durations that a setting may have, and in words. */
export interface DurationRange {
  readonly leastMs: number;
  readonly mostMs: number;
  readonly permitted: string;
}

/** Returns a duration in milliseconds. */
export function durationWithin(
  name: string,
  { leastMs, mostMs, permitted }: DurationRange,
  given: unknown,
): number {
  const ms = typeof given === 'string' ? durationMs(given) : null;
  if (ms !== null && ms >= leastMs && ms <= mostMs) return ms;
  throw refusedValue(name, `a duration ${permitted}`, given);
}

/** Returns an object that has no other fields than these; `must` says what it must be, where that is more than an object. */
export function fieldsOf<Name extends string>(
  name: string,
  names: readonly Name[],
  given: unknown,
  must = `an object with any of ${names.map((each) => `'${each}'`).join(', ')}`,
): { readonly [Each in Name]?: unknown } {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  if (isObject && Object.keys(given).every((each) => (names as readonly string[]).includes(each)))
    return given;
  throw refusedValue(name, must, given);
}

function isWithin(given: unknown, least: number, most: number): given is number {
  return typeof given === 'number' && given >= least && given <= most;
}

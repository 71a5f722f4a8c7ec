import { InvalidInput, shown } from '../errors.js';
import { durationMs } from '../text/duration.js';

/** A duration within a setting: its name for messages, the setting that it belongs to, and what is permitted. */
export interface DurationField {
  readonly name: string;
  readonly field: string;
  readonly leastMs: number;
  readonly mostMs: number;
  /** What is permitted, in words. */
  readonly permitted: string;
}

/** Returns a duration in milliseconds. Throws InvalidInput that names field, value and remedy. */
export function durationSetting(
  { name, field, leastMs, mostMs, permitted }: DurationField,
  given: unknown,
): number {
  const ms = typeof given === 'string' ? durationMs(given) : null;
  if (ms !== null && ms >= leastMs && ms <= mostMs) return ms;
  throw new InvalidInput(`'${name}' must be a duration ${permitted}, but is ${shown(given)}`, field);
}

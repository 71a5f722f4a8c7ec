import { InvalidInput, shown } from '../errors.js';

const INSTANTS = ['start', 'completion'] as const;

/** From what an interval counts: the start of the run before, or its end. */
export type RepeatAfter = (typeof INSTANTS)[number];

/** Returns a value of `repeatAfter` as it is stored. Throws InvalidInput. */
export function repeatAfterSetting(given: unknown): RepeatAfter {
  const value = INSTANTS.find((each) => each === given);
  if (value !== undefined) return value;
  throw new InvalidInput(
    `'repeatAfter' must be one of ${INSTANTS.join(', ')}, but is ${shown(given)}`,
    'repeatAfter',
  );
}

/** Returns the policy of a stored value: none where the interval counts from the start, as without the setting. */
export function repeatAfterOf(stored: unknown): { readonly repeatsAfterEnd?: true } {
  return repeatAfterSetting(stored) === 'completion' ? { repeatsAfterEnd: true } : {};
}

import { oneOf } from './setting-values.js';

/** From what an interval counts: the start of the run before, or its end. */
export const REPEAT_AFTERS = ['start', 'completion'] as const;
export type RepeatAfter = (typeof REPEAT_AFTERS)[number];

/** Returns a value of `repeatAfter` as it is stored. Throws InvalidInput. */
export function repeatAfterSetting(given: unknown): RepeatAfter {
  return oneOf('repeatAfter', REPEAT_AFTERS, given);
}

/** Returns the policy of a stored value: none where the interval counts from the start, as without the setting. */
export function repeatAfterOf(stored: unknown): { readonly repeatsAfterEnd?: true } {
  return repeatAfterSetting(stored) === 'completion' ? { repeatsAfterEnd: true } : {};
}

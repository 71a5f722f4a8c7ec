import { refusedValue } from './setting-values.js';

/** Returns the setting `signing` as it is stored: true, or null where calls are not signed. Throws InvalidInput. */
export function signingSetting(given: unknown): true | null {
  if (typeof given === 'boolean') return given || null;
  throw refusedValue('signing', 'true or false', given);
}

/**
 * Stands in the stored settings of every job whose calls are signed, and in no others: quotes within a text are escaped. It is
 * looked for where the settings as a whole cannot be read, too, so that no call goes out unsigned.
 */
export const SIGNING_MARK = '"signing":true';

/** Returns whether the calls of a job with these stored settings are signed. */
export function isSigned(policy: string | null): boolean {
  return policy?.includes(SIGNING_MARK) ?? false;
}

import { InvalidInput, shown } from '../errors.js';

/** Returns the setting `signing` as it is stored: true, or null where calls are not signed. Throws InvalidInput. */
export function signingSetting(given: unknown): true | null {
  if (typeof given === 'boolean') return given || null;
  throw new InvalidInput(`'signing' must be true or false, but is ${shown(given)}`, 'signing');
}

/**
 * Stands in the stored settings of every job whose calls are signed, and in no others: quotes within a text are escaped. It is
 * looked for where the settings as a whole cannot be read, too, so that no call goes out unsigned.
 */
export const SIGNING_MARK = '"signing":true';

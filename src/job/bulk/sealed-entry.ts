import type { Sealing } from '../../database/sealing/sealing.js';
import { WRONG, type ImportEntry } from './import.schema.js';

/** Where an order keeps the sealed password and headers of an entry; no entry of a caller gets through with them. */
const PASSWORD = 'sealedPassword';
const HEADERS = 'sealedHeaders';
export const SEALED_FIELDS = [PASSWORD, HEADERS] as const;

/** Returns an entry of an import as it may be stored: what may be a secret is sealed, or left out where it is refused anyway. */
export function sealedEntry({ password, headers, ...entry }: ImportEntry, sealing: Sealing): ImportEntry {
  return {
    ...entry,
    ...(typeof password === 'string' && { [PASSWORD]: sealing.seal(password) }),
    ...(typeof password !== 'string' &&
      password !== undefined && { password: password === null ? null : WRONG }),
    // Whatever it is: what is refused is refused later, by what it is.
    ...(headers !== undefined && { [HEADERS]: sealing.seal(JSON.stringify(headers)) }),
  };
}

/** Returns a stored entry as it came. */
export function openedEntry(stored: ImportEntry, sealing: Sealing): ImportEntry {
  const { [PASSWORD]: password, [HEADERS]: headers, ...entry } = stored;
  return {
    ...entry,
    ...(typeof password === 'string' && { password: sealing.open(password) }),
    ...(typeof headers === 'string' && { headers: JSON.parse(sealing.open(headers)) as unknown }),
  };
}

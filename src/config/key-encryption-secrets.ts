/** The fewest characters of a value of KEY_ENCRYPTION_SECRET. */
export const FEWEST_CHARACTERS = 16;

type Values = readonly [string, ...string[]];

/**
 * Returns the values of KEY_ENCRYPTION_SECRET, the one that seals first: a JSON array of strings, each long enough for a
 * value, or texts with commas between them, where blanks around them do not count. Where a part would be shorter than a value
 * may be, the whole text is one value, so that a secret that contains a comma goes on to work.
 */
export function keyEncryptionSecrets(text: string): Values {
  return arrayOf(text) ?? listOf(text) ?? [text];
}

/** What is said of a text of KEY_ENCRYPTION_SECRET that looks like a JSON array of values and is none. */
export const BROKEN_LIST = `KEY_ENCRYPTION_SECRET looks like a JSON array and is none of strings of at least ${FEWEST_CHARACTERS} characters each: it is not read as one.`;

/** Returns whether a text looks like a JSON array of values and is none. */
export function isBrokenList(text: string): boolean {
  const trimmed = text.trim();
  return trimmed.startsWith('[') && trimmed.endsWith(']') && arrayOf(text) === null;
}

function arrayOf(text: string): Values | null {
  try {
    return valuesOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function listOf(text: string): Values | null {
  if (!text.includes(',')) return null;
  const parts = text.split(',').map((part) => part.trim());
  return valuesOf(parts.filter((part) => part !== ''));
}

function valuesOf(parts: unknown): Values | null {
  if (!Array.isArray(parts)) return null;
  const isValue = (part: unknown) => typeof part === 'string' && part.length >= FEWEST_CHARACTERS;
  return parts.length > 0 && parts.every(isValue) ? (parts as [string, ...string[]]) : null;
}

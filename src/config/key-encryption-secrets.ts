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

/** The fewest characters of a value of KEY_ENCRYPTION_SECRET. */
export const FEWEST_CHARACTERS = 16;

/**
 * Returns the values of KEY_ENCRYPTION_SECRET, the one that seals first: they stand with commas between them, and blanks
 * around them do not count. Where a part would be shorter than a value may be, the whole text is one value, so that a
 * secret that contains a comma goes on to work.
 */
export function keyEncryptionSecrets(text: string): readonly [string, ...string[]] {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const [first, ...others] = parts;
  const isList = text.includes(',') && parts.every((part) => part.length >= FEWEST_CHARACTERS);
  return isList && first !== undefined ? [first, ...others] : [text];
}

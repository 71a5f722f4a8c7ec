/** Returns the beginning of a text, at most `most` UTF-16 units: a character that would be cut in half is left out. */
export function firstCharacters(text: string, most: number): string {
  const isCutInHalf =
    text.length > most && /[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(most - 1, most + 1));
  return text.slice(0, isCutInHalf ? most - 1 : most);
}

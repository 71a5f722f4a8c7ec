/**
 * Returns whether a text was typed or pasted: blanks around it do not count, several in a row are shown as one, and letters
 * may be composed otherwise.
 */
export function isTyped(typed: string, wanted: string): boolean {
  return compared(typed) === compared(wanted);
}

const compared = (text: string) => text.trim().replace(/\s+/g, ' ').normalize('NFC');

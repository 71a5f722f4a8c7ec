const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * Returns whether JSON text nests objects and arrays deeper than `most` levels. It counts brackets and does not check
 * the grammar: for text that is not JSON the result means nothing, and the parser refuses it. The check is needed
 * because `JSON.parse` reads text that is nested deeper than the stack, and `JSON.stringify` then fails to write it.
 */
export function isDeeperThan(most: number, json: Uint8Array): boolean {
  if (json.length <= most) return false;
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (isInText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isInText = false;
    } else if (byte === QUOTE) isInText = true;
    else if (OPENING.has(byte) && ++depth > most) return true;
    else if (CLOSING.has(byte)) depth--;
  }
  return false;
}

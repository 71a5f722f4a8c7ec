import { isUtf8 } from 'node:buffer';
import { DomainError, InvalidInput } from '../../core/errors.js';

/** A charset in which bodies are read: of forms, ISO-8859-1 too, which widespread HTTP clients declare for them. */
export type Charset = 'utf-8' | 'iso-8859-1';

const CHARSET = /;\s*charset\s*=\s*["']?([^"';\s]*)/gi;
const NAMES: Readonly<Record<string, Charset>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'iso-8859-1': 'iso-8859-1',
  latin1: 'iso-8859-1',
};
const BYTE_ORDER_MARK = '\ufeff';
const ESCAPES = /(?:%[0-9a-f]{2})+/gi;

/** Returns the charset that a content type declares, UTF-8 where there is none, null for one that is not read. */
export function charsetOf(contentType: string): Charset | null {
  const declared = [...contentType.matchAll(CHARSET)]
    .map(([, name = '']) => name.toLowerCase())
    .filter((name) => name !== '')
    .map((name) => (Object.hasOwn(NAMES, name) ? (NAMES[name] ?? null) : null));
  const [first = 'utf-8'] = declared;
  return declared.every((charset) => charset === first) ? first : null;
}

/** The refusal of a body that is not text in a charset that is read. */
export function wrongCharset(): DomainError {
  return new DomainError(
    'unsupportedMediaType',
    'The body must be UTF-8, plain or compressed by gzip, deflate or br.',
  );
}

/** Returns the text of bytes, without a byte order mark. Throws DomainError (415) for bytes that are not UTF-8. */
export function utf8Text(bytes: Buffer): string {
  // JSON and forms begin with ASCII characters: a zero among the first two bytes means UTF-16 or UTF-32.
  const isWide = bytes.length > 1 && (bytes[0] === 0 || bytes[1] === 0);
  if (isWide || !isUtf8(bytes)) throw wrongCharset();
  const text = bytes.toString('utf8');
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** Returns the text of a form, still percent-encoded, in UTF-8. Throws DomainError for what is not in the charset. */
export function formText(bytes: Buffer, charset: Charset): string {
  if (charset === 'iso-8859-1') {
    const recoded = (_: string, hex: string) => encodeURIComponent(String.fromCharCode(parseInt(hex, 16)));
    return bytes.toString('latin1').replace(/%([89a-f][0-9a-f])/gi, recoded);
  }
  const text = utf8Text(bytes);
  const wrong = brokenEscape(text);
  if (wrong === null) return text;
  throw new InvalidInput(`The form has ${wrong}, which is not UTF-8: percent-encode characters in UTF-8.`);
}

/** Returns the first percent-encoded bytes of a text that are not UTF-8 (half of a character is not), null without any. */
export function brokenEscape(text: string): string | null {
  for (const [escapes] of text.matchAll(ESCAPES)) {
    try {
      decodeURIComponent(escapes);
    } catch {
      return escapes.length > 60 ? `${escapes.slice(0, 60)}...` : escapes;
    }
  }
  return null;
}

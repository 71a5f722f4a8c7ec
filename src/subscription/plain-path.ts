/** Characters of a path and its query as they may be sent: visible ASCII, without backslash and fragment. */
const AS_SENT = /^\/[\x21\x22\x24-\x5b\x5d-\x7e]*$/;
const LONGEST = 2_000;
/** So many times something may be percent-encoded; more is nobody's honest path. */
const MOST_LAYERS = 5;

/**
 * Returns whether a text is the path of a request, with or without a query, that stays below what it is appended to:
 * one slash at its begin, no empty segment, none of only dots, no backslash, no control character. What is
 * percent-encoded counts as what it means, however often it is encoded: some server on the way will decode it.
 */
export function isPlainPath(text: string): boolean {
  if (text.length > LONGEST || !AS_SENT.test(text)) return false;
  const layers = layersOf(text);
  return layers !== null && layers.every(staysBelow);
}

/** Returns a text as it is, and decoded again and again until nothing changes; null where it cannot be decoded. */
function layersOf(text: string): readonly string[] | null {
  const layers = [text];
  for (let last = text; last.includes('%'); layers.push(last)) {
    if (layers.length > MOST_LAYERS) return null;
    try {
      // Full-width dots and slashes become plain ones, as they do in servers that normalize.
      last = decodeURIComponent(last).normalize('NFKC');
    } catch {
      return null;
    }
  }
  return layers;
}

/** A query cannot climb, but what it hides from the segments before it can: it is looked at like the path. */
function staysBelow(text: string): boolean {
  const [path = '', ...query] = text.split('?');
  const hasForbidden = /[\\#\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
  const segments = path.slice(1).split('/');
  // A server may ignore what follows a semicolon in a segment. The last segment may be empty: a slash at the end.
  const climbs = segments.some((segment) => /^\.+$/.test(segment.split(';')[0]?.trim() ?? ''));
  const isEmpty = segments.slice(0, -1).includes('');
  const queryClimbs = query.some((part) => /(^|[/=&])\.\.(\/|$)/.test(part));
  return !hasForbidden && !climbs && !isEmpty && !queryClimbs;
}

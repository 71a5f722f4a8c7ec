/** Which part of a list is asked for: at most `pageSize` entries, after the first `offset`. */
export interface Page {
  readonly offset: number;
  readonly pageSize: number;
}

/** A part of a list, and the number of entries in the whole list. */
export interface Part<T> {
  readonly total: number;
  readonly results: readonly T[];
  /** True where there are fewer entries than asked for, because more would be too large. */
  readonly isCut?: boolean;
}

/** The largest `page_size` (rest-api.md, "Conventions"). */
const MOST_SIZE = 100;
/** The entries of a page have at most so many bytes of JSON, unless the first alone has more. */
const MOST_BYTES = 1_048_576;

/** Returns the first of the entries, as many as fit into a page; at least one. */
export function fitting<T>(entries: readonly T[]): readonly T[] {
  let bytes = 0;
  const tooMany = entries.findIndex((entry, place) => {
    bytes += Buffer.byteLength(JSON.stringify(entry));
    return place > 0 && bytes > MOST_BYTES;
  });
  return tooMany < 0 ? entries : entries.slice(0, tooMany);
}

/** How to read a part of a list. The database also reads the entries that are passed over, so the nearer end is cheaper. */
export interface Reading {
  /** True to read backwards from the end. The caller then reverses what it has read. */
  readonly isFromEnd: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** Returns how to read a page of a list with `total` entries, from the end that is nearer to it. */
export function readingOf({ offset, pageSize }: Page, total: number): Reading {
  const limit = Math.max(0, Math.min(pageSize, total - offset));
  const behind = total - offset - limit;
  return behind < offset
    ? { isFromEnd: true, offset: Math.max(0, behind), limit }
    : { isFromEnd: false, offset, limit };
}

/**
 * Returns the envelope of a list. `path` is relative and may already have a query. `prev_url` is null on the first page,
 * `next_url` on the last (rest-api.md, "Conventions"). A page whose entries are too large has fewer than asked for; the
 * next one begins after its last entry.
 */
export function pageEnvelope<T>(part: Part<T>, { offset, pageSize }: Page, path: string) {
  const sign = path.includes('?') ? '&' : '?';
  // A list that was asked for without a size may have more entries than a size may say.
  const size = Math.min(pageSize, MOST_SIZE);
  const at = (from: number) => `${path}${sign}page_size=${size}&offset=${from}`;
  const results = fitting(part.results);
  const next = offset + (isShort(part, results) ? results.length : pageSize);
  return {
    total: part.total,
    results,
    prev_url: offset > 0 ? at(Math.max(0, offset - size)) : null,
    next_url: next < part.total ? at(next) : null,
  };
}

/** Returns whether a page has fewer entries than asked for because more would be too large. */
export function isShort<T>(part: Part<T>, results: readonly T[]): boolean {
  return part.isCut === true || results.length < part.results.length;
}

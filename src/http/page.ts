/** Which part of a list is asked for: at most `pageSize` entries, after the first `offset`. */
export interface Page {
  readonly offset: number;
  readonly pageSize: number;
}

/** A part of a list, and the number of entries in the whole list. */
export interface Part<T> {
  readonly total: number;
  readonly results: readonly T[];
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
 * `next_url` on the last (rest-api.md, "Conventions").
 */
export function pageEnvelope<T>(part: Part<T>, { offset, pageSize }: Page, path: string) {
  const sign = path.includes('?') ? '&' : '?';
  const at = (from: number) => `${path}${sign}page_size=${pageSize}&offset=${from}`;
  return {
    total: part.total,
    results: part.results,
    prev_url: offset > 0 ? at(Math.max(0, offset - pageSize)) : null,
    next_url: offset + pageSize < part.total ? at(offset + pageSize) : null,
  };
}

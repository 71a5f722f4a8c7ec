/** A part of a list: `offset` entries are passed over, `pageSize` at most are answered. */
export interface Page {
  readonly offset: number;
  readonly pageSize: number;
}

/** A part of a list, and how many entries the whole list has. */
export interface Part<T> {
  readonly total: number;
  readonly results: readonly T[];
}

/** Where to read a part of a list from: entries that are passed over cost as much as those that are answered. */
export interface Reading {
  /** From the end backwards; what is read is to be turned round. */
  readonly isFromEnd: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** Returns how to read a page of a list of so many entries from the end that is nearer. */
export function readingOf({ offset, pageSize }: Page, total: number): Reading {
  const limit = Math.max(0, Math.min(pageSize, total - offset));
  const behind = total - offset - limit;
  return behind < offset
    ? { isFromEnd: true, offset: Math.max(0, behind), limit }
    : { isFromEnd: false, offset, limit };
}

/**
 * Returns the list envelope. `path` is relative and may hold a query already; where there is nothing before or
 * after the part, the URL is null (rest-api.md, "Conventions").
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

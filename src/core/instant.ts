/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. All time arithmetic in the product uses instants. */
export type Instant = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The last instant that the product supports: 2999-12-31T23:59:59.999Z. Nothing is planned after it. */
export const LAST_INSTANT: Instant = Date.UTC(3000, 0, 1) - 1;

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

/**
 * Returns the wire text of an instant, `YYYY-MM-DD HH:mm:ss` in UTC, without fractions of a second (rest-api.md,
 * "Conventions").
 */
export function wireText(at: Instant): string {
  const d = new Date(at);
  const date = `${String(d.getUTCFullYear()).padStart(4, '0')}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
  return `${date} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}

/** Returns the same as `wireText`, or `null` for an instant that is not set. */
export function wireTextOrNull(at: Instant | null): string | null {
  return at === null ? null : wireText(at);
}

/** Returns the earliest of instants of which each may be missing; null where all are. */
export function earliestOf(instants: readonly (Instant | null)[]): Instant | null {
  const given = instants.filter((at) => at !== null);
  return given.length === 0 ? null : Math.min(...given);
}

/**
 * Returns the stored instant where a given one is what the wire shows of it, which has no fractions of a second:
 * what was read and is sent back unchanged does not move. Otherwise returns the given one.
 */
export function storedOrGiven(stored: Instant | null, given: Instant | null): Instant | null {
  if (stored === null || given === null) return given;
  return Math.floor(stored / SECOND_MS) * SECOND_MS === given ? stored : given;
}

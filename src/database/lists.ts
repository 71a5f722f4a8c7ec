/** Values that one statement takes at most in a list. */
const CHUNK = 500;

/** Returns the marks of a list of values, as they stand within `IN (...)`. An empty list gives an empty text, which no database accepts there. */
export function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(',');
}

/** Returns values in parts of which each fits into one statement; no part of no values. */
export function chunks<T>(values: readonly T[], most = CHUNK): T[][] {
  return Array.from({ length: Math.ceil(values.length / most) }, (_, place) =>
    values.slice(place * most, (place + 1) * most),
  );
}

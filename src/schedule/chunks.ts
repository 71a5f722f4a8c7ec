/** Ids that one statement takes at most. */
const CHUNK = 500;

/** Answers ids in parts of which each fits into one statement. */
export function chunks(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, place) =>
    ids.slice(place * CHUNK, (place + 1) * CHUNK),
  );
}

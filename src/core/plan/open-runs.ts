/** How many runs all operations that make some little by little have open together, as long as that is one for each at least. */
const MOST_OPEN_RUNS = 2_000;

/** Returns how many runs one of so many operations may have open: as many as it asks for, unless there are many operations. */
export function openRunsOf(concurrency: number, operations: number): number {
  const share = Math.floor(MOST_OPEN_RUNS / Math.max(1, operations));
  return Math.min(concurrency, Math.max(1, share));
}

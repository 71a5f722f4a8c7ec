/** How many values the last 7 bytes of an id have. */
const RANGE = 2 ** 56;
const UPPER = 2 ** 48;

/** Returns the least value of the last 7 bytes of an id by which its trace belongs to a share, from 0 to 1, of all. */
export function thresholdOf(share: number): number {
  // The largest value of 7 bytes is rounded up to the range: no share takes none.
  return share <= 0 ? Infinity : (1 - share) * RANGE;
}

/**
 * Returns whether the trace of a run belongs to the share of a threshold (telemetry.md, "Settled questions"). It is decided by
 * the last 7 bytes of the run's id alone, which are random in a UUID of version 7: all replicas and attempts decide alike.
 */
export function isRunSampled(runId: string, threshold: number): boolean {
  return threshold === 0 || randomPartOf(runId) >= threshold;
}

/** The text of a UUID ends in 2 and 12 digits of those bytes, with a dash between them. */
function randomPartOf(runId: string): number {
  return Number.parseInt(runId.slice(21, 23), 16) * UPPER + Number.parseInt(runId.slice(24), 16);
}

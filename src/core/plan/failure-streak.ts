/** How many runs of a schedule have failed in a row, and whether that is as many as pause it. */
export interface Streak {
  readonly failures: number;
  readonly isReached: boolean;
}

/**
 * Returns how many failed in a row after more runs have ended, in their order (true: with success), where so many had
 * failed in a row before. As many as `limit` in a row are noticed even where a success follows them.
 */
export function streakAfter(before: number, ends: readonly boolean[], limit: number): Streak {
  let failures = before;
  for (const isSuccess of ends) {
    failures = isSuccess ? 0 : failures + 1;
    if (failures >= limit) return { failures, isReached: true };
  }
  return { failures, isReached: false };
}

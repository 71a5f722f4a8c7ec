import { MINUTE_MS, SECOND_MS } from './instant.js';

/**
 * The bounds of the 16 steps in which calls are counted by their lateness, and runs by their duration, in ms: a value belongs to
 * the first bound that it does not exceed. The last step is for all beyond. Stored counts follow this list: never change it.
 */
export const LATENESS_STEPS: readonly (number | null)[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[SECOND_MS, 2 * SECOND_MS, 5 * SECOND_MS, 10 * SECOND_MS],
  ...[MINUTE_MS, 10 * MINUTE_MS, null],
];

/** What `boundOf` answers for the last step, which has no bound: more than the one before it. */
export const BEYOND_STEPS_MS = 10 * MINUTE_MS + 1;

/** Returns in which step a time in ms is, from 0. One below zero, of a call that came early, is in the first. */
export function latenessStepOf(ms: number): number {
  return LATENESS_STEPS.findIndex((bound) => bound === null || ms <= bound);
}

/** Returns counts of no call. */
export function noCounts(): number[] {
  return LATENESS_STEPS.map(() => 0);
}

/** Returns how many of some times in ms are in each step. */
export function countedBySteps(times: readonly number[]): number[] {
  const counts = noCounts();
  for (const ms of times) {
    const step = latenessStepOf(ms);
    counts[step] = (counts[step] ?? 0) + 1;
  }
  return counts;
}

/** Returns the bound in ms of the step that a part of what is counted (0 to 1) does not exceed, null where nothing is counted. */
export function boundOf(counts: readonly number[], part: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let passed = 0;
  const step = counts.findIndex((count) => (passed += count) >= Math.ceil(total * part));
  return LATENESS_STEPS[step] ?? BEYOND_STEPS_MS;
}

/** Returns the time that a part of some times (0 to 1) does not exceed, null where there are none. */
export function quantileOf(times: readonly number[], part: number): number | null {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null;
}

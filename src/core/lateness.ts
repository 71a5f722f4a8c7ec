import { HOUR_MS, MINUTE_MS, SECOND_MS } from './instant.js';

/** How many calls were late by one step of `latenessStep`. */
export interface LateCalls {
  readonly lateMs: number;
  readonly calls: number;
}

/** Below which lateness the steps are how wide. */
const WIDTHS = [
  [SECOND_MS, 10],
  [10 * SECOND_MS, 100],
  [MINUTE_MS, SECOND_MS],
  [10 * MINUTE_MS, 10 * SECOND_MS],
  [HOUR_MS, MINUTE_MS],
  [24 * HOUR_MS, HOUR_MS],
] as const;

/**
 * Returns the lateness of a call in steps, rounded down: 10 ms wide below a second, 100 ms below ten seconds, wider and
 * wider up to a day, and a day for all beyond. So a day of whatever many calls has at most 368 different ones. A call
 * that came early was not late.
 */
export function latenessStep(lateMs: number): number {
  const late = Math.max(0, lateMs);
  const [, width] = WIDTHS.find(([below]) => late < below) ?? [];
  return width === undefined ? 24 * HOUR_MS : late - (late % width);
}

/** Returns the lateness in ms that a part of the calls (0 to 1) did not exceed, null where there were none. `steps` come in their order. */
export function latenessOf(steps: readonly LateCalls[], part: number): number | null {
  const wanted = Math.ceil(steps.reduce((total, { calls }) => total + calls, 0) * part);
  let passed = 0;
  return steps.find(({ calls }) => (passed += calls) >= wanted)?.lateMs ?? null;
}

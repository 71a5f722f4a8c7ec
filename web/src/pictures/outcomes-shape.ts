import type { OutcomeSteps } from '../api/overview.js';

/** The grid of the drawing: a step is so wide, whatever it stands for. */
export const STEP = 10;
/** What succeeded grows upwards from the line, what did not downwards. */
export const ABOVE = 72;
export const BELOW = 28;
const GAP = 2;
/** A single failure among thousands of runs is seen all the same. */
const LEAST = 4;

/** One path for each outcome, whatever the number of steps. */
export interface OutcomePaths {
  readonly success: string;
  readonly failure: string;
  readonly unknown: string;
}

/** What the steps come to together. */
export interface OutcomeSums {
  readonly called: number;
  readonly failed: number;
  readonly unknown: number;
  /** The most runs of a step. */
  readonly most: number;
}

export function sumsOf({ called, failed, unknown }: OutcomeSteps): OutcomeSums {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return { called: sum(called), failed: sum(failed), unknown: sum(unknown), most: Math.max(0, ...called) };
}

/** Returns the bars. Both directions have one scale, so that their lengths can be compared. */
export function pathsOf(steps: OutcomeSteps): OutcomePaths {
  const counts = steps.called.map((_, place) => countsAt(steps, place));
  const scale = Math.min(
    ABOVE / Math.max(1, ...counts.map(({ good }) => good)),
    BELOW / Math.max(1, ...counts.map(({ failed, unknown }) => failed + unknown)),
  );
  const lengthOf = (count: number) => (count === 0 ? 0 : Math.max(LEAST, count * scale));
  const paths = { success: '', failure: '', unknown: '' };
  counts.forEach(({ good, failed, unknown }, place) => {
    const left = place * STEP + GAP / 2;
    const down = Math.min(BELOW, lengthOf(failed));
    paths.success += barOf(left, ABOVE - 1, -lengthOf(good));
    paths.failure += barOf(left, ABOVE + 1, down);
    paths.unknown += barOf(left, ABOVE + 1 + down, Math.min(BELOW, lengthOf(unknown)));
  });
  return paths;
}

/** Returns how many runs of a step came out how. */
export function countsAt({ called, failed, unknown }: OutcomeSteps, place: number) {
  const bad = { failed: failed[place] ?? 0, unknown: unknown[place] ?? 0 };
  return { ...bad, good: Math.max(0, (called[place] ?? 0) - bad.failed - bad.unknown) };
}

function barOf(left: number, from: number, length: number): string {
  if (length === 0) return '';
  return `M${left} ${from}h${STEP - GAP}v${Math.round(10 * length) / 10}h-${STEP - GAP}z`;
}

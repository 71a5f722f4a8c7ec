import { durationOf, type Outcome, type StripRun } from './strip-runs.js';

/** The grid of the drawing. */
export const STEP = 6;
export const HEIGHT = 32;
const WIDTH = 4;
const LEAST = 4;
/** The bar of a run that took so long is as high as the strip. */
const LONGEST_MS = 600_000;
const NOTCH = 6;

/** Returns where the bar in a column begins. */
export function leftOf(column: number): number {
  return column * STEP + (STEP - WIDTH) / 2;
}

/** Returns one path for all bars of an outcome: shapes tell outcomes apart where colours do not. */
export function pathOf(runs: readonly StripRun[], columns: readonly number[], outcome: Outcome): string {
  return runs
    .map((run, place) => (run.outcome === outcome ? barOf(run, leftOf(columns[place] ?? 0)) : ''))
    .join('');
}

function barOf(run: StripRun, left: number): string {
  const right = left + WIDTH;
  const height = heightOf(durationOf(run));
  switch (run.outcome) {
    case 'success':
      return `M${left} ${HEIGHT}V${HEIGHT - height}h${WIDTH}V${HEIGHT}z`;
    case 'failure':
      // Full height, with a notch at the top.
      return `M${left} ${HEIGHT}V0L${left + WIDTH / 2} ${NOTCH}L${right} 0V${HEIGHT}z`;
    case 'unknown':
      return `M${left} ${HEIGHT - 0.5}V${HEIGHT / 2}h${WIDTH}V${HEIGHT - 0.5}z`;
    case 'skipped':
      // A dash that stands on nothing: nothing was called.
      return `M${left} ${HEIGHT / 2 - 2}h${WIDTH}v4h-${WIDTH}z`;
    case 'running':
      // Open at the top: it may grow yet.
      return `M${left} ${HEIGHT / 2}V${HEIGHT - 0.5}h${WIDTH}V${HEIGHT / 2}`;
  }
}

/** Returns the height of a bar: the logarithm of the duration, so that a run of ten minutes leaves one of a second its height. */
function heightOf(durationMs: number | null): number {
  const share = Math.log10(1 + (durationMs ?? 0)) / Math.log10(1 + LONGEST_MS);
  return Math.round(10 * (LEAST + (HEIGHT - LEAST) * Math.min(1, share))) / 10;
}

import type { ShownRun, ShownRuns } from './preview.service.js';

/** Returns what is to come of a schedule as it is sent. */
export function nextRuns({ text, runs, warnings }: ShownRuns) {
  return { text, runs: runs.map(comingRun), warnings };
}

/** Returns a preview as it is sent. */
export function previewed(preview: ShownRuns & { readonly runsPerDay: number | null }) {
  const { runsPerDay } = preview;
  return { ...nextRuns(preview), runsPerDay: runsPerDay === null ? null : rounded(runsPerDay) };
}

/** Of a schedule in UTC, the instant alone. */
function comingRun({ at, local, note }: ShownRun) {
  return {
    at: new Date(at).toISOString(),
    ...(local !== null && { local }),
    ...(note !== null && { note }),
  };
}

/** Two digits say enough of less than one a day, and two decimals of more. */
function rounded(perDay: number): number {
  return perDay < 1 ? Number(perDay.toPrecision(2)) : Math.round(perDay * 100) / 100;
}

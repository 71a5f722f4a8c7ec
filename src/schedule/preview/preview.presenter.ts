import type { Upcoming } from '../../core/plan/upcoming.js';

/** Returns what is to come of a schedule as it is sent. */
export function nextRuns({ text, runs, warnings }: Upcoming & { readonly text: string }) {
  return { text, runs: runs.map((at) => ({ at: new Date(at).toISOString() })), warnings };
}

/** Returns a preview as it is sent. */
export function previewed(preview: Upcoming & { readonly text: string; readonly runsPerDay: number | null }) {
  const { runsPerDay } = preview;
  return { ...nextRuns(preview), runsPerDay: runsPerDay === null ? null : rounded(runsPerDay) };
}

/** Two digits say enough of less than one a day, and two decimals of more. */
function rounded(perDay: number): number {
  return perDay < 1 ? Number(perDay.toPrecision(2)) : Math.round(perDay * 100) / 100;
}

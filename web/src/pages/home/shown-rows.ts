import type { FailingSchedule, Overview } from '../../api/overview.js';

/** A row of the list of what fails, as it is shown until the reader asks for what is new. */
export interface ShownRow {
  readonly failing: FailingSchedule;
  /** True where it does not fail any more. */
  readonly isHealed: boolean;
  /** Since when it does not, where that is known. */
  readonly healedAt: number | null;
}

/** Returns the rows that a reader looks at with what is known of them now: one that is not told of any more stays, as healed. */
export function shownRows(
  shown: readonly FailingSchedule[],
  { results, total, lastHealedAt }: Overview['failing'],
): ShownRow[] {
  const newest = new Map(results.map((row) => [row.schedule.id, row]));
  // Of more than are told of nobody knows whether one that is missing has healed or has only moved down.
  const isWhole = total.schedules <= results.length;
  const healed = isWhole ? shown.filter(({ schedule }) => !newest.has(schedule.id)) : [];
  return shown.map((row) => {
    const isHealed = healed.includes(row);
    // The moment that is told is that of the latest: of several it is not known which.
    const isKnown = isHealed && healed.length === 1 && (lastHealedAt ?? 0) > row.since;
    return {
      failing: newest.get(row.schedule.id) ?? row,
      isHealed,
      healedAt: isKnown ? lastHealedAt : null,
    };
  });
}

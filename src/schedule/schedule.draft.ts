import { InvalidInput } from '../core/errors.js';
import { wireText, type Instant } from '../core/instant.js';
import type { ActiveWindow } from '../core/plan/planning.js';
import type { ScheduleRow } from '../database/entities/schedule.row.js';
import { timingAt, type TimingDraft } from './plan/timing.js';

/** A schedule as it is asked for. */
export interface ScheduleDraft extends ActiveWindow {
  readonly timing: TimingDraft;
  readonly active: boolean;
  readonly description: string;
  /** JSON text of an object, or null. */
  readonly data: string | null;
}

/** What is to change of a schedule: a field that is undefined stays. */
export type ScheduleChange = { readonly [Field in keyof ScheduleDraft]: ScheduleDraft[Field] | undefined };

/** Throws InvalidInput where a window ends before it starts; equal is allowed (schedules.md, "Date values"). */
export function refuseReversed({ startAt, endAt }: ActiveWindow, place = ''): void {
  if (startAt === null || endAt === null || startAt <= endAt) return;
  throw new InvalidInput(
    `'${place}endTime' ${wireText(endAt)} lies before '${place}startTime' ${wireText(startAt)}: let it end later`,
    `${place}endTime`,
  );
}

/** The fields that hold the timing. */
const TIMING: readonly string[] = ['kind', 'expression', 'meaning'];
/** The fields that say when a schedule runs: a change of one of them plans anew. */
const PLANNED_BY: readonly string[] = [...TIMING, 'active', 'startAt', 'endAt'];

/**
 * Writes a change into a row and returns the names of the fields that differ after it, and whether any of them
 * says when the schedule runs. A timing that is given counts as changed even where its text is the same: "now"
 * said again is another instant. Throws InvalidInput for another mode or a reversed window.
 */
export function applyChange(row: ScheduleRow, change: ScheduleChange, now: Instant) {
  const { timing, ...rest } = change;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const next = { ...given, ...(timing === undefined ? {} : timingAt(timing, now)) };
  const before = { ...row };
  Object.assign(row, next, { modifiedAt: now });
  refuseReversed(row);
  const changed = Object.keys(next).filter(
    // Both are rows of the same class; the names come from one of them.
    (name) => before[name as keyof ScheduleRow] !== row[name as keyof ScheduleRow],
  );
  if (changed.some((name) => TIMING.includes(name))) row.timedAt = now;
  return { changed, isReplanned: changed.some((name) => PLANNED_BY.includes(name)) };
}

import { InvalidInput } from '../core/errors.js';
import { storedOrGiven, wireText, type Instant } from '../core/instant.js';
import type { ActiveWindow } from '../core/plan/planning.js';
import { changedSettings, storedSettings, type SettingName, type Settings } from '../core/policy/settings.js';
import type { ScheduleRow } from '../database/entities/schedule.row.js';
import { refuseMisplaced } from './plan/misplaced-settings.js';
import { firingsOf } from './plan/pattern-of.js';
import { isStored, timingAt, type TimingDraft } from './plan/timing.js';

/** A schedule as it is asked for. */
export interface ScheduleDraft extends ActiveWindow {
  readonly timing: TimingDraft;
  readonly active: boolean;
  readonly description: string;
  /** JSON text of an object, or null. */
  readonly data: string | null;
  /** The optional settings. */
  readonly policy: Settings;
}

/** What is to change of a schedule: a field that is undefined stays, and so does a setting that is not there. */
export type ScheduleChange = {
  readonly [Field in Exclude<keyof ScheduleDraft, 'policy'>]: ScheduleDraft[Field] | undefined;
} & Pick<ScheduleDraft, 'policy'>;

/** Throws InvalidInput where a window ends before it starts; equal is allowed (schedules.md, "Date values"). */
export function refuseReversed({ startAt, endAt }: ActiveWindow, place = ''): void {
  if (startAt === null || endAt === null || startAt <= endAt) return;
  throw new InvalidInput(
    `'${place}endTime' ${wireText(endAt)} lies before '${place}startTime' ${wireText(startAt)}: let it end later`,
    `${place}endTime`,
  );
}

/** Returns a change in which an instant that is only sent back as the wire shows it is the stored one. */
export function withStoredInstants<
  C extends { readonly [Field in keyof ActiveWindow]: Instant | null | undefined },
>(stored: ActiveWindow, change: C): C {
  const { startAt, endAt } = change;
  return {
    ...change,
    ...(startAt === undefined ? {} : { startAt: storedOrGiven(stored.startAt, startAt) }),
    ...(endAt === undefined ? {} : { endAt: storedOrGiven(stored.endAt, endAt) }),
  };
}

/** The fields beside the timing that say when a schedule runs: a change of one of them plans anew. */
const PLANNED_BY: readonly string[] = ['active', 'startAt', 'endAt'];

/** What a change of a schedule changed: names of fields, and what follows for its plan. */
export interface ScheduleDifference {
  readonly changed: readonly string[];
  readonly isReplanned: boolean;
  /** Whether the timing means something else than before: other words for the same instant do not. */
  readonly isRetimed: boolean;
}

/**
 * Writes a change into a row and returns what differs after it. A time is read anew only where its text differs from
 * the stored one: sent back unchanged, "in 2 hours" stays the instant that it meant when it was first said. Throws
 * InvalidInput for another mode or a reversed window.
 */
export function applyChange(row: ScheduleRow, change: ScheduleChange, now: Instant): ScheduleDifference {
  const { timing, policy, ...rest } = withStoredInstants(row, change);
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const settings = changedSettings(row.policy, policy);
  const isElsewhere = settings.changed.some((name) => ZONE_SETTINGS.includes(name));
  const isSaidAnew = timing !== undefined && (isElsewhere || !isStored(timing, row));
  const next = {
    ...given,
    ...(isSaidAnew ? timingAt(timing, now, storedSettings(settings.text)) : {}),
  };
  const before = { ...row };
  Object.assign(row, next, { policy: settings.text, modifiedAt: now });
  refuseReversed(row);
  refuseMisplaced(row, storedSettings(row.policy));
  if (isElsewhere && row.kind === 'once' && timing === undefined) throw zoneAlone();
  const changed = Object.keys(next).filter(
    // Both are rows of the same class; the names come from one of them.
    (name) => before[name as keyof ScheduleRow] !== row[name as keyof ScheduleRow],
  );
  const isSpreadAnew = settings.changed.includes('spread');
  const isRetimed =
    isSpreadAnew ||
    changed.includes(row.kind === 'cron' ? 'expression' : 'meaning') ||
    (isElsewhere && (row.kind === 'cron' || row.kind === 'dailyAt')) ||
    (settings.changed.includes('repeatAfter') && row.kind === 'interval');
  if (isRetimed) {
    row.timedAt = now;
    row.firingsPerHour = firingsOf(row);
    row.spreadOffset = null;
  }
  // One that has had all its runs may have more of them now, and the other way round.
  const isLimitedAnew = settings.changed.includes('maxRuns');
  const isReplanned = isRetimed || isLimitedAnew || changed.some((name) => PLANNED_BY.includes(name));
  return { changed: [...changed, ...settings.changed], isReplanned, isRetimed };
}

/** Settings that say at which instants a pattern fires. */
const ZONE_SETTINGS: readonly SettingName[] = ['timeZone', 'dst'];

/** A spoken time was read in its zone when it was said. */
function zoneAlone(): InvalidInput {
  return new InvalidInput(
    "'timeZone' of a schedule with 'time' says how that text is read: change it together with 'time'",
    'timeZone',
  );
}

import { describePattern } from '../../core/describe/describe.js';
import { firstCharacters } from '../../core/text/first-characters.js';
import { SCHEDULE_KINDS, type ScheduleKind } from '../../database/entities/schedule.row.js';
import { patternOf } from '../../schedule/plan/pattern-of.js';

/** So much of a text is shown. */
const MOST_TEXT = 300;

/** When a schedule runs, as queries read it. */
export interface TimingRecord {
  kind: number;
  expression: string;
  meaning: number | null;
}

/** When a schedule runs: as it was written, and in plain English. */
export interface ShownTiming {
  readonly kind: ScheduleKind;
  readonly expression: string;
  readonly text: string;
}

/** Returns when a schedule runs, for a reader: long texts are cut. */
export function shownTiming({ kind: stored, expression, meaning }: TimingRecord): ShownTiming {
  const kind = SCHEDULE_KINDS[stored] ?? 'cron';
  const text = describePattern(
    patternOf({ kind, expression, meaning: meaning === null ? null : Number(meaning) }),
  );
  return {
    ...{ kind, expression: firstCharacters(expression, MOST_TEXT) },
    text: firstCharacters(text, MOST_TEXT),
  };
}

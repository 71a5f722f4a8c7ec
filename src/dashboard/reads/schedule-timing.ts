import { BoundedMap } from '../../core/bounded-map.js';
import { describePattern } from '../../core/describe/describe.js';
import { InvalidInput } from '../../core/errors.js';
import { firstCharacters } from '../../core/text/first-characters.js';
import { SCHEDULE_KINDS, type ScheduleKind } from '../../database/entities/schedule.row.js';
import { patternOfRow, type StoredTiming } from '../../schedule/plan/pattern-of.js';

/** So much of a text is shown. */
const MOST_TEXT = 300;
const MOST_DESCRIBED = 10_000;
/** What crons mean in words, which takes longer to find than to read a page of them: many schedules have the same. */
const described = new BoundedMap<string>(MOST_DESCRIBED);

/** When a schedule runs, as queries read it. */
export interface TimingRecord {
  kind: number;
  expression: string;
  meaning: number | null;
  /** Its settings: the zone is one of them. */
  policy: string | null;
}

/** When a schedule runs: as it was written, and in plain English. */
export interface ShownTiming {
  readonly kind: ScheduleKind;
  readonly expression: string;
  readonly text: string;
}

/** Returns when a schedule runs, for a reader: long texts are cut. */
export function shownTiming({ kind: stored, expression, meaning, policy }: TimingRecord): ShownTiming {
  const kind = SCHEDULE_KINDS[stored] ?? 'cron';
  const text = textOf({ kind, expression, meaning: meaning === null ? null : Number(meaning), policy });
  return { kind, expression: firstCharacters(expression, MOST_TEXT), text };
}

function textOf(timing: StoredTiming): string {
  const { kind, expression, policy } = timing;
  const key = policy === null ? expression : `${expression} ${policy}`;
  const known = kind === 'cron' ? described.get(key) : null;
  if (known !== null) return known;
  const text = firstCharacters(wordsOf(timing), MOST_TEXT);
  if (kind === 'cron') described.set(key, text);
  return text;
}

/** An earlier version may have stored what this one refuses: it is shown as it was written, and the list stays whole. */
function wordsOf(timing: StoredTiming): string {
  try {
    return describePattern(patternOfRow(timing));
  } catch (error) {
    if (error instanceof InvalidInput) return timing.expression;
    throw error;
  }
}

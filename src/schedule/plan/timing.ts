import { refuseQuartzOrder } from '../../core/cron/cron.js';
import { parseInterval } from '../../core/text/duration.js';
import { parseTime, parseTimeOfDay } from '../../core/text/human-time.js';
import type { Instant } from '../../core/instant.js';
import type { Settings } from '../../core/policy/settings.js';
import { patternOf, type Timing } from './pattern-of.js';

/** A timing field as it was asked for. A time such as "in 2 hours" has a meaning only once it is known when it was said. */
export type TimingDraft = Timing | { readonly kind: 'relative'; readonly input: unknown };

/** Returns the timing of a seven-field cron text. Throws InvalidInput. */
export function cronTiming(expression: string): Timing {
  const timing = { kind: 'cron', expression, meaning: null } as const;
  patternOf(timing, null);
  refuseQuartzOrder(expression);
  return timing;
}

/** Returns the timing of an interval text. Throws InvalidInput. */
export function intervalTiming(expression: string): Timing {
  return { kind: 'interval', expression, meaning: parseInterval(expression).everyMs };
}

/** Returns the timing of a time-of-day text. Throws InvalidInput. */
export function dailyTiming(expression: string): Timing {
  return { kind: 'dailyAt', expression, meaning: parseTimeOfDay(expression).msOfDay };
}

/** Returns the text by which a time is stored: as it was sent, or the JSON of a date object. */
function textOf(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input);
}

/** Returns whether a draft has the very text of a stored timing. */
export function isStored(draft: TimingDraft, stored: Timing): boolean {
  return (draft.kind === 'relative' ? textOf(draft.input) : draft.expression) === stored.expression;
}

/** Returns what a draft means at `now`, a spoken time in the zone of the settings. Throws InvalidInput where the time is not understood. */
export function timingAt(draft: TimingDraft, now: Instant, settings: Settings): Timing {
  if (draft.kind !== 'relative') return draft;
  const { timeZone } = settings;
  const { at } = parseTime(draft.input, now, typeof timeZone === 'string' ? timeZone : undefined);
  return { kind: 'once', expression: textOf(draft.input), meaning: at };
}

/** Returns whether a changed timing is of the same mode as a stored one: the mode of a schedule never changes. */
export function isSameMode(draft: TimingDraft, stored: Timing): boolean {
  return (draft.kind === 'relative' ? 'once' : draft.kind) === stored.kind;
}

import { FIRST_YEAR } from './calendar.js';
import { compileCron, type Sixty } from './cron-fields.js';
import {
  CRON_FIELDS,
  CronRefusal,
  dayRangesOf,
  daysByLength,
  fieldTexts,
  maskOf,
  valuesOf,
  weekdayMask,
  weekdaysOf,
} from './cron-parts.js';
import { InvalidInput, shown } from '../errors.js';
import { fromLinuxCron, likeLinuxCron } from './linux-cron.js';
import { fromQuartzCron, isLikelyQuartz, likeQuartzCron } from './quartz-cron.js';
import type { Cron } from '../plan/pattern.js';

const LONGEST_TEXT = 255;
const FORM = "an xscron 'Year Month Day DayOfWeek Hour Minute Second' (the year may be left out)";

/**
 * Returns the pattern of a cron text: seven fields `Year Month Day DayOfWeek Hour Minute Second`, or six without
 * the year (schedules.md, "Cron"). An expression that never matches, such as 30 February, is also a pattern.
 * Throws InvalidInput (field `cron`), whose message names the field, the text and the permitted values. For a
 * Linux cron, the message proposes the schedule with the same meaning where there is one.
 */
export function parseCron(text: string): Cron {
  if (text.length > LONGEST_TEXT) {
    const reason = `it is longer than ${LONGEST_TEXT} characters`;
    throw new InvalidInput(`cron ${shown(text)} is not a valid xscron: ${reason}`, 'cron');
  }
  const texts = fieldTexts(text);
  if (texts.length !== 7) throw new InvalidInput(wrongCount(text, texts), 'cron');
  try {
    return { kind: 'cron', expression: text, fields: compileCron(partsOf(texts)) };
  } catch (error) {
    if (!(error instanceof CronRefusal)) throw error;
    const remedy = likeQuartzCron(text.trim().split(/\s+/));
    const meant = remedy === null ? '' : `; ${remedy}`;
    throw new InvalidInput(`cron ${shown(text)} is not a valid xscron: ${error.message}${meant}`, 'cron');
  }
}

/**
 * Throws InvalidInput (field `cron`) for a text that can be read, but that its author almost certainly means in the order of
 * Quartz, Spring and node-cron. It is asked when a cron is given; one that was stored before keeps its meaning.
 */
export function refuseQuartzOrder(text: string): void {
  const given = text.trim().split(/\s+/);
  if (!isLikelyQuartz(given)) return;
  const remedy = likeQuartzCron(given) ?? 'write the hours, minutes and seconds too';
  throw new InvalidInput(
    `cron ${shown(text)} limits no hour, minute or second; this service takes ${FORM}: ${remedy}`,
    'cron',
  );
}

/**
 * Returns the cron of this service that a refused text means as a Linux cron or in the order of Quartz, Spring and node-cron;
 * null where it is neither, or one cron does not say the same.
 */
export function suggestedCron(text: string): string | null {
  if (text.length > LONGEST_TEXT) return null;
  const given = text.trim().split(/\s+/);
  return fromLinuxCron(given) ?? fromQuartzCron(given);
}

function partsOf(texts: readonly string[]): Parameters<typeof compileCron>[0] {
  const [year = '', month = '', day = '', weekday = '', hour = '', minute = '', second = ''] = texts;
  return {
    years: yearsOf(year),
    months: maskOf(valuesOf(CRON_FIELDS.month, month)),
    days: daysByLength(dayRangesOf(day)),
    weekdays: weekdayRule(weekday),
    hours: maskOf(valuesOf(CRON_FIELDS.hour, hour)),
    minutes: sixtyOf(valuesOf(CRON_FIELDS.minute, minute)),
    seconds: sixtyOf(valuesOf(CRON_FIELDS.second, second)),
  };
}

function weekdayRule(text: string): (length: number, first: number) => number {
  const weekdays = weekdaysOf(text);
  return (length, first) => weekdayMask(weekdays, length, first);
}

function yearsOf(text: string): Uint8Array | null {
  if (text === '*') return null;
  return valuesOf(CRON_FIELDS.year, text).subarray(FIRST_YEAR);
}

function sixtyOf(values: Uint8Array): Sixty {
  return { low: maskOf(values.subarray(0, 30)), high: maskOf(values.subarray(30)) };
}

function wrongCount(text: string, texts: readonly string[]): string {
  const linux = likeLinuxCron(texts);
  if (linux !== null) return `cron ${shown(text)} is a Linux cron; this service takes ${FORM}: ${linux}`;
  const count = text.trim() === '' ? 0 : texts.length;
  return `cron ${shown(text)} has ${count} field${count === 1 ? '' : 's'}; permitted are seven: ${FORM}`;
}

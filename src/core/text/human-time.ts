import { clockOf } from './clock-time.js';
import { looksLikeStandardDate, parseDate, standardDate } from './date-input.js';
import { englishTime } from './english-time.js';
import { InvalidInput, shown } from '../errors.js';
import { DAY_MS, MINUTE_MS, type Instant } from '../instant.js';
import type { DailyAt, Once } from '../plan/pattern.js';
import { localClock } from '../zone/local-clock.js';

const LONGEST_TEXT = 255;

/**
 * Returns the time of day (UTC) of a text: `H.mm`, `H:mm`, either with `:ss`, each with or without am/pm, `4pm`,
 * `noon`, `midnight`, or the time of day of an ISO-8601 or RFC 2822 text after its offset is applied
 * (schedules.md, "Time of day"). Throws InvalidInput (field `repeatAt`) for anything else, including "13.00pm"
 * and a date alone.
 */
export function parseTimeOfDay(text: string): DailyAt {
  const msOfDay =
    text.length > LONGEST_TEXT ? null : (clockOf(text) ?? offsetClock(text) ?? standardClock(text));
  if (msOfDay !== null) return { kind: 'dailyAt', msOfDay };
  throw new InvalidInput(
    `repeatAt ${shown(text)} is not a time of day; permitted are '18.40', '18:40', '17.20:30', '4.40pm' ` +
      "(hours 0 to 23, with am or pm 1 to 12), 'noon', 'midnight', or an ISO-8601 or RFC 2822 text with a time, all in UTC",
    'repeatAt',
  );
}

/** An offset or a zone at the end of a time, as ISO-8601 and RFC 2822 write them. */
const OWN_OFFSET = /[\d\s](?:z|utc?|gmt|[ecmp][sd]t|[+-]\d\d(?::?\d\d)?)(?:\s*\([^()]*\))?$/i;

/**
 * Returns whether a time of day that `parseTimeOfDay` reads names its own offset ("18:40Z", "2031-05-01T08:15+02:00"), so
 * that it has no local time in another zone.
 */
export function namesOffset(text: string): boolean {
  return clockOf(text) === null && OWN_OFFSET.test(text.trim());
}

/**
 * Returns the one instant of `time`: an ISO-8601 or RFC 2822 text, an English text such as "tomorrow at 4pm" read
 * at `now`, or a date object (schedules.md, "Time (one-time)"). English is read in the local time of `zone` (a name that
 * `zoneName` returned), in UTC without one; the others are UTC where they name no offset. It may lie in the past. Throws
 * InvalidInput (field `time`) for a text that is not understood completely.
 */
export function parseTime(input: unknown, now: Instant, zone?: string): Once {
  if (typeof input !== 'string') return { kind: 'once', at: parseDate(input, 'time') };
  const at = input.length > LONGEST_TEXT ? null : instantOfText(input, now, zone);
  if (at !== null) return { kind: 'once', at };
  throw new InvalidInput(
    `time ${shown(input)} is not understood; permitted are an ISO-8601 text such as '2031-05-01T08:15:30Z', an ` +
      "RFC 2822 text, English such as 'now', '10 hours from now', 'tomorrow at 4pm' or 'next week monday at 5am', " +
      'or an object {date, format}',
    'time',
  );
}

function instantOfText(text: string, now: Instant, zone: string | undefined): Instant | null {
  if (looksLikeStandardDate(text)) return parseDate(text, 'time');
  return standardDate(text) ?? englishTime(text, now, localClock(zone));
}

/** Reads `18:40+02:00`: a time of day with an offset and without a date. */
function offsetClock(text: string): number | null {
  const match = /^T?(\d\d:\d\d(?::\d\d)?)(\.\d{1,3})?\s*(?:Z|UTC|GMT|([+-])(\d\d)(?::?(\d\d))?)?$/i.exec(
    text.trim(),
  );
  if (match === null) return null;
  const [, clock = '', fraction = '0', sign, hours = '0', minutes = '0'] = match;
  const local = clockOf(clock);
  if (local === null || Number(hours) > 23 || Number(minutes) > 59) return null;
  const offsetMs = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  return inDay(local + Math.round(Number(fraction) * 1000) - offsetMs);
}

function standardClock(text: string): number | null {
  const hasTime = /[T\s]\d\d/i.test(text.trim());
  const at = hasTime ? standardDate(text) : null;
  return at === null ? null : inDay(at);
}

function inDay(ms: number): number {
  return ((ms % DAY_MS) + DAY_MS) % DAY_MS;
}

import { casual, Chrono, type Component, type ParsedResult } from 'chrono-node/en';
import { midnightOf, startOfDay, weekdayOf } from '../cron/calendar.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../instant.js';

const LONGEST_TEXT = 80;

/**
 * The English parser without distances ("in 2 hours"). `englishTime` reads distances, and their regular
 * expressions take a tenth of a second to compile; every due run of this process would have to wait for that.
 */
const ENGLISH = new Chrono({
  parsers: casual.parsers.filter((parser) => !parser.constructor.name.startsWith('ENTimeUnit')),
  refiners: casual.refiners,
});
// Expressions are compiled at their first use, and better at their second. Both happen here, not in a request.
for (const text of ['may 5', 'may 5']) ENGLISH.parse(text, { instant: new Date(0), timezone: 0 });

/**
 * Returns the instant of an English date text. Returns null when `chrono-node` does not understand the whole
 * text, finds a range in it, or the date does not exist or is not on the weekday in the text. Parts that the text
 * leaves out are chosen so that the instant is the first one not before `now`; a date without a time is 00:00.
 *
 * `chrono-node` computes with the host's time zone. It is therefore asked with a time of noon, when no zone
 * changes its clocks, and only for fields; the instant is built from these fields in UTC.
 */
export function englishDate(text: string, now: Instant): Instant | null {
  if (text.length > LONGEST_TEXT || isAmbiguous(text)) return null;
  const asked = text.replace(/^(?:on|in) (?:the )?/, '');
  const noon = new Date(startOfDay(now) + 12 * HOUR_MS);
  const [result, ...others] = ENGLISH.parse(asked, { instant: noon, timezone: 0 });
  if (result === undefined || others.length > 0 || result.text !== asked || result.end) return null;
  const tags = [...result.tags()];
  const isVague =
    !hasAny(result.start, ['year', 'month', 'day', 'weekday', 'hour']) && !tags.some(isNamedTime);
  if (isVague || tags.includes('result/relativeDate') || result.start.isCertain('millisecond')) return null;
  return firstFrom({ start: result.start, tags, now });
}

function hasAny(start: ParsedResult['start'], fields: readonly Component[]): boolean {
  return fields.some((field) => start.isCertain(field));
}

type Found = { start: ParsedResult['start']; tags: readonly string[]; now: Instant };

/**
 * Returns whether a text has more than one possible meaning. "last friday" is not in the future, "this week" is
 * not a time, "05/01/2031" means May for some readers and January for others, and "2031-13-01" would be read in
 * another order. An error is better than a guess.
 */
function isAmbiguous(text: string): boolean {
  if (/\b(?:last|past|previous|now)\b|\bthis (?:week|month|quarter|year)\b|^\d{4}[-/.]/.test(text))
    return true;
  const slashed = /\b(\d{1,2})[/.-](\d{1,2})(?:[/.-]\d{2,4})?\b/.exec(
    text.replace(/\d{1,2}\.\d\d(?![\d.])/g, ''),
  );
  return slashed !== null && !(Number(slashed[1]) > 12 || Number(slashed[2]) > 12);
}

function isNamedTime(tag: string): boolean {
  return /^casualReference\/(?:morning|noon|afternoon|evening|night|tonight|midnight)$/.test(tag);
}

function firstFrom(found: Found): Instant | null {
  const { start, now } = found;
  if (start.isCertain('month') && !start.isCertain('year')) return inFirstYear(found);
  const at = instantIn(found, start.get('year') ?? 0);
  if (at === null || start.isCertain('year')) return at;
  if (hasAny(start, ['day'])) return at;
  return firstOf(at, start.isCertain('weekday') ? 7 * DAY_MS : DAY_MS, now);
}

/**
 * Returns the date in the first year, from the year of `now` on, in which it exists. Its weekday is checked only
 * in that year.
 */
function inFirstYear(found: Found): Instant | null {
  const year = new Date(found.now).getUTCFullYear();
  for (let ahead = 0; ahead <= 8; ahead += 1) {
    const at = fieldsIn(found, year + ahead);
    if (at !== null && at >= found.now) return instantIn(found, year + ahead);
  }
  return null;
}

/** Returns the first instant that is not before `now`, moving `at` by whole periods. */
function firstOf(at: Instant, period: number, now: Instant): Instant {
  return at + Math.ceil((now - at) / period) * period;
}

/**
 * Returns the instant of the found fields in a given year; null when the date does not exist or is on another
 * weekday.
 */
function instantIn(found: Found, year: number): Instant | null {
  const at = fieldsIn(found, year);
  const weekday = found.start.isCertain('weekday') ? found.start.get('weekday') : null;
  if (at === null || weekday === null) return at;
  const day = Math.floor((at + offsetOf(found)) / DAY_MS);
  return weekdayOf(day) === (weekday + 6) % 7 ? at : null;
}

function fieldsIn(found: Found, year: number): Instant | null {
  const { start } = found;
  const midnight = midnightOf(year, start.get('month') ?? 0, start.get('day') ?? 0);
  return midnight === null ? null : midnight + timeIn(found) - offsetOf(found);
}

function offsetOf({ start }: Found): number {
  return start.isCertain('timezoneOffset') ? (start.get('timezoneOffset') ?? 0) * MINUTE_MS : 0;
}

/**
 * Returns the time of day in the text, otherwise 00:00. "Tomorrow" and similar words without a time never reach
 * this code.
 */
function timeIn({ start, tags }: Found): number {
  if (!start.isCertain('hour') && !tags.some(isNamedTime)) return 0;
  const seconds =
    (start.get('hour') ?? 0) * 3600 + (start.get('minute') ?? 0) * 60 + (start.get('second') ?? 0);
  return seconds * SECOND_MS;
}

import { casual, Chrono, type ParsedResult } from 'chrono-node/en';
import { midnightOf, startOfDay, weekdayOf } from '../cron/calendar.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../instant.js';
import type { LocalClock } from '../zone/local-clock.js';

const LONGEST_TEXT = 80;
/** A zone or an offset at the end of a text or before a year, as the parser knows them. */
const ZONE = /\(?\b(?:[a-z]{2,5})?\)? ?(?:[+-]\d{1,2}:?\d{0,2})?\)? ?(?:\([a-z]{2,5}\))?(?= today| \d{4}|$)/;

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
 * changes its clocks, and only for fields; the instant is built from these fields: by the offset in the text, otherwise by
 * the local clock.
 */
export function englishDate(text: string, now: Instant, clock: LocalClock): Instant | null {
  if (text.length > LONGEST_TEXT || isAmbiguous(text)) return null;
  const asked = text.replace(/^(?:on|in) (?:the )?/, '');
  const noon = new Date(startOfDay(clock.toLocal(now)) + 12 * HOUR_MS);
  const [result, ...others] = ENGLISH.parse(asked, { instant: noon, timezone: 0 });
  if (result === undefined || others.length > 0 || result.text !== asked || result.end) return null;
  const isRelative = [...result.tags()].includes('result/relativeDate');
  if (isRelative || result.start.isCertain('millisecond') || !isExact(asked, result.start)) return null;
  const isNoon = /\bnoon\b/.test(asked);
  if (result.start.isCertain('timezoneOffset')) return firstFrom({ start: result.start, now, isNoon });
  const local = firstFrom({ start: result.start, now: clock.toLocal(now), isNoon });
  return local === null ? null : clock.fromLocal(local, now);
}

/** `now` is a local time, as the result is, where the text has no offset. */
type Found = { start: ParsedResult['start']; now: Instant; isNoon: boolean };

const WORDS = new RegExp(
  `^(?:${[
    '\\d{1,2}(?:st|nd|rd|th)?|\\d{4}|\\d{1,2}[ap]m?|[ap]m?|m|at|on|the|of|today|tomorrow|noon|t|z',
    '(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?',
    'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?',
    'first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth',
    'sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty|thirtieth|thirty',
  ].join('|')})$`,
);
const CLOCK = /\d[.:]\d\d|\d ?[ap]\.?m?\b|\bnoon\b/;

/**
 * Returns whether a text that the parser took says everything itself: only words that name dates, clocks and zones (no
 * "after", "around", "half", era or part of a day), a day beside each month, a year of four digits, minutes or am and pm
 * beside each hour. What the parser would have to add is a guess.
 */
function isExact(text: string, start: ParsedResult['start']): boolean {
  const isZoned = start.isCertain('timezoneOffset');
  const dated = isZoned ? text.replace(ZONE, '') : text;
  if (!dated.split(/[^a-z0-9]+/).every((word) => word === '' || WORDS.test(word))) return false;
  const hasDay = start.isCertain('day');
  if (!hasDay && !start.isCertain('weekday') && !start.isCertain('hour')) return false;
  if (!hasDay && (start.isCertain('month') || start.isCertain('year'))) return false;
  const year = start.get('year') ?? 0;
  if (start.isCertain('year') && !/today|tomorrow/.test(text) && !text.includes(String(year))) return false;
  return !start.isCertain('hour') || CLOCK.test(text);
}

/**
 * Returns whether a text has more than one possible meaning. "last friday" is not in the future, "this week" is
 * not a time, "05/01/2031" means May for some readers and January for others, and "2031-13-01" would be read in
 * another order. An error is better than a guess.
 */
function isAmbiguous(text: string): boolean {
  if (
    /\b(?:last|past|previous|now|on on|at at)\b|\bthis (?:week|month|quarter|year)\b|^\d{4}[-/.]/.test(text)
  )
    return true;
  const slashed = /\b(\d{1,2})[/.-](\d{1,2})(?:[/.-]\d{2,4})?\b/.exec(
    text.replace(/\d{1,2}\.\d\d(?![\d.])/g, ''),
  );
  return slashed !== null && !(Number(slashed[1]) > 12 || Number(slashed[2]) > 12);
}

function firstFrom(found: Found): Instant | null {
  const { start, now } = found;
  if (start.isCertain('month') && !start.isCertain('year')) return inFirstYear(found);
  const at = instantIn(found, start.get('year') ?? 0);
  if (at === null || start.isCertain('year') || start.isCertain('day')) return at;
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

/** Returns the time of day in the text in milliseconds, otherwise 0. "Tomorrow" without a time never reaches this code. */
function timeIn({ start, isNoon }: Found): number {
  if (isNoon) return 12 * HOUR_MS;
  if (!start.isCertain('hour')) return 0;
  const seconds =
    (start.get('hour') ?? 0) * 3600 + (start.get('minute') ?? 0) * 60 + (start.get('second') ?? 0);
  return seconds * SECOND_MS;
}

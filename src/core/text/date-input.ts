import moment from 'moment';
import { dateOfFormat, formatProblem } from './date-format.js';
import { midnightOf, weekdayOf } from '../cron/calendar.js';
import { clockOf } from './clock-time.js';
import { InvalidInput, shown } from '../errors.js';
import { DAY_MS, MINUTE_MS, type Instant } from '../instant.js';

const LONGEST_TEXT = 255;
const EARLIEST = -62_167_219_200_000; // 0000-01-01T00:00:00Z
const LATEST = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z
const REMEDY =
  "permitted are an ISO-8601 text such as '2031-05-01T08:15:30Z', an RFC 2822 text such as " +
  "'Thu, 01 May 2031 08:15:30 GMT', or an object {date, format}";

/**
 * Returns the instant of a date value: an ISO-8601 or RFC 2822 text, or an object `{ date, format? }` whose text
 * is read strictly by the format's tokens (schedules.md, "Date values"). Without an offset the time is UTC, a
 * date without a time is 00:00, and milliseconds are kept. Throws InvalidInput with the field, the value and the
 * remedy for anything else, including `null` (clearing a date is done by the caller).
 */
export function parseDate(input: unknown, field: string): Instant {
  if (typeof input === 'string') return known(standardDate(input), input, field);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw refusal(input, field);
  // A plain object from a JSON body: each property is checked before it is used.
  const { date, format } = input as { date?: unknown; format?: unknown };
  if (typeof date !== 'string' || date.length > LONGEST_TEXT) throw refusal(input, field);
  if (format === undefined) return known(standardDate(date), input, field);
  const problem = formatProblem(format);
  if (problem !== null || typeof format !== 'string') {
    throw new InvalidInput(`${field} ${shown(input)}: format ${shown(format)} ${problem}`, field);
  }
  const at = dateOfFormat(date, format);
  if (at === null) {
    throw new InvalidInput(`${field}: ${shown(date)} is not a date of the format ${shown(format)}`, field);
  }
  return known(at, input, field);
}

/** Returns the instant of an ISO-8601 or RFC 2822 text, or null when the text is neither or its date does not exist. */
export function standardDate(text: string): Instant | null {
  if (text.length > LONGEST_TEXT) return null;
  const trimmed = text.trim();
  return isoDate(trimmed) ?? rfcDate(trimmed);
}

/**
 * Returns whether a text has the form of an ISO-8601 or RFC 2822 date, existing or not, so that it must not be
 * read as anything else. A year alone or other short group of digits is not a date ("1840" would be the year
 * 1840).
 */
export function looksLikeStandardDate(text: string): boolean {
  const trimmed = text.trim();
  return (
    /^(?:[+-]\d{6}|\d{4})(?:-|\d{3,4}(?!\d)|W)[\dTWZ:.,+\-\s]*$/i.test(trimmed) || RFC_2822.test(trimmed)
  );
}

function isoDate(text: string): Instant | null {
  const upper = text.toUpperCase();
  if (/^\d{1,6}$/.test(upper) || hasImpossibleOffset(upper)) return null;
  const read = moment.utc(upper, moment.ISO_8601, true);
  return read.isValid() ? read.valueOf() : null;
}

function hasImpossibleOffset(text: string): boolean {
  const offset = /[T\s]\d\d[\d:.,]*[+-](\d\d):?(\d\d)?$/.exec(text);
  return offset !== null && (Number(offset[1]) > 23 || Number(offset[2] ?? 0) > 59);
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const RFC_2822 =
  /^(?:(?<weekday>mon|tue|wed|thu|fri|sat|sun),?\s+)?(?<day>\d{1,2})\s+(?<month>[a-z]{3})\s+(?<year>\d{4}|\d{2})\s+(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d))?(?:\s*(?<zone>[+-]\d\d:?\d\d|[a-z]{1,3}))?(?:\s*\([^()]*\))?$/i;
/** The time zones that RFC 2822 names, in minutes ahead of UTC. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ...['ut', 'utc', 'gmt', 'z'].map((zone) => [zone, 0] as const),
  ...['edt', 'est cdt', 'cst mdt', 'mst pdt', 'pst'].flatMap((zones, index) =>
    zones.split(' ').map((zone) => [zone, -240 - 60 * index] as const),
  ),
]);

function rfcDate(text: string): Instant | null {
  const {
    weekday,
    day,
    month = '',
    year = '',
    hour = '',
    minute = '',
    second,
    zone,
  } = RFC_2822.exec(text)?.groups ?? {};
  const monthNumber = MONTHS.indexOf(month.toLowerCase()) + 1;
  const midnight = midnightOf(fullYear(year), monthNumber, Number(day));
  const clock = clockOf(`${hour}:${minute}:${second ?? '00'}`);
  const offset = offsetOf(zone);
  if (midnight === null || clock === null || offset === null) return null;
  const actual = WEEKDAYS[weekdayOf(midnight / DAY_MS)];
  if (weekday !== undefined && weekday.toLowerCase() !== actual) return null;
  return midnight + clock - offset * MINUTE_MS;
}

/** Returns the full year. Two digits mean 1950..2049, as RFC 2822 defines. */
function fullYear(text: string): number {
  const year = Number(text);
  return text.length === 4 ? year : year + (year < 50 ? 2000 : 1900);
}

function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined) return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return ZONES.get(zone.toLowerCase()) ?? null;
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function known(at: Instant | null, input: unknown, field: string): Instant {
  if (at === null || at < EARLIEST || at > LATEST) throw refusal(input, field);
  return at;
}

function refusal(input: unknown, field: string): InvalidInput {
  return new InvalidInput(`${field} ${shown(input)} is not a date; ${REMEDY}`, field);
}

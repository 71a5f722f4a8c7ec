import { InvalidInput, shown } from '../errors.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../instant.js';
import type { Interval } from '../plan/pattern.js';

const LONGEST_TEXT = 255;
const LONGEST_MS = 100 * 365 * DAY_MS;

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['second', SECOND_MS],
  ['minute', MINUTE_MS],
  ['hour', HOUR_MS],
  ['day', DAY_MS],
  ['week', 7 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['year', 365 * DAY_MS],
]);
const TERM =
  /^(?:(?:,|\s+and\s|,\s*and\s)?\s*)(\d{1,15}(?:\.\d{1,15})?)\s*(second|minute|hour|day|week|month|year)s?(?![a-z])/i;

/**
 * Returns the interval of a text such as "5 minutes" or "1 hour 30 minutes". A month is 30 days and a year 365
 * days; decimals are allowed; fractions of a millisecond are rounded (schedules.md, "Interval"). Throws
 * InvalidInput (field `repeatInterval`) for anything else, and for less than a second or more than 100 years.
 */
export function parseInterval(text: string): Interval {
  const everyMs = durationMs(text);
  if (everyMs === null) throw refusal(text, '');
  if (everyMs < SECOND_MS) throw refusal(text, ' is shorter than one second');
  if (everyMs > LONGEST_MS) throw refusal(text, ' is longer than 100 years');
  return { kind: 'interval', everyMs };
}

/** Returns a duration such as "5 minutes" in milliseconds, in the grammar of intervals; null for any other text. */
export function durationMs(text: string): number | null {
  return text.length <= LONGEST_TEXT ? durationOf(text.trim()) : null;
}

/** Returns a duration in words that `durationMs` reads: "1 hour 30 minutes"; weeks and more in days. */
export function durationText(ms: number): string {
  const parts: string[] = [];
  let rest = ms;
  for (const unit of ['day', 'hour', 'minute', 'second']) {
    const unitMs = UNIT_MS.get(unit) ?? SECOND_MS;
    const number = unit === 'second' ? rest / unitMs : Math.floor(rest / unitMs);
    rest -= number * unitMs;
    if (number > 0) parts.push(`${number} ${unit}${number === 1 ? '' : 's'}`);
  }
  return parts.join(' ');
}

/** Returns the sum of the terms in milliseconds, or null when the text contains anything else. */
function durationOf(text: string): number | null {
  let rest = text;
  let total = 0;
  do {
    const [term, number, unit = ''] = TERM.exec(rest) ?? [];
    const unitMs = UNIT_MS.get(unit.toLowerCase());
    if (term === undefined || unitMs === undefined || (rest === text && !/^\d/.test(text))) return null;
    total += Number(number) * unitMs;
    rest = rest.slice(term.length);
  } while (rest !== '');
  return Math.round(total);
}

function refusal(text: string, reason: string): InvalidInput {
  const permitted =
    "permitted is '<number> <unit>' with digits and seconds, minutes, hours, days, weeks, months or years, " +
    "for example '5 minutes' or '1 hour 30 minutes', from 1 second to 100 years";
  const what = reason === '' ? ' is not an interval' : reason;
  return new InvalidInput(`repeatInterval ${shown(text)}${what}; ${permitted}`, 'repeatInterval');
}

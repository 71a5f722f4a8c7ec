import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../instant.js';
import { weekdayOf } from '../cron/calendar.js';
import type { SchedulePattern } from '../plan/pattern.js';
import { cronWords } from './cron-words.js';
import { monthName } from './date-words.js';
import { every, listed } from './number-words.js';
import { WEEKDAY_NAMES } from './weekday-words.js';
import { dstWords, zoneWords } from './zone-words.js';

/**
 * Returns what a schedule means in plain English: `every weekday at 09:00 UTC`, `every Monday at 09:00 (Europe/Berlin)`,
 * with the rules for changes of the clock where they are not the usual ones. Patterns with the same words fire at the
 * same instants; the same instants may have several words where a pattern is odd.
 */
export function describePattern(pattern: SchedulePattern): string {
  switch (pattern.kind) {
    case 'cron':
      return `${cronWords(pattern)}${dstWords(pattern)}`;
    case 'interval':
      return `${intervalWords(pattern.everyMs)}, counted from the last start`;
    case 'dailyAt':
      return `every day at ${clockText(pattern.msOfDay)} ${zoneWords(pattern)}${dstWords(pattern)}`;
    case 'once':
      return `once, on ${dateText(pattern.at)} at ${clockText(pattern.at)} UTC`;
  }
}

const UNITS: readonly (readonly [string, number])[] = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
];

function intervalWords(everyMs: number): string {
  if (everyMs % (7 * DAY_MS) === 0) return every(everyMs / (7 * DAY_MS), 'week');
  const terms: [number, string][] = [];
  let rest = everyMs;
  for (const [unit, ms] of UNITS) {
    if (rest >= ms) terms.push([Math.floor(rest / ms), unit]);
    rest %= ms;
  }
  if (rest > 0) terms.push([rest / SECOND_MS, 'second']);
  const [only, ...others] = terms;
  if (only && others.length === 0) return every(...only);
  return `every ${listed(terms.map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`))}`;
}

function dateText(at: Instant): string {
  const date = new Date(at);
  const weekday = WEEKDAY_NAMES[weekdayOf(Math.floor(at / DAY_MS))];
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  return `${weekday}, ${date.getUTCDate()} ${monthName(date.getUTCMonth() + 1)} ${year}`;
}

/** Returns the time of day of an instant, as exactly as it is. */
function clockText(at: Instant): string {
  const text = new Date(at).toISOString().slice(-13, -1);
  return text.replace(/\.000$/, '').replace(/:00$/, '');
}

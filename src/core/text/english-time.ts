import { midnightOf, startOfDay, weekdayOf } from '../cron/calendar.js';
import { clockOf } from './clock-time.js';
import { clockInPart, nextClock, type ClockInPart } from './day-part.js';
import { englishDate } from './english-date.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../instant.js';
import { UTC_CLOCK, type LocalClock } from '../zone/local-clock.js';

/**
 * Returns the instant of an English text, read at `now` by a local clock, or null when the whole text is not understood.
 * Texts that depend on `now` (distances, days, weekdays, clock times) are read here, by arithmetic on local times; only
 * seconds, minutes and hours are time that passes ("in 2 hours"). Other texts, such as "May 5th 2031 at 4pm", are read by `englishDate`. A day without a time keeps the time of
 * day of `now` where it is a distance ("tomorrow", "next week"), and is 00:00 where it is a name ("Friday").
 */
export function englishTime(text: string, now: Instant, clock = UTC_CLOCK): Instant | null {
  const plain = text.trim().toLowerCase().replace(/\s+/g, ' ');
  if (plain === 'now') return now;
  const inPart = clockInPart(plain);
  if (inPart === 'unclear') return null;
  if (inPart !== null) return onPart(inPart, now, clock);
  const distance = distanceFrom(plain, now, clock);
  if (distance !== null) return distance;
  const local = dayAndClock(plain, clock.toLocal(now));
  return local === null ? englishDate(plain, now, clock) : clock.fromLocal(local, now);
}

/** Returns the instant of a clock whose part of the day was named, on the day that the rest of the text names. */
function onPart(part: ClockInPart, now: Instant, clock: LocalClock): Instant | null {
  if (!part.isToday && part.rest !== '')
    return englishTime(`${part.rest} at ${clockText(part.clock)}`, now, clock);
  const here = clock.toLocal(now);
  const local = part.isToday ? startOfDay(here) + part.clock : nextClock(part.clock, here);
  return clock.fromLocal(local, now);
}

function clockText(clock: number): string {
  return new Date(clock).toISOString().slice(11, 19);
}

const UNITS: readonly (readonly [RegExp, number | 'month' | 'year'])[] = [
  [/^(?:seconds?|secs?|s)$/, SECOND_MS],
  [/^(?:minutes?|mins?|m)$/, MINUTE_MS],
  [/^(?:hours?|hrs?|h)$/, HOUR_MS],
  [/^(?:days?|d)$/, DAY_MS],
  [/^(?:weeks?|w)$/, 7 * DAY_MS],
  [/^months?$/, 'month'],
  [/^(?:years?|yrs?|y)$/, 'year'],
];
const WORDS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const TERM = /^(?:,? and |, ?| )?(?:(half an?|an?|[a-z]+) |(\d{1,9}(?:\.\d{1,9})?) ?)([a-z]+)(?= |,|$)/;

/** Reads "in 2 hours", "10 hours from now", "1 hour and 30 minutes from now", "in 2 days at 5pm". */
function distanceFrom(text: string, now: Instant, clock: LocalClock): Instant | null {
  const match =
    /^(?:in (?<ahead>.+?)|(?<later>.+?) (?:from now|later|hence)|(?<ago>.+?) ago)(?: at (?<clock>.+))?$/.exec(
      text,
    );
  if (match?.groups === undefined) return null;
  const { ahead, later, ago, clock: timeText } = match.groups;
  const at = shifted(ahead ?? later ?? ago ?? '', { now, sign: ago === undefined ? 1 : -1, clock });
  if (at === null || timeText === undefined) return at;
  const time = clockOf(timeText);
  const local = clock.toLocal(at);
  const isWholeDays = (at - now) % DAY_MS === 0 || (local - clock.toLocal(now)) % DAY_MS === 0;
  return time === null || !isWholeDays ? null : clock.fromLocal(startOfDay(local) + time, now);
}

/** From when, in which direction and by which clock a distance is counted. */
interface Course {
  readonly now: Instant;
  readonly sign: 1 | -1;
  readonly clock: LocalClock;
}

/**
 * Moves `now` by the terms of a text, forward or backward, by at most a thousand years; null when the text
 * contains anything else.
 */
function shifted(text: string, { now, sign, clock }: Course): Instant | null {
  let at: Instant | null = text === '' ? null : now;
  let rest = text;
  while (rest !== '' && at !== null) {
    const [term = rest, word, digits, unit = ''] = TERM.exec(rest) ?? [];
    const isNamed = word === undefined || unit.length > 1;
    const count = isNamed ? numberOf(word ?? digits ?? '') : null;
    at = count === null ? null : moved(at, sign * count, { unitText: unit, clock });
    rest = rest.slice(term.length);
  }
  return at !== null && Math.abs(at - now) <= 1000 * 366 * DAY_MS ? at : null;
}

/**
 * Moves an instant by units. Months and years must be whole and follow the calendar (the last day of a shorter
 * month); whole days and weeks follow the local clock; others are exact.
 */
function moved(
  at: Instant,
  count: number,
  { unitText, clock }: { readonly unitText: string; readonly clock: LocalClock },
): Instant | null {
  const unit = UNITS.find(([names]) => names.test(unitText))?.[1];
  if (unit === undefined) return null;
  const isWhole = Number.isInteger(count);
  if (typeof unit === 'number' && !(isWhole && unit >= DAY_MS)) return at + Math.round(count * unit);
  if (!isWhole) return null;
  const here = clock.toLocal(at);
  const there =
    typeof unit === 'number' ? here + count * unit : addMonths(here, count * (unit === 'year' ? 12 : 1));
  return Number.isFinite(there) ? clock.fromLocal(there, at) : null;
}

function numberOf(word: string): number | null {
  if (/^\d/.test(word)) return Number(word);
  if (word.startsWith('half')) return 0.5;
  if (word === 'a' || word === 'an') return 1;
  return WORDS.includes(word) ? WORDS.indexOf(word) : null;
}

function addMonths(at: Instant, months: number): Instant {
  const day = new Date(at).getUTCDate();
  const date = new Date(at);
  date.setUTCMonth(date.getUTCMonth() + months);
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return date.getTime();
}

/** Reads "3.30pm", "tomorrow at 4pm", "9pm tonight", "Friday at 2am", "next week monday at 5am", "next week": all local times. */
function dayAndClock(text: string, now: Instant): Instant | null {
  const alone = clockOf(text.replace(/^at /, ''));
  if (alone !== null) return nextClock(alone, now);
  const words = text.replaceAll(',', ' ').split(/ +/);
  for (let cut = words.length; cut >= 1; cut -= 1) {
    const [head, tail] = [words.slice(0, cut).join(' '), words.slice(cut).join(' ')];
    const at = onDay(head, tail.replace(/^at /, ''), now) ?? onDay(tail, head.replace(/^at /, ''), now);
    if (at !== null) return at;
  }
  return null;
}

function onDay(dayText: string, clockText: string, now: Instant): Instant | null {
  const clock = clockText === '' ? undefined : clockOf(clockText);
  // A day has two midnights: the one at which it begins, and the one that people mean by "Friday at midnight".
  if (clock === null || clockText === 'midnight') return null;
  const today = startOfDay(now);
  const timeOfDay = clock ?? now - today;
  switch (dayText) {
    case 'today':
      return today + timeOfDay;
    case 'tomorrow':
      return today + DAY_MS + timeOfDay;
    case 'day after tomorrow':
    case 'the day after tomorrow':
      return today + 2 * DAY_MS + timeOfDay;
    case 'next week':
      return today + 7 * DAY_MS + timeOfDay;
    case 'next month':
    case 'next year':
      return startOfDay(addMonths(now, dayText === 'next year' ? 12 : 1)) + timeOfDay;
    default:
      return onDate(dayText, clock ?? 0) ?? onWeekday(dayText, clock ?? 0, now);
  }
}

/** Reads "2031-05-01" or "2031/05/01" before a clock time: with the year first, day and month cannot be confused. */
function onDate(text: string, clock: number): Instant | null {
  const [, year, month, day] = /^(\d{4})[-/](\d\d)[-/](\d\d)$/.exec(text) ?? [];
  const date = midnightOf(Number(year), Number(month), Number(day));
  return date === null ? null : date + clock;
}

const DAY_NAMES = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');
const WEEKDAY =
  /^(?<before>next week )?(?:on )?(?:(?<which>this|next) )?(?<name>mon|tues?|wed|thu|thurs?|fri|sat|sun|[a-z]+day)(?<after> (?:of )?next week)?$/;

/** Returns the next such weekday, today included. "next" and "next week" mean the week after the current ISO week. */
function onWeekday(text: string, clock: number, now: Instant): Instant | null {
  const { before, which, name = '', after } = WEEKDAY.exec(text)?.groups ?? {};
  const weekday =
    name === ''
      ? -1
      : DAY_NAMES.findIndex((full) => full === name || (full.startsWith(name) && name.length < 6));
  if (weekday < 0) return null;
  const today = startOfDay(now);
  const current = weekdayOf(today / DAY_MS);
  if (before !== undefined || after !== undefined || which === 'next') {
    return today + (7 - current + weekday) * DAY_MS + clock;
  }
  const at = today + ((weekday - current + 7) % 7) * DAY_MS + clock;
  return at >= now ? at : at + 7 * DAY_MS;
}

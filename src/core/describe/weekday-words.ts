import type { WeekdaySet } from '../cron/cron-parts.js';
import { fromEnd } from './day-words.js';
import { listed } from './number-words.js';

/** The weekdays in English, Monday first. */
export const WEEKDAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const PLACES = ['first', 'second', 'third', 'fourth', 'fifth'];
const WHOLE_WEEK = 0b1111111;
const WORKING = 0b0011111;

/** Weekdays as they are said: those of every week by their numbers (0 = Monday), and those that are counted within a month. */
export interface Weekdays {
  readonly every: readonly number[];
  /** `first and third Monday`, one for each weekday. */
  readonly counted: readonly string[];
  /** Whether only a fifth weekday is meant, which most months do not have. */
  readonly isRare: boolean;
}

/** Returns the weekdays of a set, null where all days of the week are meant. */
export function weekdaysSaid({ every, nth }: WeekdaySet): Weekdays | null {
  if (every === WHOLE_WEEK) return null;
  const days = WEEKDAY_NAMES.map((_, day) => day);
  const rest = nth.filter(({ weekday }) => ((every >>> weekday) & 1) === 0);
  const counts = (day: number) => [
    ...new Set(rest.filter(({ weekday }) => weekday === day).map(({ count }) => count)),
  ];
  const counted = days
    .filter((day) => counts(day).length > 0)
    .map((day) => `${listed(counts(day).sort(inMonth).map(placeOf))} ${WEEKDAY_NAMES[day]}`);
  const isRare = every === 0 && rest.length === 1 && Math.abs(rest[0]?.count ?? 0) === 5;
  return { every: days.filter((day) => (every >>> day) & 1), counted, isRare };
}

/** Returns weekdays of every week, `days` being plural or not: `weekday`, `Mondays and Fridays`; null where a longer form is needed. */
export function weekdayNames({ every }: Weekdays, isPlural: boolean): string {
  const ending = isPlural ? 's' : '';
  if (isWorking(every)) return `weekday${ending}`;
  return listed(every.map((day) => `${WEEKDAY_NAMES[day]}${ending}`));
}

/** Returns weekdays of every week as an exception or as a stretch of the week: `except Sunday`, `from Monday to Thursday`; null where they are listed. */
export function weekdayStretch({ every }: Weekdays): string | null {
  if (isWorking(every) || every.length < 3) return null;
  if (every.length === 6) return `except ${WEEKDAY_NAMES[missing(every)]}`;
  const first = every.find((day) => !every.includes((day + 6) % 7)) ?? 0;
  const last = (first + every.length - 1) % 7;
  const isStretch = every.every((_, place) => every.includes((first + place) % 7));
  return isStretch ? `from ${WEEKDAY_NAMES[first]} to ${WEEKDAY_NAMES[last]}` : null;
}

/** Returns weekdays as a condition on a day: `a Monday or Friday`, `not a Sunday`, `the first Monday of the month`. */
export function weekdayCondition(weekdays: Weekdays): string {
  const { every, counted } = weekdays;
  const ofMonth = counted.map((one) => `the ${one.replace(' and ', ' or ')} of the month`);
  if (every.length === 6 && ofMonth.length === 0) return `not a ${WEEKDAY_NAMES[missing(every)]}`;
  const names = isWorking(every) ? ['weekday'] : every.map((day) => String(WEEKDAY_NAMES[day]));
  const some = names.length === 0 ? [] : [`a ${listed(names, 'or')}`];
  return listed([...some, ...ofMonth], 'or');
}

function isWorking(every: readonly number[]): boolean {
  return every.reduce((mask, day) => mask | (1 << day), 0) === WORKING;
}

function missing(every: readonly number[]): number {
  return WEEKDAY_NAMES.findIndex((_, day) => !every.includes(day));
}

function placeOf(count: number): string {
  return count > 0 ? String(PLACES[count - 1]) : fromEnd(-count);
}

/** From the first to the last of the month. */
function inMonth(a: number, b: number): number {
  return Math.sign(b) - Math.sign(a) || a - b;
}

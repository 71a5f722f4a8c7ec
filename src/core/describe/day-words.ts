import { at } from '../cron/calendar.js';
import { daysByLength, type DayRange } from '../cron/cron-parts.js';
import { isRun, listed, ordinal, spans, stepOf } from './number-words.js';

/** Which days of a month are meant: all, some counted from its beginning, or from its end (1 = the last), or as written. */
export type DaySet =
  | { readonly kind: 'all' }
  | { readonly kind: 'fromStart'; readonly days: readonly number[] }
  | { readonly kind: 'fromEnd'; readonly days: readonly number[] }
  | { readonly kind: 'ranges'; readonly ranges: readonly DayRange[] };

const LONGEST = 31;
/** From so many days on, equal distances are said and not the days. */
const REGULAR = 7;

/** Returns which days ranges mean, in the simplest way in which that can be said. */
export function daySetOf(ranges: readonly DayRange[]): DaySet {
  const masks = daysByLength(ranges);
  const isAsInLongest = (mask: number, longest: number, extra: number) =>
    mask === (longest & all(28 + extra));
  const longest = at(masks, 3);
  if (masks.every((mask, extra) => mask === all(28 + extra))) return { kind: 'all' };
  if (masks.every((mask, extra) => isAsInLongest(mask, longest, extra))) {
    return { kind: 'fromStart', days: daysIn(longest) };
  }
  const reversed = masks.map((mask, extra) => maskOf(daysIn(mask).map((day) => 29 + extra - day)));
  const longestReversed = at(reversed, 3);
  if (reversed.every((mask, extra) => isAsInLongest(mask, longestReversed, extra))) {
    return { kind: 'fromEnd', days: daysIn(longestReversed) };
  }
  return { kind: 'ranges', ranges };
}

/** Returns days as a sentence names them, before `of each month`: `the 1st and 15th`, `the last 3 days`. */
export function dayWords(set: Exclude<DaySet, { kind: 'all' }>): string {
  switch (set.kind) {
    case 'fromStart':
      return regular(set.days) ?? `the ${listed(spans(set.days, ordinal))}`;
    case 'fromEnd':
      return ofEnd(set.days);
    case 'ranges':
      return listed(set.ranges.map(rangeWords));
  }
}

/** Returns whether days are one day that some months do not have. */
export function isRareDay(set: DaySet): boolean {
  if (set.kind !== 'fromStart' && set.kind !== 'fromEnd') return false;
  return set.days.length === 1 && (set.days[0] ?? 0) > 28;
}

/** Returns a place from an end: `last`, `second-to-last`, `12th-to-last`; `count` is 1 for the last. */
export function fromEnd(count: number): string {
  const words = ['last', 'second-to-last', 'third-to-last', 'fourth-to-last', 'fifth-to-last'];
  return words[count - 1] ?? `${ordinal(count)}-to-last`;
}

function ofEnd(days: readonly number[]): string {
  const count = days.length;
  if (count > 1 && days[0] === 1 && isRun(days)) return `the last ${count} days`;
  const names = [...days].reverse().map(fromEnd);
  return `the ${listed(names)} day`;
}

function regular(days: readonly number[]): string | null {
  const step = days.length < REGULAR ? null : stepOf(days);
  if (step === null || step === 1) return null;
  return `every ${ordinal(step)} day from the ${ordinal(days[0] ?? 0)} to the ${ordinal(days.at(-1) ?? 0)}`;
}

function rangeWords({ first, last, step }: DayRange): string {
  const name = (day: number) => (day > 0 ? `the ${ordinal(day)}` : `the ${fromEnd(-day)} day`);
  if (first === last) return name(first);
  const days = `${name(first)} to ${name(last)}`;
  return step === 1 ? days : `every ${ordinal(step)} day from ${days}`;
}

function all(length: number): number {
  return maskOf(Array.from({ length }, (_, index) => index + 1));
}

function maskOf(days: readonly number[]): number {
  return days.reduce((mask, day) => mask | (1 << day), 0);
}

function daysIn(mask: number): number[] {
  return Array.from({ length: LONGEST }, (_, index) => index + 1).filter((day) => (mask >>> day) & 1);
}

import { FIRST_YEAR, LAST_YEAR } from './calendar.js';
import { shown } from '../errors.js';

/** A part of a cron that is not permitted. `parseCron` puts the whole expression in front of the message. */
export class CronRefusal extends Error {}

/** A field of plain numbers: its name, its limits, and a pattern that limits how many digits a value has. */
type NumberField = { name: string; min: number; max: number; value: RegExp };

/** The fields of a cron whose values are plain numbers (Day has negative numbers and DayOfWeek has names). */
export const CRON_FIELDS = {
  year: { name: 'Year', min: FIRST_YEAR, max: LAST_YEAR, value: /^\d{4}$/ },
  month: { name: 'Month', min: 1, max: 12, value: /^\d{1,2}$/ },
  hour: { name: 'Hour', min: 0, max: 23, value: /^\d{1,2}$/ },
  minute: { name: 'Minute', min: 0, max: 59, value: /^\d{1,2}$/ },
  second: { name: 'Second', min: 0, max: 59, value: /^\d{1,2}$/ },
} as const satisfies Record<string, NumberField>;

/** The weekdays as DayOfWeek names them, Monday first. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Returns the seven fields of a cron text, the year as '*' where it is left out; another number of fields where it has another one. */
export function fieldTexts(text: string): readonly string[] {
  const given = text.trim().split(/\s+/);
  return given.length === 6 ? ['*', ...given] : given;
}

/**
 * Returns, for each value from 0 to the largest, whether a field of plain numbers permits it (1 or 0). Throws
 * CronRefusal.
 */
export function valuesOf(field: NumberField, text: string): Uint8Array {
  const permitted = `${field.min} to ${field.max}, '*', '*/a', 'a:b', 'a:b/c' and lists 'a,b,c'`;
  const refuse = (what: string): never => refusal(field.name, what, permitted);
  const number = (value: string): number => {
    const parsed = field.value.test(value) ? Number(value) : NaN;
    return parsed >= field.min && parsed <= field.max ? parsed : refuse(shown(value));
  };
  const values = new Uint8Array(field.max + 1);
  for (const part of text.split(',')) {
    const { from, to, step } = splitPart(part, refuse);
    const first = from === '*' ? Math.ceil(field.min / step) * step : number(from);
    const last = from === '*' ? field.max : to === null ? first : number(to);
    if (from !== '*' && first > last) refuse(`${shown(part)} (${first} is greater than ${last})`);
    for (let value = first; value <= last; value += step) values[value] = 1;
  }
  return values;
}

/** Days of a month: every `step`-th one from the first to the last; negative ones count from the end of the month. */
export type DayRange = { readonly first: number; readonly last: number; readonly step: number };

/** Returns the parts of Day. Throws CronRefusal. */
export function dayRangesOf(text: string): DayRange[] {
  const refuse = (what: string): never =>
    refusal('Day', what, "1 to 31, -31 to -1 (from the end), '*', '*/a', 'a:b', 'a:b/c' and lists 'a,b,c'");
  const number = (value: string): number => {
    const parsed = /^-?\d{1,2}$/.test(value) ? Number(value) : 0;
    return parsed !== 0 && parsed >= -31 && parsed <= 31 ? parsed : refuse(shown(value));
  };
  return text.split(',').map((part) => {
    const { from, to, step } = splitPart(part, refuse);
    const first = from === '*' ? step : number(from);
    const last = from === '*' ? 31 : to === null ? first : number(to);
    if (from !== '*' && first > last && first > 0 === last > 0) {
      refuse(`${shown(part)} (${first} comes after ${last})`);
    }
    return { first, last, step };
  });
}

/**
 * Returns the days that Day permits in months of 28, 29, 30 and 31 days, as masks (bit 1 = the first). A range is
 * limited to the days of the month before its step is applied.
 */
export function daysByLength(ranges: readonly DayRange[]): number[] {
  return [28, 29, 30, 31].map((length) => {
    let mask = 0;
    for (const { first, last, step } of ranges) {
      const begin = Math.max(first > 0 ? first : length + 1 + first, 1);
      const end = Math.min(last > 0 ? last : length + 1 + last, length);
      for (let day = begin; day <= end; day += step) mask |= 1 << day;
    }
    return mask;
  });
}

/** Weekdays: those of every week as a mask (bit 0 = Monday), and those that are counted within the month. */
export type WeekdaySet = {
  readonly every: number;
  readonly nth: readonly { readonly count: number; readonly weekday: number }[];
};

/** Returns the weekdays of DayOfWeek. Ranges may wrap around the end of the week. Throws CronRefusal. */
export function weekdaysOf(text: string): WeekdaySet {
  const refuse = (what: string): never =>
    refusal(
      'DayOfWeek',
      what,
      "mon, tue, wed, thu, fri, sat, sun, '*', '*/a' (mon = 1), 'a:b', 'a:b/c', 'a.y' (a = 1 to 5 or -5 to -1) and lists 'a,b,c'",
    );
  const number = (value: string): number => {
    const found = WEEKDAYS.findIndex((name) => name === value.toLowerCase());
    return found >= 0 ? found : refuse(shown(value));
  };
  let every = 0;
  const nth: { count: number; weekday: number }[] = [];
  for (const part of text.split(',')) {
    const counted = /^(-?\d{1,2})\.(.*)$/.exec(part);
    if (counted !== null) {
      const count = Number(counted[1]);
      if (count === 0 || Math.abs(count) > 5) refuse(`${shown(part)} (no weekday comes ${count} times)`);
      nth.push({ count, weekday: number(counted[2] ?? '') });
      continue;
    }
    const { from, to, step } = splitPart(part, refuse);
    const first = from === '*' ? step - 1 : number(from);
    const span = from === '*' ? 6 - first : to === null ? 0 : (number(to) - first + 7) % 7;
    for (let days = 0; days <= span; days += step) every |= 1 << ((first + days) % 7);
  }
  return { every, nth };
}

/** Returns the values (at most 32 of them) as a mask: bit 0 is the first value. */
export function maskOf(values: Uint8Array): number {
  return values.reduce((mask, permitted, value) => mask | (permitted << value), 0);
}

/**
 * Returns the days that weekdays permit in a month, as a mask (bit 0 = the first): `length` is 28..31, `first` the
 * weekday of its first day (0 = Monday).
 */
export function weekdayMask(set: WeekdaySet, length: number, first: number): number {
  const week = ((set.every >>> first) | (set.every << (7 - first))) & 0b1111111;
  const days = week | (week << 7) | (week << 14) | (week << 21) | (week << 28);
  let mask = days & ((1 << length) - 1);
  for (const { count, weekday } of set.nth) {
    const earliest = (weekday - first + 7) % 7;
    const latest = earliest + 7 * Math.floor((length - 1 - earliest) / 7);
    const day = count > 0 ? earliest + 7 * (count - 1) : latest + 7 * (count + 1);
    if (day >= 0 && day < length) mask |= 1 << day;
  }
  return mask;
}

/** A part of a field as it is written: a star (`from` is '*'), `a:b` or a single value, each with its step. */
export type Part = { from: string; to: string | null; step: number };

const PART = /^(?:\*|(?<from>[^*:/]+)(?::(?<to>[^*:/]+))?)(?:\/(?<step>[^/]*))?$/;

/** Splits a part into its texts: a star or `a:b`, each with or without a step, or a single value without a step. */
export function splitPart(part: string, refuse: (what: string) => never): Part {
  const match = PART.exec(part);
  const { from = '*', to = null, step = '1' } = match?.groups ?? {};
  if (match === null) return refuse(shown(part));
  if (!/^\d{1,9}$/.test(step)) refuse(`step ${shown(step)} in ${shown(part)}`);
  if (Number(step) === 0) refuse(`step 0 in ${shown(part)}`);
  if (from !== '*' && to === null && part.includes('/')) {
    refuse(`${shown(part)} (a step needs '*' or a range before it)`);
  }
  return { from, to, step: Number(step) };
}

function refusal(field: string, what: string, permitted: string): never {
  throw new CronRefusal(`${field} ${what} is not permitted; permitted are ${permitted}`);
}

import type { WeekdaySet } from '../cron/cron-parts.js';
import { dayWords, isRareDay, type DaySet } from './day-words.js';
import { isRun, listed, ordinal, spans } from './number-words.js';
import {
  weekdayCondition,
  weekdayNames,
  weekdaysSaid,
  weekdayStretch,
  type Weekdays,
} from './weekday-words.js';

/** On which days a cron fires. The months (1 = January) are in ascending order. */
export interface DateSets {
  /** In words with their preposition, `in 2030`; null for all years. */
  readonly years: string | null;
  readonly months: readonly number[];
  readonly days: DaySet;
  readonly weekdays: WeekdaySet;
}

/** What is said of days: before `at 09:00`, and after `every 5 minutes`, which is empty where it is every day. */
export interface DateWords {
  readonly leading: string;
  readonly trailing: string;
}

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
/** So many dates of a year are named one by one. */
const MOST_DATES = 6;

/** Returns the English name of a month (1 = January). */
export function monthName(month: number): string {
  return MONTHS[month - 1] ?? '';
}

/** Returns what is said of days: `every weekday` and `on weekdays`, `on the first Monday of each month`. */
export function dateWords(sets: DateSets): DateWords {
  const weekdays = weekdaysSaid(sets.weekdays);
  if (sets.days.kind === 'all') return weekdays ? ofWeekdays(weekdays, sets) : everyDay(sets);
  return weekdays ? ofBoth(weekdays, sets, sets.days) : ofDays(sets, sets.days);
}

function everyDay(sets: DateSets): DateWords {
  const where = within(sets);
  return { leading: `every day${where}`, trailing: where.trim() };
}

function ofWeekdays(weekdays: Weekdays, sets: DateSets): DateWords {
  const { every, counted, isRare } = weekdays;
  if (counted.length > 0) {
    const weekly = every.map((day) => `every ${weekdayNames({ ...weekdays, every: [day] }, false)}`);
    return same(`on ${listed([...weekly, ...counted.map((one) => `the ${one}`)])} ${ofMonths(sets, isRare)}`);
  }
  const where = within(sets);
  const stretch = weekdayStretch(weekdays);
  if (stretch !== null) {
    return {
      leading: `every day ${stretch}${where}`,
      trailing: `${stretch.replace(/^except (\w+)/, 'except on $1s')}${where}`,
    };
  }
  return {
    leading: `every ${weekdayNames(weekdays, false)}${where}`,
    trailing: `on ${weekdayNames(weekdays, true)}${where}`,
  };
}

function ofDays(sets: DateSets, days: Exclude<DaySet, { kind: 'all' }>): DateWords {
  const dates = datesOf(sets);
  if (dates === null) return same(`on ${dayWords(days)} ${ofMonths(sets, isRareDay(days))}`);
  if (sets.years !== null) return same(`on ${dated(dates, sets.years)}`);
  const year = dates === '29 February' ? 'every leap year' : 'every year';
  return { leading: `${year} on ${dates}`, trailing: `on ${dates}` };
}

function ofBoth(weekdays: Weekdays, sets: DateSets, days: Exclude<DaySet, { kind: 'all' }>): DateWords {
  const [day, ...others] = days.kind === 'fromStart' ? days.days : [];
  if (
    day !== undefined &&
    others.length === 0 &&
    weekdays.counted.length === 0 &&
    weekdays.every.length === 1
  ) {
    const friday = `every ${weekdayNames(weekdays, false)} the ${ordinal(day)}${within(sets)}`;
    return { leading: friday, trailing: `on ${friday}` };
  }
  const { leading } = ofDays(sets, days);
  const condition = `${leading}, if that is ${weekdayCondition(weekdays)}`;
  return { leading: `${condition},`, trailing: condition };
}

/** Returns few days of few months as dates: `24 and 26 December`, `1 January and 1 July`; null where that would be long. */
function datesOf({ days, months }: DateSets): string | null {
  if (days.kind !== 'fromStart' || months.length === 12) return null;
  const [month = 0, ...others] = months;
  if (others.length === 0) {
    const names = spans(days.days, String);
    return names.length > MOST_DATES ? null : `${listed(names)} ${monthName(month)}`;
  }
  if (days.days.length > 1 || months.length > MOST_DATES) return null;
  return listed(months.map((each) => `${days.days[0]} ${monthName(each)}`));
}

function same(text: string): DateWords {
  return { leading: text, trailing: text };
}

/** Returns dates with their years: `1 May 2031`, `1 January and 1 July in 2031`. */
function dated(dates: string, years: string): string {
  const isOne = /^\d+ \w+$/.test(dates) && /^in \d{4}$/.test(years);
  return `${dates} ${isOne ? years.slice(3) : years}`;
}

/** Returns months and years as they follow days of the week: ` in January`, ` from January to March of 2030`; empty for all. */
function within({ months, years }: DateSets): string {
  if (months.length === 12) return years === null ? '' : ` ${years}`;
  const which = `${months.length > 2 && isRun(months) ? 'from' : 'in'} ${monthNames(months)}`;
  return ` ${which}${years === null ? '' : ` ${years.replace(/^in /, 'of ')}`}`;
}

/** Returns months and years as they follow days of a month: `of each month`, `of January and July in 2030`. */
function ofMonths({ months, years }: DateSets, isRare: boolean): string {
  const which = months.length === 12 ? `each month${isRare ? ' that has one' : ''}` : monthNames(months);
  return `of ${which}${years === null ? '' : ` ${years}`}`;
}

function monthNames(months: readonly number[]): string {
  return listed(spans(months, monthName));
}

import { convertedLinux, equivalentOf, remedyFor } from './linux-cron.js';

const QUARTZ_ORDER = "'Second Minute Hour Day Month DayOfWeek'";
const YEARS = /^(?:\*|\d{4}(?:-\d{4})?(?:,\d{4}(?:-\d{4})?)*)$/;

/**
 * Returns whether a text can be read here, but hardly means what it says here: `*\/10 * * * * *` would be every second of
 * October, and is "every ten seconds" for Quartz, Spring and node-cron. That is so where no field after Month and Day
 * (of seven fields: after Year) limits anything, and they do.
 */
export function isLikelyQuartz(texts: readonly string[]): boolean {
  if (texts.length === 6) {
    return texts.slice(2).every(isAny) && !texts.slice(0, 2).every(isAny);
  }
  const [year = '', ...rest] = texts;
  return texts.length === 7 && year.startsWith('*/') && rest.every(isAny);
}

const isAny = (text: string) => text === '*';

/**
 * Returns the remedy for a cron in the order of Quartz, Spring and node-cron (six fields, or seven with the year last): a
 * sentence with the schedule of the same meaning in this service's format, or the reason why there is none. Returns null
 * when the text is not such a cron. With `?` weekdays count as in Quartz (1 = Sunday), without it as in Spring and node-cron
 * (0 and 7 = Sunday); the sentence names the weekday, so that a reader sees which was taken.
 */
export function likeQuartzCron(texts: readonly string[]): string | null {
  const read = readQuartz(texts);
  if (read === null) return null;
  return `if it is meant in the order of Quartz, Spring and node-cron, ${QUARTZ_ORDER}, ${remedyFor(read.converted, read)}`;
}

/** Returns the schedule that a cron in that order means; null where it is none, or has no single equivalent. */
export function fromQuartzCron(texts: readonly string[]): string | null {
  const read = readQuartz(texts);
  return read === null ? null : equivalentOf(read.converted, read);
}

function readQuartz(texts: readonly string[]) {
  if (texts.length !== 6 && texts.length !== 7) return null;
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = '', year = '*'] = texts;
  if (!YEARS.test(year)) return null;
  const isQuartz = day === '?' || weekday === '?';
  const five = [minute, hour, day, month, isQuartz ? countedFromZero(weekday) : weekday];
  const converted = convertedLinux(five);
  const [seconds] = convertedLinux([second, '0', '*', '*', '*']) ?? [];
  if (converted === null || seconds === undefined || seconds === null) return null;
  return { converted, second: seconds, year: year.replaceAll('-', ':') };
}

/** Quartz counts weekdays from 1 = Sunday, a Linux cron from 0. */
function countedFromZero(weekday: string): string {
  return weekday.replace(
    /(^|[,-])([1-7])/g,
    (_, before: string, day: string) => before + String(Number(day) - 1),
  );
}

import { counted } from './time.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const TWO_YEARS = 730;
const YEAR_DAYS = 365.25;

/** So far away nobody counts days: `72 years`. */
const longDays = (count: number) =>
  count < TWO_YEARS ? days(count) : `${counted(Math.round(count / YEAR_DAYS))} years`;
const days = (count: number) => (count === 1 ? '1 day' : `${counted(count)} days`);

/** Returns a duration in its two largest units: `4 ms`, `1.2 s`, `34 s`, `2 min 5 s`, `3 h 10 min`, `2 days 3 h`. */
export function lasting(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < SECOND_MS) return `${whole} ms`;
  const tenths = Math.round(whole / 100);
  if (tenths < 100) return `${tenths / 10} s`;
  const seconds = Math.round(whole / SECOND_MS);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return pair(`${Math.floor(seconds / 60)} min`, seconds % 60, 's');
  const minutes = Math.round(whole / MINUTE_MS);
  if (minutes < 24 * 60) return pair(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min');
  const hours = Math.round(whole / HOUR_MS);
  if (hours >= TWO_YEARS * 24) return longDays(hours / 24);
  return pair(days(Math.floor(hours / 24)), hours % 24, 'h');
}

/** Returns how far an instant is from now, in one unit: `34 s ago`, `in 57 min`, `now`. */
export function away(at: number, now: number): string {
  const ms = Math.abs(at - now);
  if (ms < SECOND_MS) return 'now';
  return at < now ? `${roughly(ms)} ago` : `in ${roughly(ms)}`;
}

/** Returns a duration in one unit, of which there are two at least so that little is lost in rounding: `34 s`, `90 s`, `57 min`, `5 h`, `3 days`. */
export function roughly(ms: number): string {
  if (Math.round(ms / SECOND_MS) < 120) return `${Math.round(ms / SECOND_MS)} s`;
  if (Math.round(ms / MINUTE_MS) < 120) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < 48 * HOUR_MS) return `${Math.round(ms / HOUR_MS)} h`;
  return longDays(Math.round(ms / DAY_MS));
}

function pair(larger: string, count: number, unit: string): string {
  return count === 0 ? larger : `${larger} ${count} ${unit}`;
}

import { momentOf, type Moment, type RandomCron } from './cron-arbitrary.js';

const DAY = 86_400_000;
const LAST = Date.UTC(3000, 0, 1) - 1;
/** Far enough for a leap day, near enough to step through. */
export const HORIZON_DAYS = 1_600;

/** What stepping through seconds and days finds; `beyond` when nothing matches within the horizon. */
export type Found = number | 'beyond';

/** The first matching second after `after`: the rest of its day second by second, then day by day. */
export function nextByStepping(cron: RandomCron, after: number): Found {
  const today = Math.floor(after / DAY) * DAY;
  const inToday = cron.hasDate(momentOf(today)) ? timesOf(cron, today).find((at) => at > after) : undefined;
  if (inToday !== undefined) return inToday;
  for (let day = today + DAY; day <= Math.min(today + HORIZON_DAYS * DAY, LAST); day += DAY) {
    if (cron.hasDate(momentOf(day))) return day + firstTime(cron);
  }
  return 'beyond';
}

/** The last matching second at or before `atOrBefore`, in the same way backwards. */
export function previousByStepping(cron: RandomCron, atOrBefore: number): Found {
  const today = Math.floor(atOrBefore / DAY) * DAY;
  const inToday = cron.hasDate(momentOf(today))
    ? timesOf(cron, today).findLast((at) => at <= atOrBefore)
    : undefined;
  if (inToday !== undefined) return inToday;
  for (let day = today - DAY; day >= Math.max(today - HORIZON_DAYS * DAY, 0); day -= DAY) {
    if (cron.hasDate(momentOf(day))) return timesOf(cron, day).at(-1) ?? 'beyond';
  }
  return 'beyond';
}

/** How many matching seconds lie in [from, to]. */
export function countByStepping(cron: RandomCron, from: number, to: number): number {
  let count = 0;
  const times = timesOf(cron, 0);
  for (let day = Math.floor(from / DAY) * DAY; day <= Math.min(to, LAST); day += DAY) {
    if (cron.hasDate(momentOf(day))) {
      count += times.filter((time) => day + time >= from && day + time <= to).length;
    }
  }
  return count;
}

/** Every matching second of a day; the seconds of an hour or a minute that does not match are passed over. */
function timesOf(cron: RandomCron, day: number): number[] {
  const [hasHour, hasMinute, hasSecond] = cron.hasTime;
  const found: number[] = [];
  const moment: Moment = momentOf(day);
  for (let second = 0; second < 86_400; second += 1) {
    moment.hour = Math.floor(second / 3600);
    moment.minute = Math.floor(second / 60) % 60;
    moment.second = second % 60;
    if (!hasHour?.(moment)) second += 3599;
    else if (!hasMinute?.(moment)) second += 59;
    else if (hasSecond?.(moment)) found.push(day + second * 1000);
  }
  return found;
}

function firstTime(cron: RandomCron): number {
  return timesOf(cron, 0)[0] ?? 0;
}

import { BoundedMap } from '../bounded-map.js';
import type { CronFields, Sixty } from '../cron/cron-fields.js';
import { firstOfSixty, sixtyCount } from '../cron/cron-fields.js';
import { nextOfCron } from '../cron/cron-next.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../instant.js';
import type { Cron, DailyAt } from './pattern.js';

/** The calendar repeats after 400 years; what a pattern does not do in so many of its days it hardly does at all. */
const FIRST_DAY = Date.UTC(2001, 0, 1);
const MOST_DAYS = 400;
const MOST_KNOWN = 10_000;
const known = new BoundedMap<number>(MOST_KNOWN);

/**
 * Returns the least time between two firings of a pattern in milliseconds, null where there is no such date; years are left out. Days on
 * which the clocks of its zone change count as any other, as for the limit on planned firings (core/plan/firings).
 */
export function leastDistanceMs(pattern: Cron | DailyAt): number | null {
  if (pattern.kind === 'dailyAt') return DAY_MS;
  const before = known.get(pattern.expression);
  if (before !== null) return finite(before);
  const found = Math.min(leastWithinDay(pattern.fields), leastBetweenDays(pattern.fields));
  known.set(pattern.expression, found);
  return finite(found);
}

const finite = (ms: number) => (ms === Infinity ? null : ms);

function leastWithinDay({ hours, minutes, seconds, isPossible }: CronFields): number {
  if (!isPossible) return Infinity;
  const [ofMinute, ofHour] = [valuesOf(seconds), valuesOf(minutes)];
  const ofDay = Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => (hours >>> hour) & 1);
  const minuteMs = spanOf(ofMinute) * SECOND_MS;
  const hourMs = spanOf(ofHour) * MINUTE_MS + minuteMs;
  return Math.min(
    leastStep(ofMinute) * SECOND_MS,
    // From the last second of one minute to the first of the next that counts, and the same for hours.
    leastStep(ofHour) * MINUTE_MS - minuteMs,
    leastStep(ofDay) * HOUR_MS - hourMs,
  );
}

function leastBetweenDays(fields: CronFields): number {
  if (!fields.isPossible) return Infinity;
  const spanMs = timesSpan(fields);
  let least = Infinity;
  let day = dayAfter(fields, FIRST_DAY - 1);
  for (let days = 0; day !== null && days < MOST_DAYS; days++) {
    const next = dayAfter(fields, day + DAY_MS - 1);
    if (next === null) break;
    least = Math.min(least, next - day);
    if (least === DAY_MS) break;
    day = next;
  }
  return least - spanMs;
}

/** Returns the first matching day that begins after an instant, whatever the year. */
function dayAfter(fields: CronFields, after: Instant): Instant | null {
  const at = nextOfCron({ ...fields, years: null }, after);
  return at === null ? null : at - (at % DAY_MS);
}

/** From the first time of day to the last. */
function timesSpan({ hours, minutes, seconds }: CronFields): number {
  const lastHour = 31 - Math.clz32(hours);
  const lastMs = lastHour * HOUR_MS + last(minutes) * MINUTE_MS + last(seconds) * SECOND_MS;
  const firstHour = 31 - Math.clz32(hours & -hours);
  return lastMs - firstHour * HOUR_MS - firstOfSixty(minutes) * MINUTE_MS - firstOfSixty(seconds) * SECOND_MS;
}

function valuesOf(set: Sixty): number[] {
  const values = Array.from({ length: 60 }, (_, value) => value);
  return sixtyCount(set) === 60 ? values : values.filter((value) => has(set, value));
}

const has = ({ low, high }: Sixty, value: number) =>
  ((value < 30 ? low >>> value : high >>> (value - 30)) & 1) === 1;

const last = (set: Sixty) => valuesOf(set).at(-1) ?? 0;

const spanOf = (values: readonly number[]) => (values.at(-1) ?? 0) - (values[0] ?? 0);

function leastStep(values: readonly number[]): number {
  return values
    .slice(1)
    .reduce((least, value, place) => Math.min(least, value - (values[place] ?? 0)), Infinity);
}

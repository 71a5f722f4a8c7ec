import { clockOf } from './clock-time.js';
import { startOfDay } from '../cron/calendar.js';
import { DAY_MS, HOUR_MS, type Instant } from '../instant.js';

/** A text whose part of the day has become an exact clock time. */
export interface ClockInPart {
  /** What the text says beside the clock and the part: a day ("tomorrow", "friday"), or nothing. */
  readonly rest: string;
  /** Milliseconds after midnight. */
  readonly clock: number;
  /** True for "this morning" and the like: today, even where that is over. */
  readonly isToday: boolean;
}

const PART = /\b(?:(tonight)|(?:(in the|this|at) )?(morning|afternoon|evening|night))\b/g;
const CLOCK =
  /(?:^|\bat | )(noon|midnight|\d{1,2}(?:[.:]\d\d(?::\d\d)?)?(?: ?[ap]\.?m\.?(?![a-z]))?)(?= |,|$)/g;
const EXACT = /at |[.:m]/;

/** First and last hour of a part; an hour from 1 to 12 without am or pm is taken into it. A night ends in the morning. */
const HOURS = {
  morning: { from: 0, to: 11 },
  afternoon: { from: 12, to: 18 },
  evening: { from: 17, to: 23 },
  night: { from: 18, to: 23 },
  tonight: { from: 17, to: 23 },
} as const;
const NIGHT_ENDS = 5;

/**
 * Reads a clock time beside a part of the day: "tonight at 8:30", "6 in the morning", "tomorrow evening at 7". Returns null
 * where the text names no part of a day, and 'unclear' where it names one without a clock ("this evening"), two of
 * either, or a clock that lies outside ("9am tonight"), because that would be a guess.
 */
export function clockInPart(text: string): ClockInPart | 'unclear' | null {
  const [part, ...otherParts] = text.matchAll(PART);
  if (part === undefined) return null;
  const rest = text.replace(part[0], ' ').replace(/,/g, ' ').replace(/\s+/g, ' ').trim();
  const numbers = [...rest.matchAll(CLOCK)];
  // In "may 5 at 7" the number after "at" is the clock.
  const [found, ...others] = numbers.length > 1 ? numbers.filter(([text]) => EXACT.test(text)) : numbers;
  if (found?.[1] === undefined || others.length > 0 || otherParts.length > 0) return 'unclear';
  // PART has matched one of these words.
  const name = (part[1] ?? part[3]) as keyof typeof HOURS;
  const clock = withinPart(found[1], name);
  const day = rest.replace(found[0], ' ').replace(/\s+/g, ' ').replace(/ at$/, '').trim();
  // The night of a named day begins on one date and ends on the next.
  const isOtherNight =
    clock !== null && clock < 12 * HOUR_MS && isNight(name) && day !== '' && day !== 'today';
  if (clock === null || isOtherNight || (part[2] === 'this' && day !== '')) return 'unclear';
  return { rest: day, clock, isToday: part[2] === 'this' && name !== 'night' };
}

const isNight = (name: keyof typeof HOURS) => name === 'night' || name === 'tonight';

/** Returns the milliseconds after midnight that a clock means in a part of the day; null where it lies outside. */
function withinPart(text: string, name: keyof typeof HOURS): number | null {
  if (/^\d+$/.test(text)) return withinPart(`${text}:00`, name);
  const read = clockOf(text);
  if (read === null) return null;
  const isWholeDay = /m\.?$|noon|midnight/.test(text) || read >= 13 * HOUR_MS || /^0\d/.test(text);
  const candidates = isWholeDay ? [read] : [read, (read + 12 * HOUR_MS) % DAY_MS];
  const { from, to } = HOURS[name];
  const fits = candidates.filter((clock) => {
    const hour = Math.floor(clock / HOUR_MS);
    // Nobody says twelve in the morning and means one hour of the day only.
    if (name === 'morning' && hour === 0 && !isWholeDay) return false;
    return (hour >= from && hour <= to) || (isNight(name) && hour <= NIGHT_ENDS);
  });
  return fits.length === 1 ? (fits[0] ?? null) : null;
}

/** Returns the first instant at or after `now` with this time of day; `now` and the result in epoch ms. */
export function nextClock(clock: number, now: Instant): Instant {
  const at = startOfDay(now) + clock;
  return at >= now ? at : at + DAY_MS;
}

const DAY_MS = 86_400_000;
const CLOCK = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;
const LOCAL_TIME = new Intl.DateTimeFormat('en-GB', CLOCK);
const LOCAL_DAY = new Intl.DateTimeFormat('en-GB', {
  ...{ weekday: 'short', day: 'numeric', month: 'short' },
  ...CLOCK,
});
const DAYS = ['yesterday ', '', 'tomorrow '];

/** Clocks that differ by no more agree: an answer tells the second, and takes its way. */
const NEARLY_MS = 2_000;
/** By how much the clock of this browser is behind that of the service. */
let behindMs = 0;

/** Takes over from an answer that has just come what time it is: the browser's clock may be wrong. */
export function learnNow(asOf: Date, own = Date.now()): void {
  const told = asOf.getTime() - own;
  if (Math.abs(told - behindMs) > NEARLY_MS) behindMs = Math.abs(told) > NEARLY_MS ? told : 0;
}

/** Returns the present moment by the clock of the service, which says what is late and what is to come. */
export function serviceNow(own = Date.now()): number {
  return own + behindMs;
}

/** Returns the instant of a time as `/scheduler` tells it, `2026-11-25 18:34:40` in UTC. */
export const wireInstant = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`);

/** Returns `2026-11-25 18:34:40 UTC`. */
export function utc(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Returns `2026-11-25 18:34:40.123 UTC`. */
export function utcMs(at: Date): string {
  return `${at.toISOString().slice(0, 23).replace('T', ' ')} UTC`;
}

/** Returns `18:34:40 UTC`. */
export function utcTime(at: Date): string {
  return `${at.toISOString().slice(11, 19)} UTC`;
}

/** Returns `18:34 UTC`. */
export function utcMinute(at: Date): string {
  return `${at.toISOString().slice(11, 16)} UTC`;
}

/** Returns the same instant in the reader's own zone, which it names. */
export function local(at: Date): string {
  return LOCAL_DAY.format(at);
}

/**
 * Returns the same instant in the reader's own zone as it stands beside UTC: `19:34 CET`, with its day where that is another
 * one; null where the two do not differ.
 */
export function localBeside(at: Date): string | null {
  if (at.getTimezoneOffset() === 0) return null;
  const isSameDay = at.getDate() === at.getUTCDate();
  return isSameDay ? LOCAL_TIME.format(at) : LOCAL_DAY.format(at);
}

/** Returns `18:34 UTC` for today, with seconds where they count, `yesterday 18:34 UTC`, `tomorrow 18:34 UTC`, else `2026-11-25 18:34 UTC`. */
export function utcDay(at: Date, isExact = false, now = new Date(serviceNow())): string {
  const day = DAYS[daysTo(at, now) + 1];
  const time = isExact ? utcTime(at) : utcMinute(at);
  return (day ?? `${at.toISOString().slice(0, 10)} `) + time;
}

/** Returns when something is to come, as it stands in a sentence: `today at 18:34 UTC`, `tomorrow at 03:00 UTC`, `on 2026-11-25 at 18:34 UTC`. */
export function utcWhen(at: Date, now = new Date(serviceNow())): string {
  const days = daysTo(at, now);
  const day = days === 0 ? 'today' : (DAYS[days + 1]?.trim() ?? `on ${at.toISOString().slice(0, 10)}`);
  return `${day} at ${utcMinute(at)}`;
}

/** In how many days of UTC something is: -1 for yesterday. */
const daysTo = (at: Date, now: Date) =>
  Math.floor(at.getTime() / DAY_MS) - Math.floor(now.getTime() / DAY_MS);

/** Returns a number as English writes it: `1,204`. */
export function counted(value: number): string {
  return new Intl.NumberFormat('en').format(value);
}

const DAY_MS = 86_400_000;
const DAYS = ['yesterday ', '', 'tomorrow '];

const two = (value: number) => String(value).padStart(2, '0');

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
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`;
}

/** Returns the same instant in the reader's own zone, which it names. */
export function local(at: Date): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at);
}

/** Returns `18:34 UTC` for today, with seconds where they count, `yesterday 18:34 UTC`, `tomorrow 18:34 UTC`, else `2026-11-25 18:34 UTC`. */
export function utcDay(at: Date, isExact = false, now = new Date()): string {
  const dayOf = (instant: Date) => Math.floor(instant.getTime() / DAY_MS);
  const day = DAYS[dayOf(at) - dayOf(now) + 1];
  const time = isExact ? utcTime(at) : utcMinute(at);
  return (day ?? `${at.toISOString().slice(0, 10)} `) + time;
}

/** Returns a number as English writes it: `1,204`. */
export function counted(value: number): string {
  return new Intl.NumberFormat('en').format(value);
}

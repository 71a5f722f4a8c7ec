const MINUTE_MS = 60_000;

const two = (value: number) => String(value).padStart(2, '0');

/** Returns `2026-11-25 18:34:40 UTC`. */
export function utc(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
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

/** Returns how far away an instant is, in words: `in 8 minutes`. */
export function fromNow(at: Date, now = new Date()): string {
  const minutes = Math.round((at.getTime() - now.getTime()) / MINUTE_MS);
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
  return Math.abs(minutes) < 90
    ? words.format(minutes, 'minute')
    : words.format(Math.round(minutes / 60), 'hour');
}

/** Returns a number as English writes it: `1,204`. */
export function counted(value: number): string {
  return new Intl.NumberFormat('en').format(value);
}

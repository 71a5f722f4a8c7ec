import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../instant.js';

const CLOCK = /^(?<hour>\d{1,2})(?:[.:](?<minute>\d\d)(?::(?<second>\d\d))?)?(?:\s*(?<half>[ap])\.?m\.?)?$/i;

/**
 * Returns the milliseconds after midnight for `18.40`, `18:40`, `17.20:30`, `4.40pm`, `4pm`, `noon` or `midnight`
 * (upper or lower case, spaces around it ignored). Returns null for any other text, including an hour alone.
 */
export function clockOf(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === 'noon') return 12 * HOUR_MS;
  if (trimmed === 'midnight') return 0;
  const { hour = '', minute, second, half } = CLOCK.exec(trimmed)?.groups ?? {};
  if (minute === undefined && half === undefined) return null;
  const [hours, minutes, seconds] = [hourOf(Number(hour), half), Number(minute ?? 0), Number(second ?? 0)];
  if (hours === null || minutes > 59 || seconds > 59) return null;
  return hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
}

/**
 * Returns the hour of the day (0..23) for an hour with or without am (`a`) or pm (`p`), or null when it does not
 * exist.
 */
function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour <= 23 ? hour : null;
  return hour >= 1 && hour <= 12 ? (hour % 12) + (half === 'p' ? 12 : 0) : null;
}

import { HOUR_MS, MINUTE_MS, SECOND_MS } from './instant.js';

const CLOCK = /^(?<hour>\d{1,2})(?:[.:](?<minute>\d\d)(?::(?<second>\d\d))?)?(?:\s*(?<half>[ap])\.?m\.?)?$/i;

/**
 * Answers the milliseconds after midnight of `18.40`, `18:40`, `17.20:30`, `4.40pm`, `4pm`, `noon` or `midnight`
 * (any case, blanks around it ignored), or null for any other text, a bare hour included.
 */
export function clockOf(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === 'noon') return 12 * HOUR_MS;
  if (trimmed === 'midnight') return 0;
  const { hour, minute, second, half } = CLOCK.exec(trimmed)?.groups ?? {};
  if (hour === undefined || (minute === undefined && half === undefined)) return null;
  const [h, m, s] = [Number(hour), Number(minute ?? 0), Number(second ?? 0)];
  if (m > 59 || s > 59 || (half === undefined ? h > 23 : h < 1 || h > 12)) return null;
  const hours = half === undefined ? h : (h % 12) + (half === 'p' ? 12 : 0);
  return hours * HOUR_MS + m * MINUTE_MS + s * SECOND_MS;
}

import { utc, utcMs } from '../time.js';
import { ToldTime } from './told-time.js';

/** An instant in UTC, with milliseconds where these count, and in the reader's own zone. */
export function Instant({ at, isExact = false }: { readonly at: number; readonly isExact?: boolean }) {
  const date = new Date(at);
  return <ToldTime at={date} text={isExact ? utcMs(date) : utc(date)} />;
}

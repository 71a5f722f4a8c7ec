import { local, utc, utcMs } from '../time.js';

/** An instant in UTC, with milliseconds where these count; the reader's own time on pointing at it. */
export function Instant({ at, isExact = false }: { readonly at: number; readonly isExact?: boolean }) {
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={local(date)}>
      {isExact ? utcMs(date) : utc(date)}
    </time>
  );
}

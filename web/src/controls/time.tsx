import { local, utc, utcDay, utcMinute } from '../time.js';

/** An instant to the minute in UTC; the whole of it and the reader's own time on pointing at it. */
export function Minute({ at }: { readonly at: Date }) {
  return (
    <time dateTime={at.toISOString()} title={`${utc(at)}\n${local(at)}`}>
      {utcMinute(at)}
    </time>
  );
}

/** An instant in milliseconds, with its day where it is another one, and with seconds where they count. */
export function Moment({ at, isExact = false }: { readonly at: number; readonly isExact?: boolean }) {
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={`${utc(date)}\n${local(date)}`}>
      {utcDay(date, isExact)}
    </time>
  );
}

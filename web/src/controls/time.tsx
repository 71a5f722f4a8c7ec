import { localBeside, utc, utcDay, utcMinute } from '../time.js';
import { ToldTime } from './told-time.js';

/** An instant to the minute within a sentence, in UTC and in the reader's own zone. */
export function Minute({ at }: { readonly at: Date }) {
  const own = localBeside(at);
  return (
    <time dateTime={at.toISOString()} title={utc(at)}>
      {utcMinute(at)}
      {own !== null && ` (${own})`}
    </time>
  );
}

/** An instant in milliseconds, with its day where it is another one, with seconds where they count, and in the reader's own zone. */
export function Moment({ at, isExact = false }: { readonly at: number; readonly isExact?: boolean }) {
  const date = new Date(at);
  return <ToldTime at={date} text={utcDay(date, isExact)} />;
}

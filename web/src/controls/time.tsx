import { local, utc, utcMinute } from '../time.js';

/** An instant to the minute in UTC; the whole of it and the reader's own time on pointing at it. */
export function Minute({ at }: { readonly at: Date }) {
  return (
    <time dateTime={at.toISOString()} title={`${utc(at)}\n${local(at)}`}>
      {utcMinute(at)}
    </time>
  );
}

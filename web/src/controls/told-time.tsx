import { localBeside, utc } from '../time.js';

/** A time in UTC, and below it the same in the reader's own zone where that is another one: for every hand, not for a mouse alone. */
export function ToldTime({ at, text }: { readonly at: Date; readonly text: string }) {
  const whole = utc(at);
  const own = localBeside(at);
  const time = (
    <time dateTime={at.toISOString()} title={text === whole ? undefined : whole}>
      {text}
    </time>
  );
  if (own === null) return time;
  return (
    <span class="told-time">
      {time} <span class="quiet">{own}</span>
    </span>
  );
}

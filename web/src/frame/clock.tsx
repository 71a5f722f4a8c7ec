import { useEffect, useState } from 'preact/hooks';
import { TEXTS } from '../texts.js';
import { local, serviceNow, utcMinute } from '../time.js';

const MINUTE_MS = 60_000;

/** The time by which everything here runs. It is not read out when it changes. */
export function Clock() {
  const [now, setNow] = useState<Date | null>(null);
  useEffect(() => {
    let timer = 0;
    const show = () => {
      const now = serviceNow();
      setNow(new Date(now));
      timer = window.setTimeout(show, MINUTE_MS - (now % MINUTE_MS));
    };
    show();
    return () => clearTimeout(timer);
  }, []);
  return (
    <time class="clock" dateTime={now?.toISOString()} title={now ? local(now) : undefined}>
      <span class="unseen">{TEXTS.frame.clock} </span>
      {now && utcMinute(now)}
    </time>
  );
}

import { useEffect, useState } from 'preact/hooks';

const EVERY_MS = 1_000;

/** Returns the present moment: every second anew where something on the page counts it, else as of when it was drawn. */
export function useNow(isCounting: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isCounting) return undefined;
    const timer = setInterval(() => document.hidden || setNow(Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, [isCounting]);
  return isCounting ? now : Date.now();
}

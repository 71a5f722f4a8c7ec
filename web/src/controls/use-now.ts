import { useEffect, useRef, useState } from 'preact/hooks';
import { learnNow, serviceNow } from '../time.js';

const EVERY_MS = 1_000;

/**
 * Returns the present moment by the clock of the service, which the latest answer (`asOf`) tells: every second anew where
 * something on the page counts it, else as of when it was drawn.
 */
export function useNow(isCounting: boolean, asOf: Date | null = null): number {
  const [own, setOwn] = useState(Date.now);
  const heard = useRef<Date | null>(null);
  if (asOf !== null && asOf !== heard.current) {
    heard.current = asOf;
    learnNow(asOf);
  }
  useEffect(() => {
    if (!isCounting) return undefined;
    const timer = setInterval(() => document.hidden || setOwn(Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, [isCounting]);
  return serviceNow(isCounting ? own : Date.now());
}

import { useEffect, useState } from 'preact/hooks';
import { serviceNow } from '../time.js';

const EVERY_MS = 1_000;

/**
 * Returns the present moment by the clock of the service: every second anew where something on the page counts it, else
 * as of when it was drawn.
 */
export function useNow(isCounting: boolean): number {
  const [own, setOwn] = useState(Date.now);
  useEffect(() => {
    if (!isCounting) return undefined;
    const timer = setInterval(() => document.hidden || setOwn(Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, [isCounting]);
  return serviceNow(isCounting ? own : Date.now());
}

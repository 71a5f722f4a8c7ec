import { useLayoutEffect, useState } from 'preact/hooks';

/** Returns false as long as a page shows what was drawn at its build, and true from its first own moment in a browser. */
export function useLive(): boolean {
  const [isLive, setLive] = useState(false);
  useLayoutEffect(() => setLive(true), []);
  return isLive;
}

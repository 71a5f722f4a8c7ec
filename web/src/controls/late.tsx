import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const LATE_MS = 300;

/** Shows what it holds only when the wait has become noticeable: what comes at once must not flicker. */
export function Late({ children }: { readonly children: ComponentChildren }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLate ? <>{children}</> : null;
}

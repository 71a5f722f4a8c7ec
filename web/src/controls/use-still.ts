import { useRef, useState } from 'preact/hooks';

/** Keeps what is shown as long as somebody points into it or has the focus in it; `held` goes to the element around it. */
export function useStill<T>(latest: T) {
  const [isPointedAt, setPointedAt] = useState(false);
  const [hasFocus, setFocus] = useState(false);
  const shown = useRef(latest);
  if (!isPointedAt && !hasFocus) shown.current = latest;
  const held = {
    onPointerEnter: () => setPointedAt(true),
    onPointerLeave: () => setPointedAt(false),
    onFocusIn: () => setFocus(true),
    onFocusOut: () => setFocus(false),
  };
  return { shown: shown.current, held };
}

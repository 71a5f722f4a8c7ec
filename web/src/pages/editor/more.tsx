import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface MoreProps {
  readonly title: string;
  /** True where something in it is set, or wrong: then it opens by itself, and never closes so. */
  readonly isOpen: boolean;
  readonly children: ComponentChildren;
}

/** Settings that most forms leave as they are. */
export function More({ title, isOpen, children }: MoreProps) {
  const [isShown, setShown] = useState(isOpen);
  useEffect(() => {
    if (isOpen) setShown(true);
  }, [isOpen]);
  return (
    <details class="more" open={isShown} onToggle={({ currentTarget }) => setShown(currentTarget.open)}>
      <summary>{title}</summary>
      <div class="more-inside">{children}</div>
    </details>
  );
}

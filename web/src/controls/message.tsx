import type { ComponentChildren } from 'preact';
import { Icon } from './icon.js';

interface MessageProps {
  readonly kind: 'error' | 'warning' | 'information';
  readonly title: string;
  readonly children?: ComponentChildren;
  /** True where it came by itself or after an action: it is then read out once. */
  readonly isNews?: boolean;
}

/** What happened, whose it is and what to do next. */
export function Message({ kind, title, children, isNews = false }: MessageProps) {
  const role = kind === 'error' ? 'alert' : 'status';
  return (
    <div class={`message message-${kind}`} role={isNews ? role : undefined}>
      <Icon name={kind} />
      <div class="message-text">
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  );
}

import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.js';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly kind?: 'emphasized' | 'usual' | 'lite';
  readonly type?: 'button' | 'submit';
  readonly icon?: IconName;
  readonly onPress?: () => void;
  /** Why the button does nothing now: it stays reachable, so that a reader finds it and hears so. */
  readonly isBusy?: boolean;
}

export function Button({
  children,
  kind = 'usual',
  type = 'button',
  icon,
  onPress,
  isBusy = false,
}: ButtonProps) {
  const press = (event: Event) => {
    if (isBusy) event.preventDefault();
    else onPress?.();
  };
  return (
    <button class={`button button-${kind}`} type={type} onClick={press} aria-disabled={isBusy || undefined}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A link that looks like a button: it leads somewhere and does nothing. */
export function ButtonLink(props: {
  readonly href: string;
  readonly children: ComponentChildren;
  readonly kind?: 'emphasized' | 'usual' | 'lite';
  readonly isNewTab?: boolean;
}) {
  const { href, children, kind = 'usual', isNewTab = false } = props;
  const tab = isNewTab ? { target: '_blank', rel: 'noopener noreferrer' } : {};
  return (
    <a class={`button button-${kind}`} href={href} {...tab}>
      <span>{children}</span>
    </a>
  );
}

/** A button that shows a drawing; its name is read out and shown on pointing at it. */
export function IconButton(props: {
  readonly icon: IconName;
  readonly name: string;
  readonly onPress?: () => void;
  readonly opens?: string;
  readonly classes?: string;
}) {
  const { icon, name, onPress, opens, classes = '' } = props;
  const popover = opens === undefined ? {} : { popovertarget: opens };
  return (
    <button
      class={`button button-lite button-icon ${classes}`}
      type="button"
      aria-label={name}
      title={name}
      onClick={onPress}
      {...popover}
    >
      <Icon name={icon} />
    </button>
  );
}

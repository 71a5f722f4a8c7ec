import type { ComponentChildren } from 'preact';

/** Something that is on or off; pressing it does so at once. */
export function Switch(props: {
  readonly isOn: boolean;
  readonly isBusy: boolean;
  /** What is switched: it is read out, and begins with what is seen. */
  readonly name: string;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}) {
  const { isOn, isBusy, name, onPress, children } = props;
  return (
    <button
      class="switch"
      type="button"
      role="switch"
      aria-checked={isOn}
      aria-label={name}
      aria-disabled={isBusy || undefined}
      onClick={() => !isBusy && onPress()}
    >
      <span aria-hidden="true">{children}</span>
      <span class="switch-track" aria-hidden="true" />
    </button>
  );
}

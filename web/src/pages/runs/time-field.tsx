import type { RefObject, TargetedInputEvent } from 'preact';
import type { TypedTime } from './typed-times.js';

interface TimeFieldProps {
  readonly id: string;
  readonly label: string;
  readonly text: string;
  readonly error: string | undefined;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onTyped: (typed: TypedTime) => void;
}

/** A date and a time of day, in UTC. What is wrong with it stands below it, and what was typed stays. */
export function TimeField({ id, label, text, error, input, onTyped }: TimeFieldProps) {
  const typed = ({ currentTarget: { value, validity } }: TargetedInputEvent<HTMLInputElement>) =>
    onTyped({ text: value, isHalf: validity.badInput });
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={input}
        type="datetime-local"
        step="any"
        value={text}
        aria-invalid={error ? true : undefined}
        aria-describedby={error && `${id}-error`}
        onInput={typed}
      />
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

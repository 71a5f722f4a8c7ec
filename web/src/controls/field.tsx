import type { TargetedInputEvent } from 'preact';
import { TEXTS } from '../texts.js';

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly isOptional?: boolean;
  readonly isSecret?: boolean;
  readonly autocomplete?: string;
  /** The id of a list of suggestions. */
  readonly list?: string | undefined;
}

/** One line to fill in. What is wrong with it stands below it, and is read out with it. */
export function Field({
  id,
  label,
  value,
  onValue,
  hint,
  error,
  isOptional = false,
  isSecret = false,
  autocomplete = 'off',
  list,
}: FieldProps) {
  const notes = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  const input = {
    id,
    name: id,
    value,
    // Firefox shows no suggestions where it is off.
    autocomplete: list === undefined ? autocomplete : undefined,
    list,
    required: !isOptional,
    spellcheck: false,
    autocapitalize: 'none',
    'aria-invalid': error ? true : undefined,
    'aria-describedby': notes || undefined,
    onInput: ({ currentTarget }: TargetedInputEvent<HTMLInputElement>) => onValue(currentTarget.value),
  } as const;
  return (
    <div class="field">
      <label for={id}>
        {label} {isOptional && <span class="quiet">({TEXTS.optional})</span>}
      </label>
      {isSecret ? <input type="password" {...input} /> : <input type="text" {...input} />}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

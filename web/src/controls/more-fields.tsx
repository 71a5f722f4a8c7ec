import type { ComponentChildren } from 'preact';
import { TEXTS } from '../texts.js';
import './more-fields.css';

interface FrameProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly isOptional?: boolean;
}

interface TextProps extends FrameProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** Several lines to fill in. */
export function TextArea({
  value,
  onValue,
  rows = 3,
  isCode = false,
  ...frame
}: TextProps & {
  readonly rows?: number;
  readonly isCode?: boolean;
}) {
  return (
    <Framed {...frame}>
      <textarea
        {...inputOf(frame)}
        class={isCode ? 'code-text' : ''}
        rows={rows}
        spellcheck={!isCode}
        value={value}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
    </Framed>
  );
}

/** An instant in UTC, to the minute or the second; '' is none. */
export function UtcField({ value, onValue, ...frame }: TextProps) {
  return (
    <Framed {...frame}>
      <input
        {...inputOf(frame)}
        type="datetime-local"
        step="any"
        max="9999-12-31T23:59"
        value={value}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
    </Framed>
  );
}

/** One of a few words. */
export function Select<T extends string>({
  value,
  onValue,
  options,
  words,
  ...frame
}: FrameProps & {
  readonly value: T;
  readonly onValue: (value: T) => void;
  readonly options: readonly T[];
  /** What is shown of each; without them the options themselves. */
  readonly words?: Readonly<Partial<Record<T, string>>>;
}) {
  return (
    <Framed {...frame}>
      <select
        {...inputOf(frame)}
        value={value}
        // Its options are those that were given.
        onChange={({ currentTarget }) => onValue(currentTarget.value as T)}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {words?.[option] ?? option}
          </option>
        ))}
      </select>
    </Framed>
  );
}

/** One of a few things, all of which are seen. */
export function Choice<T extends string>(props: {
  readonly name: string;
  readonly label: string;
  readonly value: T;
  readonly onValue: (value: T) => void;
  readonly options: Readonly<Record<T, string>>;
}) {
  const { name, label, value, onValue, options } = props;
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {(Object.keys(options) as T[]).map((option) => (
        <label key={option}>
          <input
            class="unseen"
            type="radio"
            name={name}
            value={option}
            checked={option === value}
            onChange={() => onValue(option)}
          />
          <span>{options[option]}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Something that is so or not; it holds once the form is saved. */
export function Check(props: {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly children: ComponentChildren;
}) {
  const { isOn, onChange, children } = props;
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isOn}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <span>{children}</span>
    </label>
  );
}

/** What stands around an input: its label, what is wrong with it, and a hint. */
function Framed({
  id,
  label,
  hint,
  error,
  isOptional,
  children,
}: FrameProps & { readonly children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>
        {label} {isOptional && <span class="quiet">({TEXTS.optional})</span>}
      </label>
      {children}
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

function inputOf({ id, hint, error }: FrameProps) {
  const notes = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return {
    id,
    name: id,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': notes || undefined,
  } as const;
}

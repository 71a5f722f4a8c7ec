import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useAction } from '../api/use-action.js';
import { CONFIRMATION as texts } from '../texts/confirmation.js';
import { Button } from './button.js';
import { Field } from './field.js';
import { isTyped } from './is-typed.js';
import { Problem } from './problem.js';

const MOST_TYPED = 40;

interface TypedConfirmationProps {
  /** What goes. */
  readonly children: ComponentChildren;
  /** What is to be typed. */
  readonly name: string;
  /** What is to be typed where the name is too long for that. */
  readonly instead: string;
  /** What the button says that changes nothing. */
  readonly keep: string;
  readonly remove: () => Promise<void>;
  readonly onClose: () => void;
}

/** Deletes something once its name was typed or pasted: nothing brings it back. */
export function TypedConfirmation(props: TypedConfirmationProps) {
  const { children, name, instead, keep, remove, onClose } = props;
  const { isBusy, error, start } = useAction();
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const wanted = name.length > MOST_TYPED ? instead : name;
  const type = (value: string) => {
    setTyped(value);
    setWrong(false);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const isRight = isTyped(typed, wanted);
    setWrong(!isRight);
    if (isRight) start(remove);
    // What is wrong is read out with the field.
    else document.getElementById('typed-name')?.focus();
  };
  return (
    <form class="form" onSubmit={submit} noValidate>
      <p>{children}</p>
      <Field
        id="typed-name"
        label={texts.type(wanted)}
        value={typed}
        onValue={type}
        error={isWrong ? texts.mismatch(wanted) : undefined}
      />
      {error && <Problem error={error} isNews />}
      <div class="actions">
        <Button kind="emphasized" type="submit" isBusy={isBusy}>
          {isBusy ? texts.deleting : texts.confirm}
        </Button>
        <Button onPress={onClose}>{keep}</Button>
      </div>
    </form>
  );
}

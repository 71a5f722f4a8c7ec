import { useState } from 'preact/hooks';
import { mayBeDone, type Failure } from '../api/failure.js';
import { round } from '../api/resource.js';
import { ChangedMeanwhile } from '../api/undoing.js';
import { Button, IconButton } from '../controls/button.js';
import { failureLines } from '../controls/problem.js';
import { storeOf, useStore } from '../store.js';
import { TEXTS } from '../texts.js';

/** What was done last, and how it is undone where it can be. */
export interface Change {
  readonly text: string;
  readonly undo?: () => Promise<void>;
  /** True where it is to be read on the page that comes next. */
  readonly isOfNextPage?: boolean;
}

/** Stays until the next change or until another page is shown: it never goes away by itself. */
export const lastChange = storeOf<Change | null>(null);

/** What could be undone belongs to the page that was left. */
export function leavePage(): void {
  const change = lastChange.get();
  lastChange.set(change?.isOfNextPage ? { text: change.text } : null);
}

const PLACE = 'status-bar';

/** Says what was done last, and undoes it. */
export function StatusBar() {
  const change = useStore(lastChange);
  return (
    <section
      id={PLACE}
      class={change ? 'status-bar' : 'unseen'}
      aria-label={TEXTS.change.title}
      tabIndex={-1}
    >
      <div role="status">{change?.text}</div>
      {change?.undo && <Undo key={change.text} undo={change.undo} />}
      {change && <IconButton icon="close" name={TEXTS.change.dismiss} onPress={dismiss} />}
    </section>
  );
}

function dismiss(): void {
  lastChange.set(null);
  document.getElementById('content')?.focus({ preventScroll: true });
}

function Undo({ undo }: { readonly undo: () => Promise<void> }) {
  const [isBusy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    const change = await undone(undo);
    setBusy(false);
    keepFocus();
    lastChange.set(change);
    round.set(round.get() + 1);
  };
  return (
    <Button isBusy={isBusy} onPress={() => void press()}>
      {TEXTS.change.undo}
    </Button>
  );
}

/** Keeps the focus in the bar where the button that has it goes. */
function keepFocus(): void {
  const place = document.getElementById(PLACE);
  const { activeElement } = document;
  if (activeElement === document.body || place?.contains(activeElement)) place?.focus();
}

/** Undoes a change, and returns what is to be said of that. */
async function undone(undo: () => Promise<void>): Promise<Change> {
  const { change } = TEXTS;
  try {
    await undo();
    return { text: change.undone };
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return { text: change.changedMeanwhile };
    // It is one of both: see `send`.
    const failure = error as Failure;
    const lines = failureLines(failure, false).join(' ');
    return mayBeDone(failure) ? { text: lines } : { text: `${change.notUndone} ${lines}`, undo };
  }
}

/** Lets F6 go to the status bar; returns what ends that. */
export function toStatusBar(): () => void {
  const press = (event: KeyboardEvent) => {
    const place = document.getElementById(PLACE);
    if (event.key !== 'F6' || !place || !lastChange.get()) return;
    event.preventDefault();
    (place.querySelector('button') ?? place).focus();
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}

import { useState } from 'preact/hooks';
import type { Refusal, Unreachable } from '../api/request.js';
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
      {change && <IconButton icon="close" name={TEXTS.change.dismiss} onPress={() => lastChange.set(null)} />}
    </section>
  );
}

function Undo({ undo }: { readonly undo: () => Promise<void> }) {
  const [isBusy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    try {
      await undo();
      lastChange.set({ text: TEXTS.change.undone });
    } catch (error) {
      // It is one of both: see `send`.
      lastChange.set({ text: failedText(error as Refusal | Unreachable), undo });
    }
    setBusy(false);
  };
  return (
    <Button isBusy={isBusy} onPress={() => void press()}>
      {TEXTS.change.undo}
    </Button>
  );
}

function failedText(error: Refusal | Unreachable): string {
  return `${TEXTS.change.notUndone} ${failureLines(error, false).join(' ')}`;
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

import { useEffect } from 'preact/hooks';
import { storeOf } from '../store.js';

const KEY = 'carillon.keys';
/** How long the first of two keys waits for the second. */
const TOGETHER_MS = 1_500;

export const areKeysOn = storeOf(true);

export function readKeys(): void {
  try {
    areKeysOn.set(localStorage.getItem(KEY) !== 'off');
  } catch {
    // A browser may refuse its storage: then they are on.
  }
}

export function switchKeys(isOn: boolean): void {
  areKeysOn.set(isOn);
  try {
    localStorage.setItem(KEY, isOn ? 'on' : 'off');
  } catch {
    // It holds until the page is left.
  }
}

/** Calls what a key, or one key after another (`g o`), stands for. Keys that are typed into something count as text. */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    let first = '';
    let firstAt = 0;
    const press = (event: KeyboardEvent) => {
      if (!areKeysOn.get() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      const isTogether = first !== '' && event.timeStamp - firstAt < TOGETHER_MS;
      const action = actions[isTogether ? `${first} ${event.key}` : event.key] ?? actions[event.key];
      first = action ? '' : event.key;
      firstAt = event.timeStamp;
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [actions]);
}

function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  const isText = target instanceof HTMLInputElement && !/^(radio|checkbox|button|submit)$/.test(target.type);
  return isText || target.isContentEditable || target.matches('textarea, select') || isBehindDialog();
}

/** While a dialog is open, the page behind it takes no keys. */
const isBehindDialog = () => document.querySelector('dialog[open]') !== null;

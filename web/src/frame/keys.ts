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

/**
 * Calls what a key, or one key after another (`g o`), stands for. What is typed into something counts as text, and a key
 * that is held down as one press.
 */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const begins = (key: string) => Object.keys(actions).some((keys) => keys.startsWith(`${key} `));
    let first = '';
    let firstAt = 0;
    const press = (event: KeyboardEvent) => {
      if (!areKeysOn.get() || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.repeat || event.defaultPrevented || isTaken(event)) return;
      const isTogether = first !== '' && event.timeStamp - firstAt < TOGETHER_MS;
      // What follows a first key means nothing by itself: `g n` is no `n`.
      const action = actions[isTogether ? `${first} ${event.key}` : event.key];
      first = !action && begins(event.key) ? event.key : '';
      firstAt = event.timeStamp;
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [actions]);
}

/** Returns whether a key goes to something else: a field that is typed into, or what is open over the page. */
function isTaken(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  const isText = target instanceof HTMLInputElement && !/^(radio|checkbox|button|submit)$/.test(target.type);
  return isText || target.isContentEditable || target.matches('textarea, select') || isSomethingOpen();
}

const isSomethingOpen = () => document.querySelector('dialog[open], [popover]:popover-open') !== null;

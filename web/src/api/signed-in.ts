import { storeOf } from '../store.js';
import type { Session } from './types.js';

export const SESSION_PATH = '/dashboard/api/session';

/** True from an answer that nobody is signed in until somebody is. */
export const hasEnded = storeOf(false);

/** Returns who somebody is and what they may: sessions with the same are one and the same to a page. */
export function rightsOf({ person, grants }: Session): string {
  return JSON.stringify([person.name, grants]);
}

/** Resolves as soon as somebody is signed in again. */
export function signedInAgain(): Promise<void> {
  return new Promise((resolve) => {
    const stop = hasEnded.listen(() => {
      if (hasEnded.get()) return;
      stop();
      resolve();
    });
  });
}

import { createContext } from 'preact';
import { send } from './api/request.js';
import type { Session } from './api/types.js';
import { PATHS } from './paths.js';

export const SESSION_PATH = '/dashboard/api/session';

/** The session of whoever looks, undefined until the service has told it. */
export const SessionContext = createContext<Session | undefined>(undefined);

/** Returns where to sign in so that one comes back to the page that is shown now. */
export function signInPath(): string {
  const { pathname, search } = window.location;
  return pathname === PATHS.home && search === ''
    ? PATHS.signIn
    : `${PATHS.signIn}?to=${encodeURIComponent(pathname + search)}`;
}

/** Ends the session here and on the server, and shows the sign-in. */
export async function signOut(): Promise<void> {
  await send(SESSION_PATH, { method: 'DELETE' });
  window.location.assign(PATHS.signIn);
}

/** Returns whether two sessions see and may the same, so that a page can go on from one to the other. */
export function isSame(one: Session, other: Session): boolean {
  const rights = ({ person, grants }: Session) => JSON.stringify([person.name, grants]);
  return rights(one) === rights(other);
}

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { send } from './api/request.js';
import type { Grant, Session } from './api/types.js';
import type { Place } from './api/tenants.js';
import { PATHS } from './paths.js';

export const SESSION_PATH = '/dashboard/api/session';

/** The session of whoever looks, undefined until the service has told it. To pages it is that of the eyes. */
export const SessionContext = createContext<Session | undefined>(undefined);

/** Returns where to sign in so that one comes back to the page that is shown now. */
export function signInPath(): string {
  const { pathname, search } = window.location;
  return pathname === PATHS.home && search === ''
    ? PATHS.signIn
    : `${PATHS.signIn}?to=${encodeURIComponent(pathname + search)}`;
}

/** Returns a session as pages take it with the eyes of a tenant: it may there what it may, and sees nothing else. */
export function seenAs(session: Session | undefined, place: Place): Session | undefined {
  const provider = session?.grants.find(isOfProvider);
  if (!session || !provider) return session;
  const { tenantId, subdomain } = place;
  const role = provider.role === 'provider admin' ? 'tenant admin' : 'tenant viewer';
  return { ...session, grants: [{ ...provider, role, tenant: { tenantId, subdomain } }] };
}

export const isOfProvider = ({ tenant }: Grant) => tenant === null;

/** Returns whether whoever looks may change jobs, null until that is known. */
export function useMayChange(): boolean | null {
  const session = useContext(SessionContext);
  return session ? session.grants.some(({ role }) => role.endsWith(' admin')) : null;
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

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { exchange, Refusal } from './api/request.js';
import { rightsOf, SESSION_PATH } from './api/signed-in.js';
import type { Grant, Session } from './api/types.js';
import type { Place } from './api/tenants.js';
import { EYES, OWN_HOME, PATHS } from './paths.js';

/** The session of whoever looks, undefined until the service has told it. To pages it is that of the eyes. */
export const SessionContext = createContext<Session | undefined>(undefined);

/** Returns where to sign in so that one comes back to the page that is shown now. */
export function signInPath(): string {
  const { pathname, search } = window.location;
  return pathname === OWN_HOME && search === ''
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

/** Returns whether a tenant is among those that whoever looks sees by itself; the subdomain stands as in an address. */
export function isSeenBy({ grants }: Session, subdomain: string): boolean {
  const named = subdomain.toLowerCase();
  return grants.some(({ tenant }) => tenant && encodeURIComponent(tenant.subdomain).toLowerCase() === named);
}

export const isOfProvider = ({ tenant }: Grant) => tenant === null;

/** Returns whether whoever looks sees tenants: a provider does, with its own eyes. */
export const useSeesTenants = () =>
  (useContext(SessionContext)?.grants.some(isOfProvider) ?? false) && EYES === null;

/** Returns whether whoever looks may change jobs, null until that is known. */
export function useMayChange(): boolean | null {
  const session = useContext(SessionContext);
  return session ? session.grants.some(({ role }) => role.endsWith(' admin')) : null;
}

/** Returns the subdomain of the tenant for which one acts here, with whosever eyes; null for the provider. */
export function useTenant(): string | null {
  const session = useContext(SessionContext);
  return useSeesTenants() ? null : (session?.grants[0]?.tenant?.subdomain ?? null);
}

/** Ends the session here and on the server, and shows the sign-in. */
export async function signOut(): Promise<void> {
  try {
    await exchange(SESSION_PATH, { method: 'DELETE' });
  } catch (error) {
    // Nobody is signed in any more: that is what was wanted.
    if (!(error instanceof Refusal) || error.status !== 401) throw error;
  }
  window.location.assign(PATHS.signIn);
}

/** Returns whether two sessions see and may the same, so that a page can go on from one to the other. */
export function isSame(one: Session, other: Session): boolean {
  return rightsOf(one) === rightsOf(other);
}

import { exchange, Refusal } from '../../api/request.js';
import type { LookedAtLink, Session } from '../../api/types.js';
import { SESSION_PATH } from '../../api/signed-in.js';
import { tellTabs } from '../../messages.js';
import { returnPath } from './return-path.js';

const SIGN_IN = '/dashboard/api/sign-in';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly subdomain?: string;
}

/** Returns who is signed in, null for nobody. */
export async function whoIsSignedIn(): Promise<Session | null> {
  try {
    const { body } = await exchange<Session>(SESSION_PATH);
    return body ?? null;
  } catch (error) {
    // A session of a suspended tenant is of no use: 403.
    if (error instanceof Refusal && (error.status === 401 || error.status === 403)) return null;
    throw error;
  }
}

/** Returns what a link permits, null where it cannot be used (any more). */
export async function lookAtLink(code: string): Promise<LookedAtLink | null> {
  try {
    const { body } = await exchange<LookedAtLink>(`${SIGN_IN}/link/look`, { method: 'POST', body: { code } });
    return body ?? null;
  } catch (error) {
    // What is no code at all is as unknown as a wrong one.
    if (error instanceof Refusal && (error.status === 404 || error.status === 400)) return null;
    throw error;
  }
}

/** Signs in and shows the page that was asked for. Returns false where the browser did not keep the session's cookie. */
export async function enter(way: { code: string } | Credentials): Promise<boolean> {
  await exchange<Session>(`${SIGN_IN}/${'code' in way ? 'link' : 'credentials'}`, {
    method: 'POST',
    body: way,
  });
  if ((await whoIsSignedIn()) === null) return false;
  tellTabs('signed-in');
  const { search, origin } = window.location;
  window.location.replace(returnPath(new URLSearchParams(search).get('to'), origin));
  return true;
}

import { learnNow } from '../time.js';
import { Refusal, retryAfterOf, Unreachable } from './failure.js';
import { hasEnded, rightsOf, SESSION_PATH, signedInAgain } from './signed-in.js';
import type { Session } from './types.js';

export { Refusal, Unreachable };

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: object;
  /** True for what nobody asked for just now: it does not keep a session alive. */
  readonly isPoll?: boolean;
  /** The tag of what is at hand: the answer has no body while it is still right. */
  readonly etag?: string | null;
  readonly signal?: AbortSignal;
}

export interface Answer<T> {
  /** Undefined where nothing has changed, and for answers without a body. */
  readonly body: T | undefined;
  readonly etag: string | null;
  /** When the service answered, by its own clock. */
  readonly asOf: Date;
  /** In how many seconds to ask again, where the service said so. */
  readonly retryAfterS: number | null;
}

/** With whose eyes every request looks, `tenant/{id}`; null for one's own. */
let scope: string | null = null;
/** What whoever is signed in may, as the service told it last. */
let rights: string | null = null;

/** Looks with the eyes of a tenant, for as long as this document lasts. */
export function lookAs(tenantId: string): void {
  scope = `tenant/${tenantId}`;
}

/** Returns the address of what the browser itself asks for, such as a file: it sends no header, so the address names the eyes. */
export function seenAddress(path: string): string {
  return scope === null ? path : `${path}${path.includes('?') ? '&' : '?'}scope=${scope}`;
}

/**
 * Sends what a reader wants done. Where the session has ended meanwhile it waits for the next sign-in and is sent once
 * again, but only for whoever may the same (`before`): what was typed or pressed belongs to nobody else. Throws what
 * `exchange` throws.
 */
export async function send<T>(path: string, request: Request = {}, before = rights): Promise<Answer<T>> {
  try {
    return await exchange<T>(path, request);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) throw error;
    hasEnded.set(true);
    await signedInAgain();
    await exchange(SESSION_PATH);
    if (before === null || rights !== before) throw error;
    return exchange<T>(path, request);
  }
}

/** Sends one request with the session's cookie. Throws Refusal and Unreachable; an aborted one throws AbortError. */
export async function exchange<T>(path: string, request: Request = {}): Promise<Answer<T>> {
  const { method = 'GET', body, signal = null } = request;
  const content = body === undefined ? null : JSON.stringify(body);
  const headers = headersOf(request);
  const sent = { method, path };
  try {
    // The tag is kept here: the service forbids the browser to store answers.
    const response = await fetch(path, { method, headers, body: content, signal, cache: 'no-store' });
    const { ok: isFine, status } = response;
    const text = await response.text();
    if (!isFine && status !== 304) throw new Refusal(sent, status, response.headers, text);
    const told = text === '' ? undefined : (JSON.parse(text) as T);
    // What the route of the session answers.
    if (path === SESSION_PATH && told) rights = rightsOf(told as unknown as Session);
    const asOf = new Date(response.headers.get('Date') ?? Date.now());
    learnNow(asOf);
    const retryAfterS = retryAfterOf(response.headers);
    return { body: told, etag: response.headers.get('ETag'), asOf, retryAfterS };
  } catch (error) {
    if (signal?.aborted || error instanceof Refusal) throw error;
    // What a proxy says in between is no answer of the service either.
    throw new Unreachable(sent, error);
  }
}

function headersOf({ method = 'GET', body, isPoll, etag }: Request): Headers {
  const headers = new Headers({ Accept: 'application/json' });
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  if (method !== 'GET') headers.set('X-Carillon-Dashboard', '1');
  if (isPoll) headers.set('X-Carillon-Poll', '1');
  if (etag) headers.set('If-None-Match', etag);
  if (scope) headers.set('X-Carillon-Scope', scope);
  return headers;
}

import type { Request, Response } from 'express';

/** The prefix makes browsers take it from a secure host alone, for that host and all of its paths (RFC 6265bis). */
export const SESSION_COOKIE = '__Host-carillon';

const OPTIONS = { secure: true, httpOnly: true, sameSite: 'strict', path: '/' } as const;
const NAMED = new RegExp(`^${SESSION_COOKIE}=(.*)$`);

/** Returns what the session cookie of a request holds, null where there is none, or more than one. */
export function sessionCookieOf({ headers }: Pick<Request, 'headers'>): string | null {
  const parts = (headers.cookie ?? '').split(';').map((part) => part.trim());
  const [value, ...others] = parts.flatMap((part) => NAMED.exec(part)?.[1] ?? []);
  return others.length === 0 && value ? value : null;
}

/** Gives the browser a session's cookie, which is gone when the browser is closed. */
export function setSessionCookie(response: Response, value: string): void {
  response.cookie(SESSION_COOKIE, value, OPTIONS);
}

/** Takes the session's cookie back. */
export function clearSessionCookie(response: Response): void {
  response.clearCookie(SESSION_COOKIE, OPTIONS);
}

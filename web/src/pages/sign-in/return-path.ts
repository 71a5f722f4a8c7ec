const ROOT = '/dashboard/';
const SIGN_IN = /^\/dashboard\/sign-in\/?$/;
const API = '/dashboard/api/';

/**
 * Returns where to go after a sign-in: the path that was asked for where it is a page of the dashboard at this origin,
 * else the home page. Nothing else decides so.
 */
export function returnPath(asked: string | null, origin: string): string {
  if (asked === null || !URL.canParse(asked, origin)) return ROOT;
  const url = new URL(asked, origin);
  const path = url.pathname.toLowerCase();
  const isPage = path.startsWith(ROOT) && !path.startsWith(API) && !SIGN_IN.test(path);
  return url.origin === origin && isPage ? url.pathname + url.search + url.hash : ROOT;
}

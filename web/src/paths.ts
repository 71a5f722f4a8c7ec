/** Where the dashboard's own pages are. */
export const PATHS = {
  home: '/dashboard/',
  signIn: '/dashboard/sign-in',
} as const;

/**
 * The links that the pages' router follows by itself. The sign-in is a document of its own, and what the API answers is no
 * page: those links are the browser's.
 */
export const ROUTED = /^\/dashboard\/(?!sign-in(?:[/?#]|$)|api\/)/;

/** What the service serves beside the dashboard. */
export const SERVICE_PATHS = {
  apiDocument: '/docs',
  openApi: '/openapi.json',
  health: '/health/ready',
} as const;

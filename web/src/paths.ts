/** Where the dashboard's own pages are. */
export const PATHS = {
  home: '/dashboard/',
  signIn: '/dashboard/sign-in',
} as const;

/** What the service serves beside the dashboard. */
export const SERVICE_PATHS = {
  apiDocument: '/docs',
  openApi: '/openapi.json',
  health: '/health/ready',
} as const;

/** Where the pages are that belong to a root. */
const pagesAt = (root: string) => ({
  home: `${root}/`,
  jobs: `${root}/jobs`,
  newJob: `${root}/jobs/new`,
  job: `${root}/jobs/:jobId`,
  editJob: `${root}/jobs/:jobId/edit`,
  newSchedule: `${root}/jobs/:jobId/schedules/new`,
  schedule: `${root}/jobs/:jobId/schedules/:scheduleId`,
  editSchedule: `${root}/jobs/:jobId/schedules/:scheduleId/edit`,
  run: `${root}/jobs/:jobId/schedules/:scheduleId/runs/:runId`,
  runs: `${root}/runs`,
  runById: `${root}/runs/:runId`,
  breakers: `${root}/breakers`,
  signingKeys: `${root}/signing-keys`,
  plan: `${root}/plan`,
});

const OWN_ROOT = '/dashboard';
export const OWN_HOME = `${OWN_ROOT}/`;
const OWN_LINKS = /^\/dashboard\/(?!sign-in(?:[/?#]|$)|(?:api|as)\/)/;
const OTHER_EYES = /^\/dashboard\/as\/([^/]+)(?=\/|$)/;

/** With whose eyes a document looks, where the pages are then, and which links its router follows by itself. */
interface Eyes {
  /** The subdomain of a tenant as it stands in the address, null for one's own eyes. */
  readonly subdomain: string | null;
  readonly root: string;
  readonly routed: string | RegExp;
}

/**
 * Returns the eyes that an address names. The router follows the links with the same eyes: any other is the browser's, so
 * that nothing is left of what was seen with the former ones. The sign-in is a document of its own, and what the API
 * answers is no page.
 */
export function eyesAt(pathname: string): Eyes {
  const [root, subdomain] = OTHER_EYES.exec(pathname) ?? [];
  if (root === undefined || subdomain === undefined) {
    return { subdomain: null, root: OWN_ROOT, routed: OWN_LINKS };
  }
  return { subdomain, root, routed: `${root}/` };
}

/** Returns the address of the same page with one's own eyes. */
export function ownAddress({
  pathname,
  search,
  hash,
}: Record<'pathname' | 'search' | 'hash', string>): string {
  return (pathname.replace(OTHER_EYES, OWN_ROOT) + search + hash).replace(/^\/dashboard(?=$|[?#])/, OWN_HOME);
}

// Tests and the build have no address.
const { pathname = '' } = (globalThis as { location?: { readonly pathname: string } }).location ?? {};
const { subdomain, root, routed } = eyesAt(pathname);

/** The subdomain of the tenant with whose eyes this document looks, for as long as it lasts; null for one's own. */
export const EYES = subdomain;
export const ROUTED = routed;

/** Where the dashboard's pages are; those of the eyes with which this document looks. */
export const PATHS = {
  ...pagesAt(root),
  tenants: `${OWN_ROOT}/tenants`,
  tenant: `${OWN_ROOT}/tenants/:tenantId`,
  signIn: `${OWN_ROOT}/sign-in`,
};

/** The patterns of the pages that are looked at with the eyes of a tenant. */
export const PATHS_AS_TENANT = pagesAt(`${OWN_ROOT}/as/:subdomain`);

export const jobPath = (jobId: number) => `${root}/jobs/${jobId}`;
export const schedulePath = (jobId: number, scheduleId: string) =>
  `${jobPath(jobId)}/schedules/${scheduleId}`;
/** A new job: empty, with an example filled in, or like another job. */
export const newJobPath = (like?: 'example' | number) =>
  PATHS.newJob + (like === undefined ? '' : like === 'example' ? '?example=1' : `?from=${like}`);
export const editJobPath = (jobId: number) => `${jobPath(jobId)}/edit`;
export const newSchedulePath = (jobId: number) => `${jobPath(jobId)}/schedules/new`;
export const editSchedulePath = (jobId: number, scheduleId: string) =>
  `${schedulePath(jobId, scheduleId)}/edit`;
/** A run by the id that applications log. */
export const runPath = (runId: string) => `${root}/runs/${runId}`;
/** A tenant, as its provider sees it. */
export const tenantPath = (tenantId: string) => `${OWN_ROOT}/tenants/${tenantId}`;
/** The home page as that tenant sees it. */
export const asTenantPath = (name: string) => `${OWN_ROOT}/as/${encodeURIComponent(name)}/`;

/** What the service serves beside the dashboard. */
export const SERVICE_PATHS = {
  apiDocument: '/docs',
  openApi: '/openapi.json',
  health: '/health/ready',
} as const;

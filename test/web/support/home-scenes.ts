import { asTenantPath, tenantPath } from '../../../web/src/paths.js';
import type { Dashboard } from './dashboard.js';
import { HOME_TENANTS, type HomeStage, type HomeTenant } from './home-stage.js';
import type { Visit } from './visit.js';

/** The home page or a page about tenants in one of its states; what it needs is set by setTheHomeStage. */
export interface HomeScene {
  readonly name: string;
  readonly first: RegExp;
  readonly open: (dashboard: Dashboard, stage: HomeStage) => Promise<Visit>;
}

const NOWHERE = '00000000-0000-4000-8000-000000000000';
const TABLE = 'Show as table';

async function at(dashboard: Dashboard, path: string, ...words: string[]): Promise<Visit> {
  const visit = await dashboard.signedIn(...words);
  await visit.goto(path);
  return visit;
}

const home = (dashboard: Dashboard, tenant: HomeTenant, ...words: string[]) =>
  at(dashboard, '/dashboard/', '--tenant', tenant, ...words);

const tenant = (dashboard: Dashboard, name: HomeTenant, ...words: string[]) =>
  at(dashboard, tenantPath(HOME_TENANTS[name]), ...words);

/** Every state of the home page, of the tenants, and of a place that is looked at with other eyes. */
export const HOME_SCENES: readonly HomeScene[] = [
  {
    name: 'home all well',
    first: /^All well since (yesterday )?\d\d:\d\d UTC$/,
    open: async (dashboard) => {
      const visit = await home(dashboard, 'fine', '--viewer');
      await visit.page.getByText('9 calls in the last hour: none failed.').waitFor();
      return visit;
    },
  },
  {
    name: 'home failing',
    first: /^2 schedules fail$/,
    open: async (dashboard) => {
      const visit = await home(dashboard, 'troubled');
      await visit.page.getByText('5 calls in the last hour: 5 failed.').waitFor();
      return visit;
    },
  },
  {
    name: 'home of a provider',
    first: /^2 schedules fail$/,
    open: (dashboard) => at(dashboard, '/dashboard/'),
  },
  {
    name: 'home as a table',
    first: /^2 schedules fail$/,
    open: async (dashboard) => {
      const visit = await at(dashboard, '/dashboard/');
      await visit.page.getByText(TABLE).click();
      return visit;
    },
  },
  {
    name: 'home before the first run',
    first: /^No runs yet; the first comes on 2099-01-01 at 03:00 UTC$/,
    open: (dashboard) => home(dashboard, 'waiting'),
  },
  {
    name: 'home with an operation',
    first: /^All well since/,
    open: async (dashboard) => {
      const visit = await home(dashboard, 'busy');
      await visit.page.getByRole('progressbar').waitFor();
      return visit;
    },
  },
  {
    name: 'tenants few',
    first: /^\d tenants and your own jobs; (\d makes? (half|all) of today's calls|no calls yet today)$/,
    open: (dashboard) => at(dashboard, '/dashboard/tenants', '--viewer'),
  },
  {
    name: 'tenants as a table',
    first: /^\d tenants and your own jobs; /,
    open: async (dashboard) => {
      const visit = await at(dashboard, '/dashboard/tenants');
      await visit.page.getByText(TABLE).click();
      return visit;
    },
  },
  {
    name: 'tenants many',
    first: /^\d\d tenants and your own jobs; (\d makes? (half|all) of today's calls|no calls yet today)$/,
    open: async (dashboard, { crowd }) => {
      await crowd();
      return at(dashboard, '/dashboard/tenants');
    },
  },
  {
    name: 'tenants second page by name',
    first: /^\d\d tenants and your own jobs; /,
    open: async (dashboard, { crowd }) => {
      await crowd();
      const visit = await at(dashboard, '/dashboard/tenants?sort=name&page=2');
      await visit.page.getByText(/^51 to \d\d of \d\d$/).waitFor();
      return visit;
    },
  },
  {
    name: 'tenants without hits',
    first: /^\d+ tenants and your own jobs; /,
    open: async (dashboard) => {
      const visit = await at(dashboard, '/dashboard/tenants?q=nobody');
      await visit.page.getByText('No tenant has "nobody" in its subdomain.').waitFor();
      return visit;
    },
  },
  {
    name: 'tenants beyond the end',
    first: /^\d+ tenants and your own jobs; /,
    open: async (dashboard) => {
      const visit = await at(dashboard, '/dashboard/tenants?page=99');
      await visit.page.getByRole('link', { name: 'Go to the first page' }).waitFor();
      return visit;
    },
  },
  {
    name: 'tenant healthy',
    first: /^fine (makes \d\d % of|has made no calls)/,
    open: (dashboard) => tenant(dashboard, 'fine'),
  },
  {
    name: 'tenant failing for a viewer',
    first: /^troubled (makes \d\d % of|has made no calls)/,
    open: (dashboard) => tenant(dashboard, 'troubled', '--viewer'),
  },
  {
    name: 'tenant suspended',
    first: /^asleep is suspended: none of its runs start$/,
    open: (dashboard) => tenant(dashboard, 'asleep'),
  },
  {
    name: 'tenant that is not there',
    first: /^Gone, or not yours$/,
    open: (dashboard) => at(dashboard, tenantPath(NOWHERE)),
  },
  {
    name: 'as a tenant',
    first: /^2 schedules fail$/,
    open: async (dashboard) => {
      const visit = await at(dashboard, asTenantPath('troubled'));
      await visit.page.getByText('As tenant troubled').waitFor();
      return visit;
    },
  },
  {
    name: 'as a tenant that is suspended',
    first: /^asleep is suspended$/,
    open: async (dashboard) => {
      const visit = await at(dashboard, asTenantPath('asleep'));
      await visit.page.getByRole('link', { name: 'Go to the page of asleep' }).waitFor();
      return visit;
    },
  },
  {
    name: 'as a tenant that is not there',
    first: /^There is no tenant nobody$/,
    open: (dashboard) => at(dashboard, asTenantPath('nobody')),
  },
  {
    name: 'schedule with histograms',
    first: /^Last run .* ago/,
    open: async (dashboard, { fine: { jobId, scheduleId } }) => {
      const path = `${asTenantPath('fine')}jobs/${jobId}/schedules/${scheduleId}`;
      const visit = await at(dashboard, path);
      await visit.page.getByRole('heading', { name: 'Lateness' }).waitFor();
      return visit;
    },
  },
];

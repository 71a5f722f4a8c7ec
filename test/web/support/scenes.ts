import type { Dashboard } from './dashboard.js';
import { TENANTS } from './dashboard.js';
import type { Visit } from './visit.js';

/** A page in one of its states: how it comes about, and what its first line says then. */
export interface Scene {
  readonly name: string;
  readonly first: string | RegExp;
  readonly open: (dashboard: Dashboard) => Promise<Visit>;
}

const POLL_MS = 5_000;
/** Other scenes of the same stage have jobs too, and runs that failed. */
const SOME_JOBS = /^No runs yet, and none is planned$|^\d+ schedules? fails?$/;

/** The frames of the browser in which every scene is looked at. */
export const VIEWS = [
  { name: '1280-light', width: 1280, height: 800, colorScheme: 'light' },
  { name: '1280-dark', width: 1280, height: 800, colorScheme: 'dark' },
  { name: '390', width: 390, height: 844, colorScheme: 'light' },
  { name: '320', width: 320, height: 700, colorScheme: 'dark' },
] as const;

/** What the scenes need: a tenant without jobs and one with some. */
export async function setTheStage(dashboard: Dashboard): Promise<void> {
  for (const subdomain of ['acme', 'beta'] as const) await dashboard.subscribe(subdomain);
  for (const name of ['first', 'second', 'third']) await dashboard.makeJob(name, TENANTS.beta);
}

/** Every page and state that there is. */
export const SCENES: readonly Scene[] = [
  { name: 'sign-in', first: 'Sign in', open: (dashboard) => at(dashboard, '/dashboard/sign-in') },
  {
    name: 'sign-in by link',
    first: 'Sign in',
    open: async (dashboard) => followed(await dashboard.visit(), await dashboard.link()),
  },
  {
    name: 'sign-in instead',
    first: 'Sign in',
    open: async (dashboard) =>
      followed(await dashboard.visitAs(), await dashboard.link('--tenant', 'acme', '--viewer')),
  },
  {
    name: 'sign-in unknown link',
    first: 'Sign in',
    open: async (dashboard) => {
      const visit = await at(dashboard, `/dashboard/sign-in#code=${'x'.repeat(43)}`);
      await visit.page.getByText('This link cannot be used').waitFor();
      return visit;
    },
  },
  {
    name: 'sign-in already',
    first: 'Sign in',
    open: async (dashboard) => {
      const visit = await dashboard.signedIn();
      await visit.goto('/dashboard/sign-in');
      await visit.page.getByRole('link', { name: 'Go on to the dashboard' }).waitFor();
      return visit;
    },
  },
  {
    name: 'sign-in incomplete',
    first: 'Sign in',
    open: async (dashboard) => {
      const visit = await at(dashboard, '/dashboard/sign-in');
      await visit.page.getByRole('button', { name: 'Sign in' }).click();
      return visit;
    },
  },
  {
    name: 'sign-in wrong',
    first: 'Sign in',
    open: async (dashboard) => {
      const visit = await at(dashboard, '/dashboard/sign-in');
      await typeCredentials(visit, 'nobody', 'wrong');
      await visit.page.getByRole('alert').filter({ hasText: 'not right' }).waitFor();
      return visit;
    },
  },
  {
    name: 'home without jobs',
    first: 'No jobs yet',
    open: (dashboard) => dashboard.visitAs('--tenant', 'acme'),
  },
  {
    name: 'home without jobs for a viewer',
    first: 'No jobs yet',
    open: (dashboard) => dashboard.visitAs('--tenant', 'acme', '--viewer'),
  },
  { name: 'home', first: SOME_JOBS, open: (dashboard) => dashboard.visitAs('--viewer') },
  {
    name: 'account',
    first: SOME_JOBS,
    open: async (dashboard) => {
      const visit = await dashboard.visitAs();
      await visit.page.getByRole('button', { name: 'Account' }).click();
      return visit;
    },
  },
  {
    name: 'help',
    first: SOME_JOBS,
    open: async (dashboard) => {
      const visit = await dashboard.visitAs();
      await visit.firstLine(SOME_JOBS);
      await visit.page.keyboard.press('?');
      return visit;
    },
  },
  {
    name: 'not found',
    first: 'There is no such page',
    open: async (dashboard) => {
      const visit = await dashboard.signedIn();
      await visit.goto('/dashboard/nothing/here');
      return visit;
    },
  },
  {
    name: 'session ended',
    first: SOME_JOBS,
    open: async (dashboard) => {
      const visit = await ticking(dashboard);
      await visit.send('DELETE', '/dashboard/api/session');
      await visit.page.clock.runFor(POLL_MS);
      await visit.page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
      return visit;
    },
  },
  {
    name: 'no answer',
    first: SOME_JOBS,
    open: async (dashboard) => {
      const visit = await ticking(dashboard);
      await visit.page.context().setOffline(true);
      await visit.page.clock.runFor(POLL_MS);
      await visit.page.getByText('No answer from Carillon').waitFor();
      return visit;
    },
  },
  {
    name: 'home while it loads',
    first: 'Looking at your schedules',
    open: async (dashboard) => {
      const visit = await dashboard.visitAs();
      // The request is held back, and never sent.
      await visit.page.route('**/dashboard/api/overview*', () => undefined);
      await visit.page.reload();
      return visit;
    },
  },
  {
    name: 'too many requests',
    first: 'No jobs yet',
    open: async (dashboard) => {
      const visit = await ticking(dashboard, '--tenant', 'acme');
      const limits = `/admin/v1/tenants/${TENANTS.acme}/limits`;
      await dashboard.call('PUT', limits, { requestsPerMinute: 1 });
      for (let status = 200; status === 200;) {
        const answered = visit.page.waitForResponse('**/dashboard/api/overview*');
        await visit.page.clock.runFor(POLL_MS);
        status = (await answered).status();
      }
      await visit.page.getByText('The page does so by itself.').waitFor();
      await dashboard.call('PUT', limits, { requestsPerMinute: null });
      return visit;
    },
  },
  {
    name: 'suspended',
    first: 'You may not see this',
    open: async (dashboard) => {
      const visit = await dashboard.visitAs('--tenant', 'acme');
      const tenant = `/admin/v1/tenants/${TENANTS.acme}`;
      await dashboard.call('POST', `${tenant}/suspend`);
      await visit.page.reload();
      await visit.page.getByText('suspended').waitFor();
      await dashboard.call('POST', `${tenant}/resume`);
      return visit;
    },
  },
];

async function at(dashboard: Dashboard, path: string): Promise<Visit> {
  const visit = await dashboard.visit();
  await visit.goto(path);
  return visit;
}

async function followed(visit: Visit, link: string): Promise<Visit> {
  await visit.page.goto(link);
  await visit.page.getByText('The link works once').waitFor();
  return visit;
}

/** The first line of the home page once the service has told how its schedules are. */
export const COUNTED = /^(No (jobs|runs) yet|All well since|[\d,]+ schedules? fail)/;

/** Returns a home page whose clock the test turns. */
export async function ticking(dashboard: Dashboard, ...words: string[]): Promise<Visit> {
  const visit = await dashboard.signedIn(...words);
  await visit.page.clock.install();
  await visit.goto('/dashboard/');
  await visit.firstLine(COUNTED);
  return visit;
}

export async function typeCredentials(
  visit: Visit,
  id: string,
  secret: string,
  subdomain = '',
): Promise<void> {
  await visit.page.getByLabel('Client id').fill(id);
  await visit.page.getByLabel('Client secret').fill(secret);
  await visit.page.getByLabel('Subdomain').fill(subdomain);
  await visit.page.getByRole('button', { name: 'Sign in' }).click();
}

/** Shows a scene as each view does; what follows is done once for each. */
export async function eachView(visit: Visit, look: (name: string) => Promise<void>): Promise<void> {
  for (const { name, width, height, colorScheme } of VIEWS) {
    await visit.page.setViewportSize({ width, height });
    await visit.page.emulateMedia({ colorScheme });
    await look(name);
  }
}

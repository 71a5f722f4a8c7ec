import { ActionTarget } from '../../support/action-target.js';
import { freePort } from '../../support/free-port.js';
import { TENANTS, type Dashboard, type MadeJob } from './dashboard.js';
import type { Scene } from './scenes.js';
import type { Visit } from './visit.js';

const POLL_MS = 5_000;
const ADMIN = ['--tenant', 'gamma'] as const;
/** More than a page of the list holds. */
const IDLE_JOBS = 52;
const LONG_NAME =
  'a job whose name is as long as the names that machines make for their jobs 0123456789abcdef';

/** The jobs of the stage, by what they show. */
const made: Record<string, MadeJob> = {};

/** What the scenes of jobs need: a tenant with jobs that are well, that fail, that are off and that never ran. */
export async function setJobsStage(dashboard: Dashboard): Promise<void> {
  await dashboard.subscribe('gamma');
  const target = await ActionTarget.start();
  const make = (name: string, action: string, active = true) =>
    dashboard.makeIdleJob({ name, action, active }, TENANTS.gamma);
  const job = {
    fine: await make('nightly report', target.url('/report')),
    failing: await make('invoices', target.url('/invoices')),
    refused: await make('refused', `http://127.0.0.1:${await freePort()}/`),
    off: await make('switched off', target.url('/off'), false),
    long: await make(LONG_NAME, target.url(`/${'long-path/'.repeat(20)}`)),
  };
  Object.assign(made, job);
  for (let count = 0; count < IDLE_JOBS; count++) await make(`worker ${count}`, target.url());
  for (let count = 0; count < 12; count++) await dashboard.runNow(job.fine);
  for (let count = 0; count < 3; count++) await dashboard.runNow(job.failing);
  target.reacts({ kind: 'answer', status: 503, body: 'The database of invoices is being moved.' });
  for (let count = 0; count < 2; count++) await dashboard.runNow(job.failing);
  await dashboard.runNow(job.refused);
  await target.stop();
}

/** Every state of the list of jobs and of a job. */
export const JOB_SCENES: readonly Scene[] = [
  {
    name: 'jobs',
    first: '57 jobs, 2 failing',
    open: async (dashboard) => {
      const visit = await at(dashboard, '/dashboard/jobs');
      await visit.page.getByRole('img', { name: 'Last 12 runs: 12 succeeded' }).waitFor();
      return visit;
    },
  },
  {
    name: 'jobs failing',
    first: '57 jobs, 2 failing',
    open: async (dashboard) => {
      const visit = await at(dashboard, '/dashboard/jobs?state=failing');
      await visit.page.getByText('2 jobs: failing now').waitFor();
      return visit;
    },
  },
  {
    name: 'jobs second page',
    first: '57 jobs',
    open: async (dashboard) => {
      const visit = await at(dashboard, '/dashboard/jobs?page=2');
      await visit.page.getByText('51 to 57 of 57').waitFor();
      return visit;
    },
  },
  {
    name: 'jobs no hits',
    first: '57 jobs',
    open: async (dashboard) => {
      const visit = await at(dashboard, '/dashboard/jobs?q=nowhere&state=inactive');
      await visit.page.getByText('No jobs found: inactive, "nowhere" in the name.').waitFor();
      return visit;
    },
  },
  {
    name: 'jobs beyond the end',
    first: '57 jobs',
    open: async (dashboard) => {
      const visit = await at(dashboard, '/dashboard/jobs?page=9');
      await visit.page.getByRole('link', { name: 'Go to the first page' }).waitFor();
      return visit;
    },
  },
  {
    name: 'jobs of all tenants',
    first: '60 jobs, 2 failing',
    open: async (dashboard) => at(dashboard, '/dashboard/jobs', []),
  },
  {
    name: 'jobs without any',
    first: 'No jobs yet',
    open: async (dashboard) => at(dashboard, '/dashboard/jobs', ['--tenant', 'acme']),
  },
  {
    name: 'jobs while they load',
    first: 'Counting jobs',
    open: async (dashboard) => {
      const visit = await dashboard.signedIn(...ADMIN);
      // The request is held back, and never sent.
      await visit.page.route('**/dashboard/api/jobs*', () => undefined);
      await visit.goto('/dashboard/jobs');
      return visit;
    },
  },
  { name: 'job', first: 'Healthy: 12 of 12', open: (dashboard) => atJob(dashboard, 'fine') },
  {
    name: 'job failing',
    first: /^Fails since .* UTC: the endpoint answered 503; last success .* UTC$/,
    open: (dashboard) => atJob(dashboard, 'failing'),
  },
  {
    name: 'job refused',
    first: /^Fails since .* UTC: the endpoint refused the connection; never a success$/,
    open: (dashboard) => atJob(dashboard, 'refused'),
  },
  {
    name: 'job without its runs and changes',
    first: /^Nothing fails; next run in \d\d years$/,
    open: async (dashboard) => {
      const visit = await dashboard.signedIn(...ADMIN);
      // The service itself refuses what is asked for in this way.
      await visit.page.route('**/dashboard/api/strips*', (route) =>
        route.continue({
          url: route
            .request()
            .url()
            .replace(/schedules=.*/, 'schedules=none'),
        }),
      );
      await visit.page.route('**/scheduler/actionLogs*', (route) =>
        route.continue({
          url: route
            .request()
            .url()
            .replace(/page_size=.*/, 'page_size=none'),
        }),
      );
      await visit.goto(`/dashboard/jobs/${made['fine']?.jobId}`);
      const problems = visit.page.getByRole('alert').filter({ hasText: 'This did not work' });
      await problems.nth(1).waitFor();
      await visit.page.getByText('The last runs could not be loaded.').first().waitFor();
      return visit;
    },
  },
  {
    name: 'job inactive',
    first: 'Inactive: nothing runs',
    open: (dashboard) => atJob(dashboard, 'off'),
  },
  {
    name: 'job without runs',
    first: /^No runs yet; the first comes on 2099-01-01 at 03:00 UTC$/,
    open: (dashboard) => atJob(dashboard, 'long'),
  },
  {
    name: 'job for a viewer',
    first: 'Healthy: 12 of 12',
    open: (dashboard) => atJob(dashboard, 'fine', [...ADMIN, '--viewer']),
  },
  {
    name: 'job as a table',
    first: 'Healthy: 12 of 12',
    open: async (dashboard) => {
      const visit = await atJob(dashboard, 'fine');
      await visit.page.getByText('Show as table').click();
      return visit;
    },
  },
  {
    name: 'job deleting',
    first: 'Healthy: 12 of 12',
    open: async (dashboard) => {
      const visit = await atJob(dashboard, 'fine');
      await visit.page.getByRole('button', { name: 'Delete ...' }).click();
      await visit.page.getByRole('button', { name: 'Delete for good' }).click();
      await visit.page.getByText('This is not nightly report').waitFor();
      return visit;
    },
  },
  {
    name: 'job switched',
    first: 'Inactive: nothing runs',
    open: async (dashboard) => {
      const visit = await atJob(dashboard, 'off');
      await visit.page.getByRole('switch').click();
      await visit.page.getByRole('button', { name: 'Undo' }).click();
      await visit.page.getByText('Undone.').waitFor();
      return visit;
    },
  },
  {
    name: 'job gone',
    first: 'Gone, or not yours',
    open: (dashboard) => at(dashboard, '/dashboard/jobs/999999'),
  },
  {
    name: 'job without an answer',
    first: 'Healthy: 12 of 12',
    open: async (dashboard) => {
      const visit = await dashboard.signedIn(...ADMIN);
      await visit.page.clock.install();
      await visit.goto(`/dashboard/jobs/${made['fine']?.jobId}`);
      await visit.firstLine('Healthy');
      await visit.page.context().setOffline(true);
      await visit.page.clock.runFor(POLL_MS);
      await visit.page.getByText('No answer from Carillon').waitFor();
      return visit;
    },
  },
];

async function at(dashboard: Dashboard, path: string, words: readonly string[] = ADMIN): Promise<Visit> {
  const visit = await dashboard.signedIn(...words);
  await visit.goto(path);
  return visit;
}

function atJob(dashboard: Dashboard, name: string, words: readonly string[] = ADMIN): Promise<Visit> {
  return at(dashboard, `/dashboard/jobs/${made[name]?.jobId}`, words);
}

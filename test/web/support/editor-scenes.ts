import { freePort } from '../../support/free-port.js';
import type { Dashboard } from './dashboard.js';
import type { EditorStage, StagedJob } from './editor-stage.js';
import type { Visit } from './visit.js';

/** A state of the pages that edit: how it comes about, and what its first line says then. */
export interface EditorScene {
  readonly name: string;
  readonly first: string | RegExp;
  readonly open: (dashboard: Dashboard, stage: EditorStage) => Promise<Visit>;
}

const ADMIN = ['--tenant', 'acme'] as const;
const NEW = '/dashboard/jobs/new';
const NIGHTLY = /^Runs every weekday at 03:00 UTC, next (.* )?03:00 UTC$/;

export const editOf = ({ jobId }: StagedJob) => `/dashboard/jobs/${jobId}/edit`;
export const scheduleOf = ({ jobId, scheduleIds }: StagedJob, place: number) =>
  `/dashboard/jobs/${jobId}/schedules/${scheduleIds[place]}/edit`;

/** Every state of the pages that make and change jobs and schedules. */
export const EDITOR_SCENES: readonly EditorScene[] = [
  { name: 'editor new', first: 'New job', open: (dashboard) => at(dashboard, NEW) },
  {
    name: 'editor new as provider',
    first: 'New job',
    open: async (dashboard) => {
      const visit = await at(dashboard, NEW, []);
      await visit.page.getByText('The job will belong to the provider.').waitFor();
      return visit;
    },
  },
  {
    name: 'editor example as a tenant',
    first: /^Runs every 10 seconds/,
    open: async (dashboard) => {
      const visit = await at(dashboard, '/dashboard/as/acme/jobs/new?example=1', []);
      await visit.page.getByText('The job will belong to tenant acme.').waitFor();
      await visit.page.getByText('an access token of tenant acme').waitFor();
      await visit.page.getByText('npm run -s token -- --tenant acme').waitFor();
      return visit;
    },
  },
  {
    name: 'editor filled elsewhere',
    first: 'Runs every weekday at 09:00 UTC',
    open: async (dashboard, { target }) => {
      const visit = await dashboard.visit({ timezoneId: 'Europe/Berlin' });
      await visit.page.goto(await dashboard.link(...ADMIN));
      await visit.page.getByRole('button', { name: 'Sign in' }).click();
      await visit.page.waitForURL('**/dashboard/');
      await visit.goto(NEW);
      await fillIn(visit, 'sales of the day', target.url('/report'));
      await visit.page.getByRole('button', { name: 'Weekdays at 09:00' }).click();
      await visit.page.getByText('First run ').waitFor();
      return visit;
    },
  },
  {
    name: 'editor incomplete',
    first: 'New job',
    open: async (dashboard) => {
      const visit = await at(dashboard, NEW);
      await visit.page.getByRole('button', { name: 'Create job' }).click();
      await visit.page.getByText('Enter a name').waitFor();
      return visit;
    },
  },
  {
    name: 'editor refused',
    first: 'This schedule cannot be read yet',
    open: async (dashboard) => {
      const visit = await at(dashboard, NEW);
      const { page } = visit;
      await fillIn(visit, 'sales/day', 'report');
      await page.getByLabel('Cron pattern').fill('* * * friday 9 0 0');
      await page.getByLabel('Time zone').fill('Europe/Atlantis');
      await page.getByText('Credentials, start and end').click();
      await page.getByLabel('User').fill('a:b');
      await page.getByRole('button', { name: 'Create job' }).click();
      await page.getByText('must be an absolute URL').waitFor();
      await page.getByText('This is not a time zone that this service knows').waitFor();
      return visit;
    },
  },
  {
    name: 'editor line of Linux',
    first: 'This schedule cannot be read yet',
    open: async (dashboard) => {
      const visit = await at(dashboard, NEW);
      await visit.page.getByLabel('Cron pattern').fill('*/15 9-17 * * 1-5');
      await visit.page.getByRole('button', { name: /^Use / }).waitFor();
      return visit;
    },
  },
  {
    name: 'editor warning',
    first: /^No firing is to come/,
    open: async (dashboard) => {
      const visit = await at(dashboard, NEW);
      const { page } = visit;
      await page.getByRole('button', { name: 'First of the month' }).click();
      await page.getByText('Description, data, start and end').click();
      await page.locator('#schedule-endTime').fill(new Date(Date.now() + 60_000).toISOString().slice(0, 16));
      await page.getByText('The window ends before the first firing.').waitFor();
      return visit;
    },
  },
  {
    name: 'editor once',
    first: /^Runs once/,
    open: async (dashboard) => {
      const visit = await at(dashboard, NEW);
      await visit.page.getByText('Once', { exact: true }).click();
      await visit.page.getByLabel('Once at').fill('tomorrow at 4pm');
      return visit;
    },
  },
  {
    name: 'editor duplicate',
    first: NIGHTLY,
    open: (dashboard, { simple }) => at(dashboard, `${NEW}?from=${simple.jobId}`),
  },
  {
    name: 'editor duplicate of several',
    first: /^Runs every day in 2099 at 03:00 UTC/,
    open: async (dashboard, { several }) => {
      const visit = await at(dashboard, `${NEW}?from=${several.jobId}`);
      await visit.page.getByText('2 other schedules are copied along').waitFor();
      return visit;
    },
  },
  { name: 'editor edit', first: NIGHTLY, open: (dashboard, { simple }) => at(dashboard, editOf(simple)) },
  {
    name: 'editor code',
    first: /^Off; would run every weekday at 03:00 UTC$/,
    open: async (dashboard, { simple }) => {
      const visit = await at(dashboard, editOf(simple));
      await visit.page.getByLabel('The job is active').uncheck();
      await visit.page.getByLabel('Password').fill('another');
      await visit.page.getByText('curl', { exact: true }).click();
      await visit.page.getByRole('region', { name: 'curl' }).waitFor();
      return visit;
    },
  },
  {
    name: 'editor edit of several',
    first: 'invoices has 3 schedules',
    open: (dashboard, { several }) => at(dashboard, editOf(several)),
  },
  {
    name: 'editor schedule',
    first: 'Off; would run every day at 18:40 UTC',
    open: (dashboard, { several }) => at(dashboard, scheduleOf(several, 1)),
  },
  {
    name: 'editor new schedule',
    first: 'New schedule of invoices',
    open: (dashboard, { several }) => at(dashboard, `/dashboard/jobs/${several.jobId}/schedules/new`),
  },
  {
    name: 'editor task',
    first: /^Runs every day in 2099 at 03:00 UTC/,
    open: (dashboard, { task }) => at(dashboard, editOf(task), []),
  },
  {
    name: 'editor copy of a task',
    first: 'Tasks are made by the API',
    open: (dashboard, { task }) => at(dashboard, `${NEW}?from=${task.jobId}`, []),
  },
  {
    name: 'editor session ended',
    first: /^Runs every 10 seconds/,
    open: async (dashboard) => {
      const visit = await at(dashboard, `${NEW}?example=1`);
      await visit.firstLine(/^Runs every 10 seconds/);
      await visit.send('DELETE', '/dashboard/api/session');
      await visit.page.getByRole('button', { name: 'Create job' }).click();
      const dialog = visit.page.getByRole('dialog', { name: 'Your session has ended' });
      await dialog.getByLabel('Or paste a link here').fill('something else');
      await dialog.getByRole('button', { name: 'Go on with this link' }).click();
      await dialog.getByText('This is no link').waitFor();
      return visit;
    },
  },
  {
    name: 'editor test call answered',
    first: 'New job',
    open: async (dashboard, { target }) => {
      const visit = await at(dashboard, NEW);
      await fillIn(visit, 'sales of the day', target.url('/report'));
      await visit.page.getByRole('button', { name: 'Test call' }).click();
      await visit.page.getByText('The test call succeeded').waitFor();
      return visit;
    },
  },
  {
    name: 'editor test call failed',
    first: 'New job',
    open: async (dashboard, { target }) => {
      const visit = await at(dashboard, NEW);
      await fillIn(visit, 'sales of the day', target.url('/broken'));
      await visit.page.getByRole('button', { name: 'Test call' }).click();
      await visit.page.getByText('The test call failed').waitFor();
      return visit;
    },
  },
  {
    name: 'editor test call without an answer',
    first: 'New job',
    open: async (dashboard) => {
      const visit = await at(dashboard, NEW);
      await fillIn(visit, 'sales of the day', `http://127.0.0.1:${await freePort()}/`);
      await visit.page.getByRole('button', { name: 'Test call' }).click();
      await visit.page.getByText('Start the application').waitFor();
      return visit;
    },
  },
  {
    name: 'editor leaving',
    first: 'New job',
    open: async (dashboard) => {
      const visit = await at(dashboard, NEW);
      await visit.page.getByLabel('Name', { exact: true }).fill('half');
      await visit.page.getByRole('link', { name: 'Cancel' }).click();
      await visit.page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
      return visit;
    },
  },
  {
    name: 'editor deleting a schedule',
    first: 'Off; would run every day at 18:40 UTC',
    open: async (dashboard, { several }) => {
      const visit = await at(dashboard, scheduleOf(several, 1));
      await visit.page.getByRole('button', { name: 'Delete the schedule ...' }).click();
      await visit.page.getByRole('button', { name: 'Delete for good' }).click();
      await visit.page.getByText('This is not 18:40').waitFor();
      return visit;
    },
  },
  {
    name: 'editor of the data of a run',
    first: /^No runs yet/,
    open: async (dashboard, { several }) => {
      const visit = await at(dashboard, `/dashboard/jobs/${several.jobId}`);
      await visit.page.getByText('Run now with other data').first().click();
      await visit.page.getByLabel('Data of this run').fill('{"month": 12,}');
      await visit.page.getByRole('button', { name: 'Run with this data' }).click();
      await visit.page.getByText('This is no JSON').waitFor();
      return visit;
    },
  },
  {
    name: 'editor for a viewer',
    first: 'You may look and not change',
    open: (dashboard) => at(dashboard, NEW, [...ADMIN, '--viewer']),
  },
  {
    name: 'editor of nothing',
    first: 'Gone, or not yours',
    open: (dashboard) => at(dashboard, '/dashboard/jobs/999999/edit'),
  },
];

/** Fills in what a job must have besides its schedule. */
export async function fillIn({ page }: Visit, name: string, action: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Address of your endpoint').fill(action);
}

export async function at(
  dashboard: Dashboard,
  path: string,
  words: readonly string[] = ADMIN,
): Promise<Visit> {
  const visit = await dashboard.signedIn(...words);
  await visit.goto(path);
  return visit;
}

import { runPath, schedulePath } from '../../../web/src/paths.js';
import type { Dashboard } from './dashboard.js';
import type { RunStage } from './run-stage.js';
import type { Visit } from './visit.js';

/** A page about runs in one of its states; what it needs is set by setTheRunStage. */
export interface RunScene {
  readonly name: string;
  readonly first: RegExp;
  readonly open: (dashboard: Dashboard, stage: RunStage) => Promise<Visit>;
}

const NOWHERE = '00000000-0000-4000-8000-000000000000';

async function at(dashboard: Dashboard, path: string, ...words: string[]): Promise<Visit> {
  const visit = await dashboard.signedIn(...words);
  await visit.goto(path);
  return visit;
}

async function scheduleAt(dashboard: Dashboard, { jobId, scheduleId }: RunStage['idle'], query = '') {
  return at(dashboard, schedulePath(jobId, scheduleId) + query);
}

/** Every state of the pages about runs. */
export const RUN_SCENES: readonly RunScene[] = [
  {
    name: 'run that succeeded',
    first: /^Succeeded: the endpoint answered 200 after/,
    open: (dashboard, { succeeded }) => at(dashboard, runPath(succeeded.runId)),
  },
  {
    name: 'run that failed',
    first: /^Failed: the endpoint answered 503 after/,
    open: async (dashboard, { failed: { runId, job, scheduleId } }) => {
      const visit = await at(
        dashboard,
        `${schedulePath(job.id, scheduleId)}/runs/${runId}`,
        '--tenant',
        'beta',
        '--viewer',
      );
      await visit.page.getByText('Show as table').click();
      await visit.page.getByText('Authorization').waitFor();
      return visit;
    },
  },
  {
    name: 'run that reached nobody',
    first: /^Failed: the endpoint refused the connection after/,
    open: (dashboard, { unreached }) => at(dashboard, runPath(unreached.runId)),
  },
  {
    name: 'run that waits',
    first: /^Running for .*: waiting for the report/,
    open: (dashboard, { waiting }) => at(dashboard, runPath(waiting.runId)),
  },
  {
    name: 'run that is called again',
    first: /^Retrying: call 2 of 4 comes in \d+ min$/,
    open: (dashboard, { retrying }) => at(dashboard, runPath(retrying.runId)),
  },
  {
    name: 'schedule of a run that is called again',
    first: /^Last call failed; called again in \d+ min/,
    open: (dashboard, { retrying: { job, scheduleId } }) => at(dashboard, schedulePath(job.id, scheduleId)),
  },
  {
    name: 'job of a run that is called again',
    first: /^Running for/,
    open: (dashboard, { retrying: { job } }) => at(dashboard, `/dashboard/jobs/${job.id}`),
  },
  {
    name: 'run that was skipped',
    first: /^Skipped: run [-0-9a-f]+ of this schedule had not ended/,
    open: (dashboard, { skipped }) => at(dashboard, runPath(skipped.runId)),
  },
  {
    name: 'schedule of a run that was skipped',
    first: /^No run was called|^Last run|^Waiting|^Running|^Switched off|^Off/,
    open: (dashboard, { skipped: { job, scheduleId } }) =>
      at(dashboard, `${schedulePath(job.id, scheduleId)}?state=skipped`),
  },
  {
    name: 'run that is planned',
    first: /^Planned: it comes in .* years, at 2099-/,
    open: (dashboard, { planned }) => at(dashboard, runPath(planned.runId)),
  },
  {
    name: 'run that is not there',
    first: /^There is no such run/,
    open: (dashboard) => at(dashboard, runPath(NOWHERE)),
  },
  {
    name: 'run while it loads',
    first: /^Looking for the run/,
    open: async (dashboard, { succeeded }) => {
      const visit = await dashboard.signedIn();
      // The request is held back, and never sent.
      await visit.page.route('**/dashboard/api/runs/*', () => undefined);
      await visit.goto(runPath(succeeded.runId));
      return visit;
    },
  },
  {
    name: 'schedule',
    first: /^Last run .* ago, took .*, .* late; next in .* years/,
    open: (dashboard, { healthy }) => scheduleAt(dashboard, healthy),
  },
  {
    name: 'schedule that fails',
    first: /^Last run failed \d+ (s|min) ago: the endpoint .*; fails since .* UTC; next in .* years/,
    open: async (dashboard, { broken: { jobId, scheduleId } }) => {
      // A reader elsewhere, with a clock that is a day ahead.
      const visit = await dashboard.visit({ timezoneId: 'Europe/Berlin' });
      await visit.page.goto(await dashboard.link());
      await visit.page.getByRole('button', { name: 'Sign in' }).click();
      await visit.page.waitForURL('**/dashboard/');
      await visit.page.clock.install({ time: Date.now() + 86_400_000 });
      await visit.goto(schedulePath(jobId, scheduleId));
      await visit.page.getByRole('row', { name: '2099-03-01 12:00:00 13:00:00 in 72 years' }).waitFor();
      await visit.page.getByText('The only firing').waitFor();
      return visit;
    },
  },
  {
    name: 'schedule without runs',
    first: /^No runs yet; the first comes in .* years/,
    open: (dashboard, { idle }) => scheduleAt(dashboard, idle),
  },
  {
    name: 'schedule without such runs',
    first: /^Last run .* ago/,
    open: (dashboard, { healthy }) => scheduleAt(dashboard, healthy, '?state=failed'),
  },
  {
    name: 'schedule that is not there',
    first: /^There is no such schedule/,
    open: (dashboard, { idle: { jobId } }) => at(dashboard, schedulePath(jobId, NOWHERE)),
  },
  {
    name: 'runs',
    first: /^\d+ runs, \d+ failed/,
    open: (dashboard) => at(dashboard, '/dashboard/runs', '--tenant', 'beta'),
  },
  {
    name: 'runs of a provider, by result and time',
    first: /^\d+ failed runs between 2020-01-01 00:00 UTC and 2090-01-01 00:00 UTC/,
    open: (dashboard) =>
      at(dashboard, '/dashboard/runs?state=failed&from=2020-01-01T00:00&to=2090-01-01T00:00'),
  },
  {
    name: 'runs that are none',
    first: /^No runs before 2020-01-01 00:00 UTC/,
    open: (dashboard) => at(dashboard, '/dashboard/runs?to=2020-01-01T00:00'),
  },
  {
    name: 'runs of a tenant without any',
    first: /^No runs$/,
    open: (dashboard) => at(dashboard, '/dashboard/runs', '--tenant', 'acme', '--viewer'),
  },
];

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Run } from '../../../web/src/api/runs.js';
import { ActionTarget } from '../../support/action-target.js';
import type { Dashboard } from './dashboard.js';
import { TENANTS } from './dashboard.js';
import { runsOf } from './run-stage.js';

const CLOUD = fileURLToPath(new URL('../../support/cloud-controller/main.mjs', import.meta.url));
const CREDENTIALS = { kind: 'password', user: 'carillon@example.com', password: 'fake-user-password' };
const FAR = [{ cron: '2099 3 1 * 12 0 0', active: true, description: 'Every night' }];
const PARAMETERS = '/scheduler/globalParameters';

/** How the service is started, so that nobody waits for an endpoint that does not answer. */
export const QUICK_ENV = { ACTION_TIMEOUT_MS: '2000' };

/** A run of each cause that a page has something of its own to say of. */
export interface CauseStage {
  readonly unreported: Run;
  readonly unanswered: Run;
  readonly notFound: Run;
  readonly noTls: Run;
  readonly noName: Run;
  readonly reported: Run;
  readonly canceled: Run;
  readonly task: Run;
  readonly end: () => Promise<void>;
}

interface Made {
  readonly jobId: number;
  readonly schedules: readonly { readonly scheduleId: string }[];
}

/** Starts an endpoint and a Cloud Controller, and lets a job of each kind run once. It ends what waits for a report too. */
export async function setTheCauseStage(dashboard: Dashboard): Promise<CauseStage> {
  await dashboard.subscribe('gamma');
  const target = await ActionTarget.start();
  target.reacts(({ path }) => {
    if (path === '/hangs') return { kind: 'hang' };
    return { kind: 'answer', status: path === '/accepts' ? 202 : 404, body: `nothing is at ${path}` };
  });
  const cloud = await startCloud(dashboard);
  const call = (name: string, action: string, until: Run['state']) => {
    const body = { name, action, active: true, httpMethod: 'POST', schedules: FAR };
    return ran(dashboard, { ...{ route: '/scheduler/jobs', body, until }, tenant: TENANTS.gamma });
  };
  // Who waits for a report waits a second for it, until the two of them are over.
  await dashboard.call('PUT', PARAMETERS, { ASYNC_EXEC_TIMEOUT: '1' });
  const overdue = [
    call('orders', target.url('/accepts'), 'UNKNOWN'),
    call('stock', target.url('/hangs'), 'UNKNOWN'),
  ];
  const [notFound, noTls, noName] = await Promise.all([
    call('prices', target.url('/missing'), 'REQUEST_ERROR'),
    call('mails', target.url('/tls').replace('http:', 'https:'), 'REQUEST_ERROR'),
    call('backup', 'http://backup.example.invalid/start', 'REQUEST_ERROR'),
  ]);
  const [unreported, unanswered] = await Promise.all(overdue);
  await dashboard.call('PUT', PARAMETERS, { ASYNC_EXEC_TIMEOUT: '1800' });
  const [accepted, begun, task] = await Promise.all([
    call('invoices', target.url('/accepts'), 'ACK_RECVD'),
    call('archive', target.url('/accepts'), 'ACK_RECVD'),
    ran(dashboard, { route: '/admin/v1/tasks', body: cloud.task, until: 'ERROR' }),
  ]);
  const report = { success: false, message: 'three invoices have no address' };
  const ofRun = `/scheduler/jobs/${accepted.job.id}/schedules/${accepted.scheduleId}/runs/${accepted.runId}`;
  await dashboard.call('PUT', ofRun, report, TENANTS.gamma);
  await dashboard.call('POST', `/api/jobs/${begun.operation}/operations/cancel`, undefined, TENANTS.gamma);
  return {
    ...{ notFound, noTls, noName, task },
    unreported: unreported as Run,
    unanswered: unanswered as Run,
    reported: await untilIs(dashboard, accepted.scheduleId, 'ERROR'),
    canceled: await untilIs(dashboard, begun.scheduleId, 'ERROR'),
    end: async () => {
      await cloud.stop();
      await target.stop();
    },
  };
}

interface Wanted {
  readonly route: string;
  readonly body: object;
  readonly until: Run['state'];
  readonly tenant?: string;
}

/** Makes a job, runs it once, and returns the run with the operation that it belongs to. */
async function ran(dashboard: Dashboard, { route, body, until, tenant }: Wanted) {
  // What the API documents.
  const { jobId, schedules } = (await dashboard.call('POST', route, body, tenant)) as Made;
  const scheduleId = schedules[0]?.scheduleId ?? '';
  const path = `/scheduler/jobs/${jobId}/schedules/${scheduleId}/runs`;
  const { 'job-uri': uri } = (await dashboard.call('POST', path, undefined, tenant)) as { 'job-uri': string };
  return { ...(await untilIs(dashboard, scheduleId, until)), operation: uri.split('/').at(-1) };
}

async function untilIs(dashboard: Dashboard, scheduleId: string, state: Run['state']): Promise<Run> {
  for (;;) {
    const run = (await runsOf(dashboard, `scheduleId=${scheduleId}`)).find((each) => each.state === state);
    if (run) return run;
  }
}

/** Starts a Cloud Controller in a process of its own, and makes a runner; `task` is one whose command fails. */
async function startCloud(dashboard: Dashboard): Promise<{ task: object; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [CLOUD], { env: {} });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { api } = JSON.parse(line) as { api: string };
  // What the fake tells of itself (world.mjs).
  const world = (await (await fetch(`${api}/fake/world`)).json()) as { space: { guid: string } };
  const runner = {
    name: 'night',
    kind: 'cloudfoundry',
    api,
    spaceId: world.space.guid,
    credentials: CREDENTIALS,
  };
  const { runnerId } = (await dashboard.call('POST', '/admin/v1/runners', runner)) as { runnerId: string };
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  const command = 'exit 3';
  return {
    task: { name: 'clean-up', runnerId, appName: 'orders', command, active: true, schedules: FAR },
    stop,
  };
}

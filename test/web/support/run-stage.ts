import type { Run, RunsPage } from '../../../web/src/api/runs.js';
import { ActionTarget } from '../../support/action-target.js';
import { freePort } from '../../support/free-port.js';
import { TENANTS, type Dashboard } from './dashboard.js';

/** A schedule that runs when it is asked to, and by its plan on a day that is far away. */
export interface StagedSchedule {
  readonly jobId: number;
  readonly scheduleId: string;
  /** Runs it, and returns the run once it is `until`. */
  readonly run: (until: Run['state']) => Promise<Run>;
}

/** Jobs of a tenant with an endpoint of each kind, and a run of each. */
export interface RunStage {
  readonly healthy: StagedSchedule;
  readonly broken: StagedSchedule;
  readonly refused: StagedSchedule;
  readonly reporting: StagedSchedule;
  readonly idle: StagedSchedule;
  readonly succeeded: Run;
  readonly failed: Run;
  readonly unreached: Run;
  readonly waiting: Run;
  readonly retrying: Run;
  readonly skipped: Run;
  readonly planned: Run;
  readonly end: () => Promise<void>;
}

const DATA = { report: "sales of 'north'", pages: 3 };
const ANSWERS: Readonly<Record<string, { readonly status: number; readonly body: string }>> = {
  '/ok': { status: 200, body: 'done' },
  '/broken': { status: 503, body: '{"error":"the database is away"}' },
  '/accepts': { status: 202, body: 'I have begun' },
};
const FAR = '2099 3 1 * 12 0 0';

/** Starts an endpoint, makes the jobs, and lets each run once. */
export async function setTheRunStage(dashboard: Dashboard): Promise<RunStage> {
  await dashboard.subscribe('acme');
  await dashboard.subscribe('beta');
  const target = await ActionTarget.start();
  target.reacts(({ path }) => ({ kind: 'answer', ...(ANSWERS[path] ?? { status: 404 }) }));
  const make = async (
    name: string,
    action: string,
    description = '',
    settings = {},
  ): Promise<StagedSchedule> => {
    const schedules = [{ cron: FAR, active: true, data: DATA, description }];
    const body = { name, action, active: true, httpMethod: 'POST', schedules, ...settings };
    const made = (await dashboard.call('POST', '/scheduler/jobs', body, TENANTS.beta)) as {
      jobId: number;
      schedules: { scheduleId: string }[];
    };
    const { jobId } = made;
    const scheduleId = made.schedules[0]?.scheduleId ?? '';
    return { jobId, scheduleId, run: (until) => runNow(dashboard, { jobId, scheduleId, until }) };
  };
  const healthy = await make('nightly report', target.url('/ok'), 'Every night');
  const broken = await make('invoices', target.url('/broken'));
  const refused = await make('mails', `http://127.0.0.1:${await freePort()}/send`);
  const reporting = await make('import of orders', target.url('/accepts'));
  const again = await make('prices', target.url('/broken'), '', {
    ...{ retry: { delay: '1 hour' }, timeout: '2 minutes' },
  });
  const idle = await make('yearly archive', target.url('/ok'));
  const planned = (await runsOf(dashboard, `scheduleId=${idle.scheduleId}&state=SCHEDULED`))[0];
  if (!planned) throw new Error('An active schedule has a planned run.');
  return {
    ...{ healthy, broken, refused, reporting, idle, planned },
    succeeded: await healthy.run('SUCCESS'),
    failed: await broken.run('ERROR'),
    unreached: await refused.run('REQUEST_ERROR'),
    waiting: await reporting.run('ACK_RECVD'),
    retrying: await again.run('RETRYING'),
    skipped: await skippedRun(dashboard, target.url('/accepts')),
    end: () => target.stop(),
  };
}

/** Returns runs as the API lists them, the latest first. */
export async function runsOf(dashboard: Dashboard, query: string): Promise<readonly Run[]> {
  return ((await dashboard.call('GET', `/dashboard/api/runs?${query}`)) as RunsPage).results;
}

interface Wanted {
  readonly jobId: number;
  readonly scheduleId: string;
  readonly until: Run['state'];
}

async function runNow(dashboard: Dashboard, { jobId, scheduleId, until }: Wanted): Promise<Run> {
  const query = `scheduleId=${scheduleId}`;
  const before = new Set((await runsOf(dashboard, query)).map(({ runId }) => runId));
  await dashboard.call(
    'POST',
    `/scheduler/jobs/${jobId}/schedules/${scheduleId}/runs`,
    undefined,
    TENANTS.beta,
  );
  for (;;) {
    const run = (await runsOf(dashboard, query)).find(({ runId }) => !before.has(runId));
    if (run?.state === until) return run;
  }
}

/** Returns a run that met another one of its schedule. */
async function skippedRun(dashboard: Dashboard, action: string): Promise<Run> {
  const schedules = [{ repeatInterval: '1 second', active: true, overlap: 'skip' }];
  const job = { name: 'stock', action, active: true, schedules };
  const made = (await dashboard.call('POST', '/scheduler/jobs', job, TENANTS.beta)) as {
    jobId: number;
    schedules: { scheduleId: string }[];
  };
  const scheduleId = made.schedules[0]?.scheduleId ?? '';
  for (;;) {
    const [run] = await runsOf(dashboard, `scheduleId=${scheduleId}&state=SKIPPED`);
    if (!run) continue;
    await dashboard.call('PUT', `/scheduler/jobs/${made.jobId}`, { active: false }, TENANTS.beta);
    return run;
  }
}

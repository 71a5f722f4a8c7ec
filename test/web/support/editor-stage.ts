import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ActionTarget } from '../../support/action-target.js';
import { TENANTS, type Dashboard } from './dashboard.js';

const CLOUD = fileURLToPath(new URL('../../support/cloud-controller/main.mjs', import.meta.url));
const CREDENTIALS = { kind: 'password', user: 'carillon@example.com', password: 'fake-user-password' };
/** What an answer of a real application may look like. */
const ANSWER = { status: 200, body: '{"rows":1204,"took":"1.2 s"}' };

/** A job and its schedules, as the API made them. */
export interface StagedJob {
  readonly jobId: number;
  readonly scheduleIds: readonly string[];
}

/** Jobs of a tenant to edit and to copy, a task of the provider, and an endpoint. */
export interface EditorStage {
  readonly target: ActionTarget;
  readonly simple: StagedJob;
  readonly several: StagedJob;
  readonly task: StagedJob;
  readonly end: () => Promise<void>;
}

interface MadeWire {
  readonly jobId: number;
  readonly schedules: readonly { readonly scheduleId: string }[];
}

/** Starts an endpoint and a Cloud Controller, and makes the jobs. */
export async function setTheEditorStage(dashboard: Dashboard): Promise<EditorStage> {
  for (const subdomain of ['acme', 'beta'] as const) await dashboard.subscribe(subdomain);
  const target = await ActionTarget.start();
  target.reacts(({ path }) => ({
    kind: 'answer',
    ...(path === '/broken' ? { status: 503, body: 'The database is being moved.' } : ANSWER),
  }));
  const make = async (body: object, route = '/scheduler/jobs', tenant?: string): Promise<StagedJob> => {
    const made = (await dashboard.call('POST', route, body, tenant)) as MadeWire;
    return { jobId: made.jobId, scheduleIds: made.schedules.map(({ scheduleId }) => scheduleId) };
  };
  const simple = await make(
    {
      ...{ name: 'nightly report', description: 'Sends the sales of the day', active: true },
      ...{ action: target.url('/report'), user: 'reporter', password: 'secret' },
      schedules: [{ cron: '* * * mon:fri 3 0 0', active: true, data: { month: 12 } }],
    },
    '/scheduler/jobs',
    TENANTS.acme,
  );
  const several = await make(
    {
      ...{ name: 'invoices', active: true, action: target.url('/invoices') },
      schedules: [
        { cron: '2099 * * * 3 0 0', active: true, description: 'At night' },
        { repeatAt: '18:40', active: false },
        { repeatInterval: '3 years', active: true },
      ],
    },
    '/scheduler/jobs',
    TENANTS.acme,
  );
  const cloud = await startCloud();
  const runner = { name: 'orders-space', kind: 'cloudfoundry', credentials: CREDENTIALS };
  const { api, spaceId } = cloud;
  const { runnerId } = (await dashboard.call('POST', '/admin/v1/runners', { ...runner, api, spaceId })) as {
    runnerId: string;
  };
  const schedules = [{ cron: '2099 * * * 3 0 0', active: true, data: { memory_in_mb: 512 } }];
  const task = { name: 'clean-up', runnerId, appName: 'orders', command: 'bin/clean --all', active: true };
  return {
    ...{ target, simple, several },
    task: await make({ ...task, schedules }, '/admin/v1/tasks'),
    end: async () => {
      await cloud.stop();
      await target.stop();
    },
  };
}

/** Starts a Cloud Controller in a process of its own. */
async function startCloud(): Promise<{ api: string; spaceId: string; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [CLOUD], { env: {} });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { api } = JSON.parse(line) as { api: string };
  const world = await (await fetch(`${api}/fake/world`)).json();
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  // What the fake tells of itself (world.mjs).
  return { api, spaceId: (world as { space: { guid: string } }).space.guid, stop };
}

import type { Overview } from '../../../web/src/api/overview.js';
import { ActionTarget } from '../../support/action-target.js';
import { freePort } from '../../support/free-port.js';
import type { Dashboard, MadeJob } from './dashboard.js';

/** The tenants of the stage, by what they show. */
export const HOME_TENANTS = {
  /** Its runs succeed. */
  fine: 'a1111111-1111-4111-8111-111111111111',
  /** Two of its schedules fail. */
  troubled: 'a2222222-2222-4222-8222-222222222222',
  /** It has a job that has never run. */
  waiting: 'a3333333-3333-4333-8333-333333333333',
  /** A run that was asked for does not end. */
  busy: 'a4444444-4444-4444-8444-444444444444',
  asleep: 'a5555555-5555-4555-8555-555555555555',
} as const;

export type HomeTenant = keyof typeof HOME_TENANTS;

/** So many calls the stage makes before it is set. */
const CALLS = { fine: 9, troubled: 5, busy: 1 } as const;
const MANY = 60;

export interface HomeStage {
  readonly fine: MadeJob;
  readonly broken: MadeJob;
  /** Lets the endpoint of `broken` answer as it should. */
  readonly mend: () => void;
  /** Subscribes more tenants than a page of the list holds. */
  readonly crowd: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Sets tenants that are well, that fail, that wait, that are busy and that are suspended. */
export async function setTheHomeStage(dashboard: Dashboard): Promise<HomeStage> {
  for (const [name, id] of Object.entries(HOME_TENANTS)) await subscribe(dashboard, name, id);
  const target = await ActionTarget.start();
  target.reacts(({ path }) => {
    if (path === '/hangs') return { kind: 'hang' };
    return path === '/broken'
      ? { kind: 'answer', status: 503, body: 'The database is being moved.' }
      : { kind: 'answer', body: 'done' };
  });
  const make = (name: string, action: string, tenant: HomeTenant) =>
    dashboard.makeIdleJob({ name, action }, HOME_TENANTS[tenant]);
  const fine = await make('nightly report', target.url('/ok'), 'fine');
  const broken = await make('invoices', target.url('/broken'), 'troubled');
  const refused = await make('mails', `http://127.0.0.1:${await freePort()}/send`, 'troubled');
  await make('yearly archive', target.url('/ok'), 'waiting');
  const hanging = await make('import of orders', target.url('/hangs'), 'busy');
  await make('clean-up', target.url('/ok'), 'asleep');
  for (let count = 0; count < CALLS.fine; count++) await dashboard.runNow(fine);
  for (let count = 0; count < CALLS.troubled - 1; count++) await dashboard.runNow(broken);
  await dashboard.runNow(refused);
  const { jobId, scheduleId, tenant } = hanging;
  await dashboard.call('POST', `/scheduler/jobs/${jobId}/schedules/${scheduleId}/runs`, {}, tenant);
  await dashboard.call('POST', `/admin/v1/tenants/${HOME_TENANTS.asleep}/suspend`);
  await counted(dashboard, CALLS.fine + CALLS.troubled);
  return {
    fine,
    broken,
    mend: () => target.reacts({ kind: 'answer' }),
    crowd: async () => {
      for (let count = 1; count <= MANY; count++) {
        const digits = String(count).padStart(2, '0');
        await subscribe(dashboard, `crowd-${digits}`, `b0000000-0000-4000-8000-0000000000${digits}`);
      }
    },
    end: () => target.stop(),
  };
}

/**
 * Waits until so many calls are counted: a replica adds what it counted every ten seconds. Nobody has asked for the sums by
 * tenant before, which are kept for a minute.
 */
async function counted(dashboard: Dashboard, calls: number): Promise<void> {
  for (let sum = 0; sum < calls;) {
    const { outcomes } = (await dashboard.call('GET', '/dashboard/api/overview')) as Overview;
    sum = outcomes.called.reduce((total, count) => total + count, 0);
  }
}

async function subscribe(dashboard: Dashboard, subdomain: string, id: string): Promise<void> {
  const app = { subscriptionAppId: 'shop', subscriptionAppName: 'shop' };
  const body = { subscribedTenantId: id, subscribedSubdomain: subdomain, ...app };
  await dashboard.call('PUT', `/callback/v1.0/tenants/${id}`, body);
}

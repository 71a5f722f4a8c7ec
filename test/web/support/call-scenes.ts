import { freePort } from '../../support/free-port.js';
import { TENANTS, type Dashboard, type MadeJob } from './dashboard.js';
import { at, editOf, type EditorScene } from './editor-scenes.js';
import type { Visit } from './visit.js';

const KEYS = '/dashboard/signing-keys';
/** So many calls in a row have to fail. */
const FAILURES = 10;
/** Their tenant has nothing else. */
const OF_AWAY = ['--tenant', 'gamma'] as const;

/** The job whose endpoint is away, once it is. */
let awayJob: MadeJob | null = null;

/** Lets the endpoint of a job be away, and a run wait for it. */
async function setAway(dashboard: Dashboard): Promise<MadeJob> {
  if (awayJob) return awayJob;
  await dashboard.subscribe('gamma');
  const action = `http://127.0.0.1:${await freePort()}/orders`;
  const job = { name: 'orders', action, throttle: { calls: 100, per: '1 minute', concurrency: 5 } };
  const calls = { breaker: { holdFor: '2 hours' }, headers: { 'X-Api-Key': 'secret', 'X-Team': 'orders' } };
  const made = await dashboard.makeIdleJob({ ...job, ...calls }, TENANTS.gamma);
  for (let count = 0; count < FAILURES; count++) await dashboard.runNow(made);
  const { jobId, scheduleId, tenant } = made;
  await dashboard.call('POST', `/scheduler/jobs/${jobId}/schedules/${scheduleId}/runs`, {}, tenant);
  awayJob = made;
  return made;
}

async function madeKey(visit: Visit, kind: string): Promise<Visit> {
  await visit.page.getByText(kind, { exact: true }).click();
  await visit.page.getByRole('button', { name: 'Make key' }).click();
  return visit;
}

/** The pages about what calls carry, and about endpoints that are away. */
export const CALL_SCENES: readonly EditorScene[] = [
  {
    name: 'signing keys two',
    first: 'Two signing keys: every signed call carries a signature by each',
    open: async (dashboard) => {
      const visit = await at(dashboard, KEYS, ['--tenant', 'beta']);
      await visit.firstLine('No signing key yet: no call is signed');
      await madeKey(visit, 'Key pair (v1a)');
      await visit.firstLine(/^One signing key, made /);
      await madeKey(visit, 'Shared secret (v1)');
      await visit.page.getByText(/^whsec_/).waitFor();
      await visit.page.getByText('new Webhook(process.env.SIGNING_SECRET)').waitFor();
      return visit;
    },
  },
  {
    name: 'endpoints away',
    first: /^1 endpoint is away: /,
    open: async (dashboard) => {
      const { jobId } = await setAway(dashboard);
      const visit = await at(dashboard, `/dashboard/jobs/${jobId}`, OF_AWAY);
      await visit.page.getByText(/is away since/).waitFor();
      await visit.page.getByText('A run of this job waits up to 2 hours').waitFor();
      await visit.page.getByText('Sends 2 additional headers: X-Api-Key and X-Team').waitFor();
      await visit.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Home' }).click();
      await visit.page.getByText(/^1 endpoint is away: /).waitFor();
      await visit.page.getByRole('link', { name: 'See which, and what happens to their runs' }).click();
      return visit;
    },
  },
];

/** More of them to look at: what they show is checked in other scenes and journeys. */
export const CALL_PICTURES: readonly EditorScene[] = [
  {
    name: 'home with an endpoint away',
    first: /^1 schedule fails$/,
    open: async (dashboard) => {
      await setAway(dashboard);
      const visit = await at(dashboard, '/dashboard/', OF_AWAY);
      await visit.page.getByText(/^1 endpoint is away/).waitFor();
      return visit;
    },
  },
  {
    name: 'job with its endpoint away',
    first: /^Fails since/,
    open: async (dashboard) => {
      const { jobId } = await setAway(dashboard);
      const visit = await at(dashboard, `/dashboard/jobs/${jobId}`, OF_AWAY);
      await visit.page.getByText(/is away since/).waitFor();
      return visit;
    },
  },
  {
    name: 'editor headers as stored',
    first: /^Runs /,
    open: async (dashboard) => {
      const { jobId, scheduleId } = await setAway(dashboard);
      const visit = await at(dashboard, editOf({ jobId, scheduleIds: [scheduleId] }), OF_AWAY);
      await visit.page.getByRole('button', { name: 'Replace X-Team' }).click();
      await visit.page.getByRole('group', { name: 'X-Team' }).scrollIntoViewIfNeeded();
      return visit;
    },
  },
  {
    name: 'endpoints away of a provider',
    first: /^1 endpoint is away/,
    open: async (dashboard) => {
      await setAway(dashboard);
      return at(dashboard, '/dashboard/breakers', []);
    },
  },
  {
    name: 'endpoints none away',
    first: 'No endpoint is away',
    open: (dashboard) => at(dashboard, '/dashboard/breakers'),
  },
  {
    name: 'signing keys none',
    first: 'No signing key yet: no call is signed',
    open: (dashboard) => at(dashboard, KEYS, []),
  },
  {
    name: 'signing keys for a viewer',
    first: 'Two signing keys: every signed call carries a signature by each',
    open: async (dashboard) => {
      const visit = await at(dashboard, KEYS, ['--tenant', 'beta', '--viewer']);
      await visit.page.getByText('You may look at the keys and not change them.').waitFor();
      return visit;
    },
  },
  {
    name: 'signing keys deleting',
    first: 'Two signing keys: every signed call carries a signature by each',
    open: async (dashboard) => {
      const visit = await at(dashboard, KEYS, ['--tenant', 'beta']);
      await visit.page.getByRole('button', { name: 'Delete ...' }).first().click();
      await visit.page.getByRole('button', { name: 'Delete for good' }).click();
      return visit;
    },
  },
];

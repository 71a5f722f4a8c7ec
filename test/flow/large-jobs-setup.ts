import { HOUR_MS } from '../../src/core/instant.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';
import type { DatabaseKind } from '../support/databases.js';
import { watchTransactions } from '../support/transactions.js';
import { JobWorkChores } from '../../src/schedule/work/job-work-chores.js';
import { startFlow, type Flow } from './setup.js';

export const BATCH = 2;
export const HOURLY = { cron: '* * * * * 0 0', active: true };
export const END = '2090-01-01T00:00:00Z';

/** A job with several schedules of every hour. */
export interface Big {
  readonly jobId: number;
  readonly name: string;
  readonly path: string;
}

export type Deed = (flow: Flow, job: Big) => Promise<number>;

export const put =
  (change: object): Deed =>
  async ({ acme }, { path }) =>
    (await acme.put(path, change)).status;

const bulk =
  (verb: string, target: string): Deed =>
  async ({ acme, app }, { name }) => {
    const order = { filter: `name eq '${name}'`, target };
    const { status } = await acme.post(`/scheduler/jobs/operations/${verb}`, order);
    await app.get(OperationWorker, { strict: false }).tick();
    return status;
  };

export const contentOf = ({ target }: Flow, { name }: { name: string }) => ({
  action: target.url(`/${name}`),
  active: true,
});

export const asIs = (_flow: Flow, _job: Big) => Promise.resolve(0);

/** What changes all schedules of a job: what comes before it, and how many schedules and plans are left of six. */
export const DEEDS: Record<string, { before?: Deed; deed: Deed; left: number; planned: number }> = {
  'is switched off': { deed: put({ active: false }), left: 6, planned: 0 },
  'is switched on': { before: put({ active: false }), deed: put({ active: true }), left: 6, planned: 6 },
  'gets an end': { deed: put({ endTime: END }), left: 6, planned: 6 },
  'gets an end that has passed': { deed: put({ endTime: '2001-01-01T00:00:00Z' }), left: 6, planned: 0 },
  'gets another action': { deed: put({ action: 'https://127.0.0.1:1/y' }), left: 6, planned: 6 },
  'is deleted': { deed: async ({ acme }, { path }) => (await acme.delete(path)).status, left: 0, planned: 0 },
  'loses its schedules': {
    deed: async ({ acme }, { path }) => (await acme.delete(`${path}/schedules`)).status,
    left: 0,
    planned: 0,
  },
  'is put by its name': {
    deed: async (flow, job) => {
      const content = { ...contentOf(flow, job), schedules: [HOURLY] };
      return (await flow.acme.put(`/scheduler/jobs/${job.name}`, content)).status;
    },
    left: 1,
    planned: 1,
  },
  'is put by its name and switched off': {
    deed: async (flow, job) => {
      const content = { ...contentOf(flow, job), active: false, schedules: [HOURLY] };
      return (await flow.acme.put(`/scheduler/jobs/${job.name}`, content)).status;
    },
    left: 1,
    planned: 0,
  },
  'is replaced by an import': {
    deed: async (flow, job) => {
      const results = [{ name: job.name, ...contentOf(flow, job), schedules: [HOURLY] }];
      const { status } = await flow.acme.post('/scheduler/import?existing=replace', { results });
      await flow.app.get(OperationWorker, { strict: false }).tick();
      return status;
    },
    left: 1,
    planned: 1,
  },
  'has its schedules switched off': {
    deed: async ({ acme }, { path }) =>
      (await acme.post(`${path}/schedules/activationStatus`, { activationStatus: false })).status,
    left: 6,
    planned: 0,
  },
  'is switched off in bulk': { deed: bulk('deactivate', 'jobs'), left: 6, planned: 0 },
  'is switched on in bulk': {
    before: put({ active: false }),
    deed: bulk('activate', 'jobs'),
    left: 6,
    planned: 6,
  },
  'is deleted in bulk': { deed: bulk('delete', 'jobs'), left: 0, planned: 0 },
  'loses its schedules in bulk': { deed: bulk('delete', 'schedules'), left: 0, planned: 0 },
  'has its schedules switched off in bulk': { deed: bulk('deactivate', 'schedules'), left: 6, planned: 0 },
  'has its schedules switched on in bulk': {
    before: bulk('deactivate', 'schedules'),
    deed: bulk('activate', 'schedules'),
    left: 6,
    planned: 6,
  },
};

/** Deeds that are done within their request: operations go on by themselves, with a chore of their own. */
export const REQUESTS = Object.entries(DEEDS).filter(([name]) => !/bulk|import/.test(name));
let made = 0;

/** Starts the application with small batches, and watches its transactions. */
export async function startLarge(kind: DatabaseKind) {
  const flow = await startFlow(kind, { RATE_LIMIT_CLIENT_PER_MINUTE: '0' }, { workBatch: BATCH });
  const watch = watchTransactions(flow.database);
  const chores = flow.app.get(JobWorkChores, { strict: false });

  const callsOf = ({ name }: Big) => flow.target.calls.filter(({ path }) => path === `/${name}`).length;

  /** A job that is alone. */
  async function setup(schedules = 6): Promise<Big> {
    flow.clock.set(Math.ceil(flow.clock.now() / HOUR_MS) * HOUR_MS + HOUR_MS / 2);
    await flow.acme.post('/scheduler/jobs/operations/delete', { filter: "startswith(name, 'big-')" });
    await flow.app.get(OperationWorker, { strict: false }).tick();
    await flow.drain();
    const name = `big-${++made}`;
    const body = {
      name,
      ...contentOf(flow, { name }),
      schedules: Array.from({ length: schedules }, () => HOURLY),
    };
    const { body: job } = await flow.acme.post('/scheduler/jobs', body).expect(201);
    return { jobId: job.jobId, name, path: `/scheduler/jobs/${job.jobId}` };
  }

  const numbers = async (sql: string, parameters: readonly unknown[] = []) => {
    const [row] = await flow.database.read((tx) => tx.query<Record<string, unknown>>(sql, parameters));
    return Object.values(row ?? {}).map(Number);
  };

  /** Schedules and planned runs of a job: by the rows, as everything that is told of it is made of them. */
  const leftOf = async ({ jobId }: Big) => {
    const [schedules] = await numbers('SELECT COUNT(*) AS n FROM schedule WHERE job_id = ?', [jobId]);
    const [planned] = await numbers(
      'SELECT COUNT(*) AS n FROM run r JOIN schedule s ON s.id = r.schedule_id WHERE s.job_id = ? AND r.state = 0',
      [jobId],
    );
    return { schedules, planned };
  };

  /** The counters say what counting says, and nothing is left to be done or belongs to nobody. */
  async function expectSound(): Promise<void> {
    const counted = await numbers(
      `SELECT COUNT(*) AS schedules, COALESCE(SUM(CASE WHEN s.active = 1 AND j.active = 1
         THEN s.firings_per_hour ELSE 0 END), 0) AS firings FROM schedule s JOIN job j ON j.id = s.job_id`,
    );
    const kept = await numbers(
      'SELECT SUM(schedules) AS schedules, SUM(firings_per_hour) AS firings FROM plan_count',
    );
    expect(kept).toEqual(counted);
    const jobs = await numbers(
      'SELECT COALESCE(SUM(active), 0) AS a, COUNT(*) - COALESCE(SUM(active), 0) AS i FROM job',
    );
    expect(await numbers('SELECT SUM(active) AS a, SUM(inactive) AS i FROM job_count')).toEqual(jobs);
    for (const table of ['schedule', 'search_text', 'action_log']) {
      const orphans = `SELECT COUNT(*) AS n FROM ${table} WHERE job_id NOT IN (SELECT id FROM job)`;
      expect([table, ...(await numbers(orphans))]).toEqual([table, 0]);
    }
    expect(await numbers('SELECT COUNT(*) AS n FROM job_work')).toEqual([0]);
  }

  return { flow, watch, chores, setup, callsOf, leftOf, expectSound };
}

import { Offboarding } from '../../src/subscription/offboarding.js';
import { databaseKinds } from '../support/databases.js';
import { watchTransactions } from '../support/transactions.js';
import { startFlow, TENANTS } from './setup.js';

const HOURLY = { cron: '* * * * * 0 0', active: true };
/** Rows that one statement deletes at most. */
const BATCH = 500;
const LARGE = 2 * BATCH + 1;
const TABLES = [
  'job',
  'schedule',
  'run',
  'search_text',
  'plan_count',
  'job_count',
  'job_work',
  'schedule_data',
];

describe.each(databaseKinds)('The off-boarding of a tenant with a large job on $name', (kind) => {
  async function setup() {
    const limits = { MAX_SCHEDULES_PER_JOB: `${LARGE}..${LARGE}`, RATE_LIMIT_CLIENT_PER_MINUTE: '0' };
    const flow = await startFlow(kind, limits, { workBatch: 2 });
    const watch = watchTransactions(flow.database);
    const { acme, beta, provider, target, database, app, clock } = flow;
    const job = (name: string, count: number) => ({
      ...{ name, action: target.url(), active: true },
      schedules: Array.from({ length: count }, () => HOURLY),
    });
    await beta.post('/scheduler/jobs', job('stays', 1)).expect(201);
    await acme.post('/scheduler/jobs', job('large', LARGE)).expect(201);
    // What a deletion and a change left when their process died.
    for (const deed of ['delete', 'put'] as const) {
      const { body } = await acme.post('/scheduler/jobs', job(deed, 6)).expect(201);
      watch.crashAfter(1);
      await acme[deed](`/scheduler/jobs/${body.jobId}`, { active: false });
      watch.recover();
    }
    // Earlier data: two versions of each schedule.
    for (const version of [0, 1])
      await database.transaction((tx) =>
        tx.execute(
          `INSERT INTO schedule_data (schedule_id, version, data, replaced_at) SELECT id, ${version}, '{}', ${clock.now()} FROM schedule`,
        ),
      );
    const count = async (table: string) => {
      const rows = await database.read((tx) => tx.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`));
      return Number(rows[0]?.n);
    };
    const left = async () =>
      Object.fromEntries(
        await Promise.all(TABLES.map(async (table) => [table, await count(table)] as const)),
      );
    const leave = () => provider.delete(`/callback/v1.0/tenants/${TENANTS.acme}`);
    const logs = () => count('action_log WHERE job_id NOT IN (SELECT id FROM job)');
    const offboarding = app.get(Offboarding, { strict: false });
    watch.counts.length = 0;
    return { ...flow, watch, left, leave, logs, offboarding };
  }

  /** One job with one schedule; the counters that are kept are of tenants that have or had a job. */
  const NEIGHBOUR = {
    job: 1,
    schedule: 1,
    run: 1,
    search_text: 2,
    plan_count: 1,
    job_count: 1,
    job_work: 0,
    schedule_data: 2,
  };

  it('deletes everything of it, so many rows in each statement', async () => {
    const { watch, left, leave, logs, sweeper } = await setup();
    await leave().expect(200);
    await sweeper.purge();
    expect(await left()).toEqual(NEIGHBOUR);
    expect(await logs()).toBe(0);
    expect(Math.max(...watch.counts.map(({ rows }) => rows))).toBe(BATCH);
  });

  it('is over for callers at once, and goes on after a crash', async () => {
    const { watch, acme, left, leave, logs, offboarding, sweeper } = await setup();
    watch.crashAfter(2);
    await leave();
    watch.recover();
    expect((await left())['schedule']).toBeGreaterThan(LARGE);
    expect((await acme.get('/scheduler/jobs')).status).toBe(401);
    await offboarding.goOn();
    await sweeper.purge();
    expect(await left()).toEqual(NEIGHBOUR);
    expect(await logs()).toBe(0);
  });
});

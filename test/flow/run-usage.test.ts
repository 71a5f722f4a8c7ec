import { executedRun } from '../../src/dispatch/executed-run.js';
import { Heartbeat } from '../../src/replica/heartbeat.js';
import { OutcomeStore } from '../../src/run-log/outcome.store.js';
import { HeldRunStore } from '../../src/run-log/queue/held-run.store.js';
import { RunUsage } from '../../src/run-log/usage/run-usage.js';
import { Offboarding } from '../../src/subscription/offboarding.js';
import { TENANTS } from '../support/app.js';
import { bearer } from '../auth/setup.js';
import { databaseKinds } from '../support/databases.js';
import { runsOf, startFlow, type Flow } from './setup.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

describe.each(databaseKinds)('The usage of a tenant on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  /** A day on which nobody has used anything yet. */
  async function setup(status = 200) {
    await flow.clear();
    const { clock, target, provider } = flow;
    clock.set(Math.ceil((clock.now() + 1) / DAY_MS) * DAY_MS + HOUR_MS);
    await flow.renew();
    target.reacts({ kind: 'answer', status, body: 'ok' });
    const today = new Date(clock.now()).toISOString().slice(0, 10);
    const usage = async (tenantId: string = TENANTS.acme) => {
      const { body } = await provider.get(`/admin/v1/usage?tenantId=${tenantId}&from=${today}&to=${today}`);
      return body.results.map(({ runs, failures }: { runs: number; failures: number }) => ({
        runs,
        failures,
      }));
    };
    return { ...flow, today, usage };
  }

  it('counts each run once it has ended, however it ended', async () => {
    const { createJob, tick, clock, acme, sweeper, usage, target } = await setup();
    await createJob({ time: 'now' });
    await tick();
    expect(await usage()).toEqual([{ runs: 1, failures: 0 }]);

    target.reacts({ kind: 'answer', status: 500 });
    await createJob({ time: 'now' });
    await tick();
    expect(await usage()).toEqual([{ runs: 2, failures: 1 }]);

    target.reacts({ kind: 'answer', status: 202 });
    const [reported, overdue] = [await createJob({ time: 'now' }), await createJob({ time: 'now' })];
    await tick();
    expect(await usage()).toEqual([{ runs: 2, failures: 1 }]);
    const [run] = await runsOf(reported);
    const report = { success: true, message: 'done' };
    await acme.put(`${reported.runs}/${run?.runId}`, report).expect(200);
    await acme.put(`${reported.runs}/${run?.runId}`, report).expect(200);
    expect(await usage()).toEqual([{ runs: 3, failures: 1 }]);
    clock.advance(HOUR_MS);
    await sweeper.expireReports();
    expect((await runsOf(overdue)).map((each) => each.runState)).toEqual(['UNKNOWN']);
    expect(await usage()).toEqual([{ runs: 4, failures: 2 }]);

    const asked = await acme.post(overdue.runs).expect(202);
    await acme.post(`${asked.body['job-uri']}/operations/cancel`).expect(204);
    expect(await usage()).toEqual([{ runs: 5, failures: 3 }]);
  });

  it('belongs to the tenant, and stays when its runs are deleted', async () => {
    const { createJob, tick, beta, provider, sweeper, usage } = await setup();
    const job = await createJob({ time: 'now' });
    await createJob({ time: 'now' }, { client: beta });
    await tick();
    await job.client.delete(job.job).expect(200);
    await sweeper.purge();
    expect(await usage()).toEqual([{ runs: 1, failures: 0 }]);
    expect(await usage(TENANTS.beta)).toEqual([{ runs: 1, failures: 0 }]);
    const { body } = await provider.get(`/admin/v1/tenants/${TENANTS.beta}`).expect(200);
    expect(body).toMatchObject({ jobs: 1, schedules: 1, runs: 1 });
    expect(Date.parse(`${body.lastActivityAt}Z`)).toBeGreaterThan(0);
  });

  it('counts a run once where its end is recorded again, because nobody heard of the commit', async () => {
    const { createJob, clock, database, app, usage } = await setup();
    await createJob({ time: 'now' });
    const { replicaId } = app.get(Heartbeat, { strict: false });
    const runs = app.get(HeldRunStore, { strict: false });
    const [{ id: tenancyId = 0 } = {}] = await database.read((tx) =>
      tx.query<{ id: number }>('SELECT MAX(tenancy_id) AS id FROM run WHERE state = 0'),
    );
    const quotas = [{ tenancyId, limit: 9 }];
    const claimed = await database.transaction((tx) =>
      runs.claim(tx, { quotas, dueUntil: clock.now(), replicaId }),
    );
    expect(claimed).toHaveLength(1);
    const outcome = { kind: 'answered', httpStatus: 500, body: 'no' } as const;
    const performed = { startedAt: clock.now(), outcome };
    const outcomes = claimed.map((run) => executedRun(run, performed, clock.now()).outcome);
    const store = app.get(OutcomeStore, { strict: false });
    for (const isRepeated of [false, true, true]) {
      const taken = await database.transaction((tx) => store.record(tx, outcomes, replicaId, { isRepeated }));
      expect(taken).toHaveLength(1);
    }
    expect(await usage()).toEqual([{ runs: 1, failures: 1 }]);
  });

  it('loses nothing and counts nothing twice where several add up at once', async () => {
    const { createJob, tick, app, usage } = await setup();
    const schedules = Array.from({ length: 60 }, () => ({ time: 'now', active: true }));
    await createJob({}, { schedules });
    const usages = app.get(RunUsage, { strict: false });
    const adding = Array.from({ length: 4 }, async () => {
      for (let n = 0; n < 5; n++) await usages.addUp();
    });
    await tick();
    await Promise.all(adding);
    expect(await usage()).toEqual([{ runs: 60, failures: 0 }]);
    expect(await usages.addUp()).toBe(0);
  });

  it('is counted at once for today and yesterday, and once a minute for days before', async () => {
    const { createJob, tick, clock, beta, provider, today } = await setup();
    const total = async () => (await provider.get(`/admin/v1/usage?from=${today}&page_size=1`)).body.total;
    await createJob({ time: 'now' });
    await tick();
    clock.advance(3 * DAY_MS);
    await flow.renew();
    expect(await total()).toBe(1);
    await createJob({ time: 'now' });
    await tick();
    expect(await total()).toBe(2);

    await flow.database.transaction((tx) =>
      tx.execute(
        `INSERT INTO usage_day (tenancy_id, day, instance_id, runs, failures)
         SELECT tenancy_id + 1000, day, instance_id, 1, 0 FROM usage_day WHERE day = ?`,
        [Date.parse(today)],
      ),
    );
    expect(await total()).toBe(2);
    await createJob({ time: 'now' }, { client: beta });
    await tick();
    expect(await total()).toBe(3);
    clock.advance(60_000);
    expect(await total()).toBe(4);
  });

  it('is shown for 31 days and forgotten after 62', async () => {
    const { createJob, tick, clock, chores, database, usage } = await setup();
    await createJob({ time: 'now' });
    await tick();
    expect(await usage()).toEqual([{ runs: 1, failures: 0 }]);
    const days = async () =>
      (
        await database.read((tx) =>
          tx.query('SELECT 1 FROM usage_day WHERE day >= ?', [clock.now() - 70 * DAY_MS]),
        )
      ).length;
    clock.advance(61 * DAY_MS);
    await chores.start('old-usage');
    const before = await days();
    expect(before).toBeGreaterThan(0);
    clock.advance(2 * DAY_MS);
    await chores.start('old-usage');
    expect(await days()).toBeLessThan(before);
  });

  it('goes with its tenancy', async () => {
    const { createJob, tick, beta, http, app, uaa, database, usage } = await setup();
    await createJob({ time: 'now' }, { client: beta });
    await tick();
    expect(await usage(TENANTS.beta)).toHaveLength(1);
    const { tokenFor } = await import('../auth/setup.js');
    const token = await tokenFor(flow, uaa);
    await http.delete(`/callback/v1.0/tenants/${TENANTS.beta}`).set(bearer(token)).send({}).expect(200);
    await app.get(Offboarding, { strict: false }).goOn();
    expect(await usage(TENANTS.beta)).toEqual([]);
    const left = await database.read((tx) =>
      tx.query(
        'SELECT u.tenancy_id FROM usage_day u LEFT JOIN tenancy t ON t.id = u.tenancy_id WHERE t.id IS NULL',
      ),
    );
    expect(left).toEqual([]);
  });
});

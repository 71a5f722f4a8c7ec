import { Database } from '../../src/database/database.js';
import { LogBudget } from '../../src/run-log/usage/log-budget.js';
import { TENANTS } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { startFlow, startReplica, type Flow, type FlowJob } from './setup.js';

const DAY_MS = 86_400_000;
const LONG = 'x'.repeat(2_000);
const CUT = `${'x'.repeat(1_024)} [cut: the run logs of the tenant have reached their limit of the day]`;
/** Two long texts, and no third one. */
const LIMIT = 3_000;

/** Returns the text with which the one run of a job has ended. */
async function endTextOf({ app }: Pick<Flow, 'app'>, { jobId }: FlowJob): Promise<string | undefined> {
  const sql =
    'SELECT r.end_text AS text FROM run r JOIN schedule s ON s.id = r.schedule_id WHERE s.job_id = ?';
  const database = app.get(Database, { strict: false });
  const rows = await database.read((tx) => tx.query<{ text: string }>(sql, [jobId]));
  return rows[0]?.text;
}

describe.each(databaseKinds)('The run logs of a tenant on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
    await flow.provider
      .put(`/admin/v1/tenants/${TENANTS.acme}/limits`, { maxLogBytesPerDay: LIMIT })
      .expect(204);
  });

  async function setup(reaction: object = {}) {
    await flow.clear();
    const { clock, target, createJob, app } = flow;
    clock.set(Math.ceil((clock.now() + 1) / DAY_MS) * DAY_MS + 3_600_000);
    await flow.renew();
    target.reacts({ kind: 'answer', body: LONG, ...reaction });
    const run = async (client = flow.acme) => {
      clock.advance(1_000);
      const job = await createJob({ time: 'now' }, { client });
      await flow.tick();
      return job;
    };
    const textOf = (job: FlowJob) => endTextOf(flow, job);
    const settle = () => app.get(LogBudget, { strict: false }).settle();
    const usage = async () => {
      const { body } = await flow.provider.get(`/admin/v1/usage?tenantId=${TENANTS.acme}`).expect(200);
      return body.results[0]?.logBytes as number;
    };
    return { ...flow, run, textOf, settle, usage };
  }

  it('are whole up to its limit of the day, and then cut to 1 KB and marked, until the day is over', async () => {
    const { run, textOf, beta, clock, settle, usage } = await setup();
    const [first, second, third] = [await run(), await run(), await run()];
    expect([await textOf(first), await textOf(second), await textOf(third)]).toEqual([LONG, LONG, CUT]);
    expect(await textOf(await run(beta))).toBe(LONG);
    await settle();
    expect(await usage()).toBe(2 * LONG.length + CUT.length);
    clock.advance(DAY_MS);
    await flow.renew();
    expect(await textOf(await run())).toBe(LONG);
  });

  it('are counted over a restart', async () => {
    const before = await startFlow(kind);
    const { clock, options, target, uaa, provider } = before;
    await provider.put(`/admin/v1/tenants/${TENANTS.acme}/limits`, { maxLogBytesPerDay: LIMIT }).expect(204);
    target.reacts({ kind: 'answer', body: LONG });
    const run = async ({ createJob, tick }: Pick<Flow, 'createJob' | 'tick'>) => {
      clock.advance(1_000);
      const job = await createJob({ time: 'now' });
      await tick();
      return job;
    };
    await run(before);
    await run(before);
    await before.stop();
    const after = await startReplica({ ...options, clock, uaa }, target);
    expect(await endTextOf(after, await run(after))).toBe(CUT);
    await after.stop();
  });

  it('hold what applications report, cut alike, and the same report again is the same', async () => {
    const { run, textOf, acme } = await setup({ status: 202, body: '' });
    const report = async (message: string) => {
      const job = await run();
      const { body } = await acme.get(job.runs).expect(200);
      const path = `${job.runs}/${body.results[0].runId}`;
      await acme.put(path, { success: true, message }).expect(200);
      return { job, path };
    };
    const [first, , third] = [await report(LONG), await report(LONG), await report(LONG)];
    expect(await textOf(first.job)).toBe(LONG);
    expect(await textOf(third.job)).toBe(CUT);
    for (const { path } of [first, third]) {
      await acme.put(path, { success: true, message: LONG }).expect(200);
      await acme.put(path, { success: true, message: 'other' }).expect(409);
    }
  });
});

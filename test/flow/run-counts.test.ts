import { jest } from '@jest/globals';
import { countedBySteps } from '../../src/core/lateness-steps.js';
import { Offboarding } from '../../src/subscription/offboarding.js';
import { TENANTS } from '../support/app.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { countStatements } from '../support/statements.js';
import { RunCounts } from '../../src/statistics/counts/run-counts.js';
import { RunCountsStore } from '../../src/statistics/counts/run-counts.store.js';
import { runsOf, startFlow, startReplica, type Flow } from './setup.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const EVERY_MINUTE = { cron: '* * * * * * 0' };

type Row = Record<string, number>;
type Stores = Pick<Flow, 'database'>;

/** What a table of counts has, by its keys: calls, failures, unknowns, and calls by lateness. */
async function stored({ database }: Stores, table: 'run_minute' | 'run_hour', since: number) {
  const column = table === 'run_minute' ? 'minute' : 'hour';
  const rows = await database.read((tx) =>
    tx.query<Row>(`SELECT * FROM ${table} WHERE ${column} >= ?`, [since - (since % HOUR_MS)]),
  );
  return new Map(
    rows.map((row) => {
      const key = [row['instance_id'], row[column], ...(table === 'run_hour' ? [row['tenancy_id']] : [])];
      const { calls, failures, unknowns } = row;
      const lateness = Array.from({ length: 16 }, (_, step) => row[`late_${step}`]);
      return [key.join(' '), { calls, failures, unknowns, lateness }];
    }),
  );
}

/** The same, counted from the rows of runs. */
async function counted({ database }: Stores, table: 'run_minute' | 'run_hour', since: number) {
  const length = table === 'run_minute' ? MINUTE_MS : HOUR_MS;
  const runs = await database.read((tx) =>
    tx.query<Row>(
      `SELECT t.instance_id, r.tenancy_id, r.state, r.due_at, r.executed_at FROM run r JOIN tenancy t ON t.id = r.tenancy_id
       WHERE r.executed_at IS NOT NULL AND r.due_at >= ?`,
      [since - (since % HOUR_MS)],
    ),
  );
  const cells = new Map<string, { calls: number; failures: number; unknowns: number; times: number[] }>();
  for (const { instance_id: instance, tenancy_id: tenancy, state = 0, due_at: due = 0, ...run } of runs) {
    const key = [instance, due - (due % length), ...(table === 'run_hour' ? [tenancy] : [])].join(' ');
    const cell = cells.get(key) ?? { calls: 0, failures: 0, unknowns: 0, times: [] };
    cell.calls += 1;
    if ([5, 6, 8].includes(state)) cell.failures += 1;
    if (state === 7) cell.unknowns += 1;
    cell.times.push(Number(run['executed_at']) - due);
    cells.set(key, cell);
  }
  return new Map(
    [...cells].map(([key, { times, ...sums }]) => [key, { ...sums, lateness: countedBySteps(times) }]),
  );
}

const expectEqual = async (flow: Stores, since: number) => {
  for (const table of ['run_minute', 'run_hour'] as const) {
    expect(await stored(flow, table, since)).toEqual(await counted(flow, table, since));
  }
};

describe.each(databaseKinds)('The counts of calls on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  /** Begins in an hour of which nothing is counted yet. */
  async function setup() {
    await flow.chores.start('run-counts');
    await flow.clear();
    const { clock, drain, target, chores } = flow;
    clock.set((Math.floor(clock.now() / HOUR_MS) + 1) * HOUR_MS + 1_000);
    await flow.renew();
    await drain();
    const run = async (...statuses: number[]) => {
      for (const status of statuses) {
        target.reacts({ kind: 'answer', status });
        clock.advance(MINUTE_MS);
        await drain();
      }
    };
    const store = () => chores.start('run-counts');
    return { ...flow, since: clock.now(), run, store };
  }

  it('equal the runs after a drain, by minute and by hour and tenant, whatever became of them', async () => {
    const { createJob, acme, beta, run, store, since, clock, sweeper, drain } = await setup();
    const job = await createJob(EVERY_MINUTE);
    await createJob(
      {},
      { client: beta, schedules: [EVERY_MINUTE, EVERY_MINUTE].map((each) => ({ ...each, active: true })) },
    );
    await run(200, 500, 404, 202, 202, 200);
    await store();
    await expectEqual(flow, since);
    const [, , , reported] = await runsOf(job);
    await acme.put(`${job.runs}/${reported?.runId}`, { success: false, message: 'no' }).expect(200);
    // Canceled before its call: it is no call.
    const asked = await acme.post(job.runs).expect(202);
    await acme.post(`${asked.body['job-uri']}/operations/cancel`).expect(204);
    await store();
    await expectEqual(flow, since);
    // Called late, into the next hour; the others are never reported.
    clock.advance(HOUR_MS);
    await drain();
    await sweeper.expireReports();
    await store();
    await expectEqual(flow, since);
    const hours = [...(await stored(flow, 'run_hour', since)).values()];
    expect(hours.reduce((sum, { unknowns = 0 }) => sum + unknowns, 0)).toBeGreaterThan(0);
  });

  it('count a run once that its application reports before its answer is recorded', async () => {
    const { createJob, acme, store, since, clock, tick, target, callsOf } = await setup();
    const job = await createJob(EVERY_MINUTE);
    target.reacts({ kind: 'hold', status: 202 });
    const before = target.calls.length;
    clock.advance(MINUTE_MS);
    const ticked = tick();
    await target.received(before + 1);
    const [run] = await runsOf(job);
    await acme.put(`${job.runs}/${run?.runId}`, { success: true, message: 'done' }).expect(200);
    target.release();
    await ticked;
    expect(callsOf(job)).toHaveLength(1);
    await store();
    await expectEqual(flow, since);
  });

  it('are stored without a statement where nothing was called, and in two where something was', async () => {
    const { app, createJob, run, database, store } = await setup();
    await store();
    const counts = app.get(RunCounts, { strict: false });
    const transaction = jest.spyOn(database, 'transaction');
    await counts.flush();
    expect(transaction).not.toHaveBeenCalled();
    await createJob(EVERY_MINUTE);
    await run(200);
    transaction.mockClear();
    await counts.flush();
    expect(transaction).toHaveBeenCalledTimes(2);
    transaction.mockRestore();
  });

  it('are one statement for 500 tenants', async () => {
    const { app, database } = await setup();
    const store = app.get(RunCountsStore, { strict: false });
    const lateness = Array.from({ length: 16 }, (_, step) => (step === 3 ? 2 : 0));
    const rows = Array.from({ length: 500 }, (_, n) => ({
      ...{ key: [1, HOUR_MS, 1_000_000 + n], calls: 2, failures: 1, unknowns: 0, lateness },
    }));
    const add = () => database.transaction((tx) => countStatements(tx, () => store.addHours(tx, rows)));
    expect([await add(), await add()]).toEqual([1, 1]);
    const [row] = await database.read((tx) =>
      tx.query('SELECT calls, failures, late_3 FROM run_hour WHERE tenancy_id = 1000499'),
    );
    expect(row).toEqual({ calls: 4, failures: 2, late_3: 4 });
    const deleted = await database.transaction((tx) => store.deleteHours(tx, 1, HOUR_MS + 1, 400));
    expect(deleted).toBe(400);
    await database.transaction((tx) => store.deleteHours(tx, 1, HOUR_MS + 1, 400));
  });

  it('are kept where they could not be stored, and nothing is counted of what was rolled back', async () => {
    const { createJob, run, store, since, app, database } = await setup();
    await createJob(EVERY_MINUTE);
    await run(200, 500);
    const transaction = jest.spyOn(database, 'transaction').mockRejectedValue(new Error('refused'));
    await expect(app.get(RunCounts, { strict: false }).flush()).rejects.toThrow('refused');
    transaction.mockRestore();
    await run(200);
    await store();
    await expectEqual(flow, since);
    expect((await stored(flow, 'run_hour', since)).size).toBe(1);
  });

  it('are forgotten after 48 hours by minute, and after 15 days by hour', async () => {
    const { createJob, run, store, since, clock, chores, app, database } = await setup();
    await createJob({ time: '1 minute from now' });
    await run(200);
    await store();
    // Of an instance that is gone.
    const counts = { calls: 1, failures: 0, unknowns: 0, lateness: Array<number>(16).fill(0) };
    const key = [999, since - (since % HOUR_MS), 9_999];
    const stores = app.get(RunCountsStore, { strict: false });
    await database.transaction((tx) => stores.addHours(tx, [{ key, ...counts }]));
    const sizes = async () => [
      (await stored(flow, 'run_minute', since)).size,
      (await stored(flow, 'run_hour', since)).size,
    ];
    const after = async (ms: number) => {
      clock.set(since + ms);
      await chores.start('old-run-counts');
      return sizes();
    };
    expect(await after(2 * DAY_MS)).toEqual([1, 2]);
    expect(await after(2 * DAY_MS + 2 * MINUTE_MS)).toEqual([0, 2]);
    expect(await after(15 * DAY_MS - HOUR_MS)).toEqual([0, 2]);
    expect(await after(15 * DAY_MS + HOUR_MS)).toEqual([0, 0]);
  });

  it('go with their tenancy', async () => {
    const { createJob, beta, provider, run, store, since, app } = await setup();
    await createJob(EVERY_MINUTE, { client: beta });
    await createJob(EVERY_MINUTE);
    await run(200);
    await store();
    expect((await stored(flow, 'run_hour', since)).size).toBe(2);
    await run(200);
    await provider.delete(`/callback/v1.0/tenants/${TENANTS.beta}`).expect(200);
    await app.get(Offboarding, { strict: false }).goOn();
    expect((await stored(flow, 'run_hour', since)).size).toBe(1);
    // Nor is there anything afterwards of what was counted and not stored yet.
    await store();
    expect((await stored(flow, 'run_hour', since)).size).toBe(1);
  });
});

describe('Replicas that count calls', () => {
  it('add what they counted, and one that is killed loses its counts and no run', async () => {
    const flow = await startFlow(mariaDb);
    const { clock, createJob, drain, chores, database } = flow;
    const other = await startReplica({ ...flow.options, clock, uaa: flow.uaa }, flow.target);
    clock.set((Math.floor(clock.now() / HOUR_MS) + 1) * HOUR_MS + 1_000);
    const since = clock.now();
    await createJob(EVERY_MINUTE);
    for (const replica of [flow, other, flow, other]) {
      clock.advance(MINUTE_MS);
      await (replica === other ? other.drain() : drain());
    }
    await Promise.all([chores.start('run-counts'), other.chores.start('run-counts')]);
    await expectEqual(flow, since);
    const callsOf = async () => {
      const [row] = await database.read((tx) =>
        tx.query<{ calls: number }>('SELECT SUM(calls) AS calls FROM run_hour WHERE hour >= ?', [
          since - HOUR_MS,
        ]),
      );
      return Number(row?.calls);
    };
    expect(await callsOf()).toBe(4);
    clock.advance(MINUTE_MS);
    await other.drain();
    // It is killed here: nothing of it comes after.
    await chores.start('run-counts');
    expect(await callsOf()).toBe(4);
    const runs = await database.read((tx) => tx.query('SELECT 1 FROM run WHERE state = 4'));
    expect(runs).toHaveLength(5);
  });

  it('store what they counted when they are stopped', async () => {
    const flow = await startFlow(mariaDb);
    const other = await startReplica({ ...flow.options, clock: flow.clock, uaa: flow.uaa }, flow.target);
    const { clock, createJob } = flow;
    const since = clock.now();
    await createJob(EVERY_MINUTE);
    clock.advance(MINUTE_MS);
    await other.drain();
    expect((await stored(flow, 'run_minute', since)).size).toBe(0);
    await other.stop();
    expect((await stored(flow, 'run_minute', since)).size).toBe(1);
    await expectEqual(flow, since);
  });
});

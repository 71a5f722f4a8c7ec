import { DAY_MS, type Instant } from '../../src/core/instant.js';
import { RUN_STATES, type RunState } from '../../src/core/run-state.js';
import { uuidToBytes } from '../../src/database/columns.js';
import type { Database } from '../../src/database/database.js';
import { newUuidBytes } from '../../src/database/uuid-v7.js';
import { databaseKinds } from '../support/databases.js';
import { runsOf, startFlow, type Flow, type FlowJob } from './setup.js';

const BATCH = 500;
const RUN_COLUMNS = [
  ...['id', 'schedule_id', 'tenancy_id', 'origin', 'state', 'planned_at', 'due_at', 'created_at'],
  ...['executed_at', 'completed_at', 'is_reported'],
];

describe.each(databaseKinds)('Clean-up on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  async function setup() {
    await flow.clear();
    const { clock, database, createJob, sweeper, renew } = flow;
    clock.advance(DAY_MS);
    await renew();
    await sweeper.retire();
    const job = await createJob({ cron: '2990 * * * * 0 0' });
    const daysAgo = (days: number) => clock.now() - days * DAY_MS;
    /** Puts runs on record that were planned and ended in the past; an open one has no end. */
    const addRuns = async (
      count: number,
      plannedAt: Instant,
      endedAt: Instant | null,
      state: RunState = 'SUCCESS',
    ) => {
      const [row] = await database.read((tx) =>
        tx.query<{ tenancy_id: number }>('SELECT tenancy_id FROM schedule WHERE id = ?', [
          uuidToBytes(job.scheduleId),
        ]),
      );
      const rows = Array.from({ length: count }, (_, n) => [
        ...[
          newUuidBytes(plannedAt),
          uuidToBytes(job.scheduleId),
          row?.tenancy_id ?? 0,
          0,
          RUN_STATES.indexOf(state),
        ],
        ...[plannedAt + n, plannedAt + n, plannedAt, plannedAt, endedAt, 0],
      ]);
      await database.transaction((tx) => tx.dialect.insertIgnore(tx, 'run', RUN_COLUMNS, rows));
    };
    return { ...flow, job, daysAgo, addRuns };
  }

  const countRuns = async (database: Database, { scheduleId }: FlowJob) => {
    const [row] = await database.read((tx) =>
      tx.query<{ n: number }>('SELECT COUNT(*) AS n FROM run WHERE schedule_id = ?', [
        uuidToBytes(scheduleId),
      ]),
    );
    return Number(row?.n);
  };

  it('deletes run logs 15 days after their end, however long before that they were planned', async () => {
    const { job, daysAgo, addRuns, sweeper, database } = await setup();
    await addRuns(3, daysAgo(15) - 1_000, daysAgo(15) - 1);
    await addRuns(2, daysAgo(20), daysAgo(15));
    await addRuns(2, daysAgo(14), daysAgo(14));
    const before = await countRuns(database, job);
    expect(await sweeper.retire()).toBe(3);
    expect(before - (await countRuns(database, job))).toBe(3);
    expect(await sweeper.retire()).toBe(0);
  });

  it.each(['TRIGGERED', 'ACK_RECVD', 'ACK_NOT_RECVD'] as const)(
    'leaves runs that are %s, however old',
    async (state) => {
      const { job, daysAgo, addRuns, sweeper, database } = await setup();
      await addRuns(1, daysAgo(400), null, state);
      const before = await countRuns(database, job);
      expect(await sweeper.retire()).toBe(0);
      expect(await countRuns(database, job)).toBe(before);
    },
  );

  it('leaves the plan', async () => {
    const { job, clock, sweeper, renew } = await setup();
    clock.advance(400 * DAY_MS);
    await sweeper.retire();
    await renew();
    expect((await runsOf(job)).map((run) => run.runState)).toEqual(['SCHEDULED']);
  });

  it('deletes old run logs in transactions of bounded size', async () => {
    const { job, daysAgo, addRuns, sweeper, database } = await setup();
    await addRuns(2 * BATCH + 1, daysAgo(16), daysAgo(16));
    const sizes = await sizesOf(database, async () => expect(await sweeper.retire()).toBe(2 * BATCH + 1));
    expect(sizes).toEqual([BATCH, BATCH, 1]);
    expect(await countRuns(database, job)).toBe(1);
  });

  it('deletes the runs of a deleted schedule in transactions of bounded size, and no others', async () => {
    const { job, daysAgo, addRuns, createJob, sweeper, database, acme } = await setup();
    const other = await createJob({ cron: '2990 * * * * 0 0' });
    await addRuns(2 * BATCH + 1, daysAgo(1), daysAgo(1));
    const sizes = await sizesOf(database, async () => {
      await acme.delete(job.job).expect(200);
      await sweeper.purge();
    });
    expect(Math.max(...sizes)).toBe(BATCH);
    expect(await countRuns(database, job)).toBe(0);
    expect(await countRuns(database, other)).toBe(1);
  });

  it('deletes action logs after 90 days, in transactions of bounded size', async () => {
    const { job, daysAgo, database, sweeper } = await setup();
    const addLogs = (count: number, at: Instant) => {
      const rows = Array.from({ length: count }, () => [job.jobId, 1, 'ann', at, '']);
      const columns = ['job_id', 'action', 'actor', 'at', 'details'];
      return database.transaction((tx) => tx.dialect.insertIgnore(tx, 'action_log', columns, rows));
    };
    await database.transaction((tx) => tx.execute('DELETE FROM action_log'));
    await addLogs(2 * BATCH + 1, daysAgo(90) - 1);
    await addLogs(3, daysAgo(90));
    const sizes = await sizesOf(database, async () => expect(await sweeper.retire()).toBe(2 * BATCH + 1));
    expect(sizes).toEqual([BATCH, BATCH, 1]);
    const [left] = await database.read((tx) =>
      tx.query<{ n: number }>('SELECT COUNT(*) AS n FROM action_log'),
    );
    expect(Number(left?.n)).toBe(3);
  });

  it('deletes notifications that no broker took for 7 days, in transactions of bounded size', async () => {
    const { daysAgo, database, sweeper } = await setup();
    const add = (count: number, at: Instant) => {
      const rows = Array.from({ length: count }, () => ['amqp', 1, '{}', at, at, 0]);
      const columns = ['channel', 'tenancy_id', 'payload', 'created_at', 'next_at', 'tries'];
      return database.transaction((tx) => tx.dialect.insertIgnore(tx, 'notification', columns, rows));
    };
    await add(2 * BATCH + 1, daysAgo(7) - 1);
    await add(3, daysAgo(7));
    const sizes = await sizesOf(database, async () => expect(await sweeper.retire()).toBe(2 * BATCH + 1));
    expect(sizes).toEqual([BATCH, BATCH, 1]);
    const [left] = await database.read((tx) =>
      tx.query<{ n: number }>('SELECT COUNT(*) AS n FROM notification'),
    );
    expect(Number(left?.n)).toBe(3);
  });

  it('deletes one-time schedules that had no run for 30 days, and notes it', async () => {
    const { createJob, clock, tick, sweeper, acme, renew, logOf } = await setup();
    const unused = await createJob({ time: 'in 1 day', active: false });
    const hasRun = await createJob({ time: 'now' });
    clock.advance(1_000);
    await tick();
    clock.advance(30 * DAY_MS - 1_000);
    await sweeper.retire();
    await renew();
    await acme.get(unused.schedule).expect(200);
    clock.advance(1_001);
    await sweeper.retire();
    await acme.get(unused.schedule).expect(404);
    await acme.get(hasRun.schedule).expect(404);
    await acme.get(unused.job).expect(200);
    expect((await logOf(unused)).at(-1)).toEqual({
      action: 'DELETION_UNUSED_ONE_TIME',
      details: 'The one-time schedule had no run for 30 days.',
    });
  });

  it('leaves one-time schedules that are planned, waiting, changed or used of late, and recurring ones', async () => {
    const { createJob, clock, sweeper, acme, renew, target, tick } = await setup();
    const planned = await createJob({ time: 'in 90 days' });
    const changed = await createJob({ time: 'in 1 day', active: false });
    const recurring = await createJob({ repeatInterval: '1 day', active: false });
    const used = await createJob({ time: 'in 10 days' });
    target.reacts({ kind: 'answer', status: 202 });
    const waiting = await createJob({ time: 'now' });
    clock.advance(1_000);
    await tick();
    target.reacts({ kind: 'answer' });
    clock.advance(10 * DAY_MS);
    await tick();
    await renew();
    await acme.put(changed.schedule, { description: 'still wanted' }).expect(200);
    clock.advance(21 * DAY_MS);
    await sweeper.retire();
    await renew();
    for (const job of [planned, changed, recurring, used, waiting]) await acme.get(job.schedule).expect(200);
  });

  it.each([
    ['by its plan', 16],
    ['by its plan', 29],
    ['on request', 16],
    ['on request', 29],
  ])('leaves a one-time schedule that ran %s %s days ago, whose run log is gone', async (how, days) => {
    const { createJob, clock, tick, sweeper, acme, renew } = await setup();
    const isByPlan = how === 'by its plan';
    const job = await createJob(isByPlan ? { time: 'in 20 days' } : { time: 'in 1 day', active: false });
    clock.advance(20 * DAY_MS);
    await renew();
    if (!isByPlan) await acme.post(job.runs).expect(202);
    clock.advance(1_000);
    await tick();
    clock.advance(days * DAY_MS);
    await sweeper.retire();
    await renew();
    expect(await runsOf(job)).toEqual([]);
    await acme.get(job.schedule).expect(200);
    clock.advance((30 - days) * DAY_MS + 1_000);
    await sweeper.retire();
    await renew();
    await acme.get(job.schedule).expect(404);
  });

  it('leaves a one-time schedule whose run ended of late, though it was planned long ago', async () => {
    const { createJob, clock, tick, sweeper, acme, renew, target } = await setup();
    const job = await createJob({ time: 'in 1 day', active: false });
    target.reacts({ kind: 'answer', status: 202 });
    await acme.post(job.runs).expect(202);
    clock.advance(1_000);
    await tick();
    target.reacts({ kind: 'answer' });
    const [run] = await runsOf(job);
    clock.advance(40 * DAY_MS);
    await renew();
    await acme.put(`${job.runs}/${run?.runId}`, { success: true, message: 'at last' }).expect(200);
    await sweeper.retire();
    await acme.get(job.schedule).expect(200);
  });

  it('leaves a one-time schedule that is changed while the sweep looks', async () => {
    const { createJob, clock, sweeper, acme, renew, database } = await setup();
    const job = await createJob({ time: 'in 1 day', active: false });
    clock.advance(31 * DAY_MS);
    await renew();
    // The change comes between the first look and the lock.
    const transaction = database.transaction.bind(database);
    database.transaction = (work) =>
      transaction((tx) =>
        work({
          ...tx,
          query: async (sql, parameters) => {
            const rows = await tx.query<never>(sql, parameters);
            if (sql.includes('NOT EXISTS')) {
              await tx.execute('UPDATE schedule SET modified_at = ?', [clock.now()]);
            }
            return rows;
          },
        }),
      );
    await sweeper.retire();
    database.transaction = transaction;
    await acme.get(job.schedule).expect(200);
  });
});

/** Returns how many rows each transaction of the work deleted, where it deleted any from the tables that grow. */
async function sizesOf(database: Database, work: () => Promise<unknown>): Promise<number[]> {
  const transaction = database.transaction.bind(database);
  const sizes: number[] = [];
  database.transaction = async (run) => {
    let size = 0;
    const answer = await transaction((tx) => {
      size = 0;
      return run({
        ...tx,
        execute: async (sql, parameters) => {
          const rows = await tx.execute(sql, parameters);
          if (/^DELETE FROM (run|action_log|notification) /.test(sql)) size += rows;
          return rows;
        },
      });
    });
    if (size > 0) sizes.push(size);
    return answer;
  };
  await work();
  database.transaction = transaction;
  return sizes;
}

import { Claimer } from '../../src/dispatch/claimer.js';
import { Executor } from '../../src/dispatch/executor.js';
import { Heartbeat } from '../../src/replica/heartbeat.js';
import { HeldRunStore } from '../../src/run-log/queue/held-run.store.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { DATA_RETENTION_MS } from '../../src/run-log/retention.store.js';
import { MOST_VERSIONS } from '../../src/run-log/queue/schedule-data.store.js';
import { RunEndingService } from '../../src/run-log/run-ending.service.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { countStatements } from '../support/statements.js';
import { DOWN, HOUR_MS, S, UP } from './retries-setup.js';
import { runsOf, startFlow, type Flow, type FlowJob } from './setup.js';

const HOURLY = { cron: '* * * * * 0 0', data: { order: 1 } };

describe.each(databaseKinds)('Data of a run on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  /** An hourly job whose run was called with order 1 and has ended. */
  async function setup(change: object = {}, schedule: object = {}) {
    await flow.clear();
    const { clock, drain, createJob, acme, callsOf, database } = flow;
    clock.set(Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + HOUR_MS / 2);
    await drain();
    const job = await createJob({ ...HOURLY, ...schedule }, { ...change });
    clock.advance(HOUR_MS / 2);
    await drain();
    const first = await endedOf(job);
    clock.advance(60 * S);
    const edit = (order: number) => acme.put(job.schedule, { data: { order } }).expect(200);
    const replay = async (runId = first.runId) => {
      const { body } = await acme.post(`${job.runs}/${runId}/replay`).expect(202);
      clock.advance(10);
      return String(body['job-uri']);
    };
    const rows = (sql: string) =>
      database.read((tx) =>
        tx
          .query<{ n: number | string }>(sql, [uuidToBytes(job.scheduleId)])
          .then((all) => all.map(({ n }) => n)),
      );
    return {
      ...{ ...flow, job, first, edit, replay },
      versions: () =>
        rows('SELECT data_version AS n FROM run WHERE schedule_id = ? AND state <> 0 ORDER BY id'),
      kept: () => rows('SELECT version AS n FROM schedule_data WHERE schedule_id = ? ORDER BY version'),
      replayed: async () => {
        const [run] = (await runsOf(job)).filter((one) => 'replayOf' in one);
        if (!run) throw new Error('There is no replay.');
        return run;
      },
      orders: () => callsOf(job).map(({ body }) => JSON.parse(body).order),
      runAt: () => callsOf(job).map(({ headers }) => headers['x-sap-run-at']),
    };
  }
  const endedOf = async (job: FlowJob) => {
    const [run] = (await runsOf(job)).filter(({ runStatus }) => runStatus === 'COMPLETED');
    if (!run) throw new Error('No run has ended.');
    return run;
  };

  it('stays known after it was changed, to runs of the plan and to those that run them again', async () => {
    const { edit, replay, drain, clock, orders, runAt, versions, kept, job } = await setup();
    await edit(2);
    clock.advance(HOUR_MS);
    await drain();
    await edit(3);
    await replay();
    await drain();
    expect(orders()).toEqual([1, 2, 1]);
    expect(runAt()[2]).toBe(runAt()[0]);
    expect(await versions()).toEqual([0, 1, 0]);
    expect(await kept()).toEqual([0, 1]);
    clock.advance(HOUR_MS);
    await drain();
    expect(orders()).toEqual([1, 2, 1, 3]);
    // Its own instant is its key: the plan goes on as if it had not been.
    expect((await runsOf(job)).map(({ plannedAt }) => plannedAt.slice(14, 16))).toEqual(
      expect.arrayContaining(['00', '01']),
    );
  });

  it('costs a claim no statement where it has not changed, one where it has, and one where earlier data is read', async () => {
    const { edit, replay, clock, database, app, acme, job, versions } = await setup();
    const held = app.get(HeldRunStore, { strict: false });
    const { replicaId } = app.get(Heartbeat, { strict: false });
    const [tenancy] = await database.read((tx) =>
      tx.query<{ id: number }>('SELECT tenancy_id AS id FROM job WHERE id = ?', [job.jobId]),
    );
    const runNow = () => acme.post(job.runs).expect(202);
    const costOf = async () => {
      clock.advance(10);
      const quotas = [{ tenancyId: tenancy?.id ?? 0, limit: 10 }];
      let claimed = 0;
      const statements = await database.transaction((tx) =>
        countStatements(tx, async () => {
          claimed = (await held.claim(tx, { quotas, dueUntil: clock.now(), replicaId })).length;
        }),
      );
      expect(claimed).toBeGreaterThan(0);
      return statements;
    };
    // An embedded database is asked with a prepared statement, which is not counted.
    const noting = kind.name === 'SQLite' ? 0 : 1;
    await runNow();
    const least = await costOf();
    await runNow();
    await edit(2);
    expect(await costOf()).toBe(least + noting);
    await runNow();
    expect(await costOf()).toBe(least);
    await replay();
    expect(await costOf()).toBe(least + 1);
    await runNow();
    await edit(3);
    await replay();
    await replay();
    expect(await costOf()).toBe(least + 1 + noting);
    expect((await versions()).map(Number).sort()).toEqual([0, 0, 0, 0, 0, 1, 1, 2]);
  });

  it('is that of the first run in each attempt of a replay', async () => {
    const { edit, replay, drain, clock, orders, target, replayed, runAt } = await setup({
      retry: { attempts: 2, delay: '10 seconds' },
    });
    await edit(2);
    await replay();
    const left = [DOWN, DOWN];
    target.reacts(() => left.shift() ?? UP);
    await drain();
    await edit(3);
    clock.advance(15 * S);
    await drain();
    clock.advance(30 * S);
    await drain();
    expect(orders()).toEqual([1, 1, 1, 1]);
    expect(new Set(runAt()).size).toBe(1);
    expect(await replayed()).toMatchObject({ runState: 'SUCCESS', attempt: 3 });
  });

  it('is that of the first run where another replica takes the replay over', async () => {
    const { edit, replay, dispatcher, app, clock, drain, orders, replayed, versions } = await setup();
    await edit(2);
    const before = clock.now();
    await replay();
    clock.set(before - 1);
    await dispatcher.tick(60 * S);
    const { queue } = app.get(Executor, { strict: false });
    await app.get(Claimer, { strict: false }).giveBack(queue.takeOut(() => true).map(({ id }) => id));
    clock.set(before + 30 * S);
    await drain();
    expect(orders()).toEqual([1, 1]);
    expect(await replayed()).toMatchObject({ runState: 'SUCCESS' });
    expect(await versions()).toEqual([0, 0]);
  });

  it('that is gone before the replay is called ends it without a call, and says why', async () => {
    const { edit, replay, drain, orders, replayed, database, acme, job } = await setup();
    await edit(2);
    const uri = await replay();
    const id = uuidToBytes(job.scheduleId);
    await database.transaction((tx) => tx.execute('DELETE FROM schedule_data WHERE schedule_id = ?', [id]));
    await drain();
    expect(orders()).toEqual([1]);
    expect(await replayed()).toMatchObject({ runState: 'REQUEST_ERROR', executionTimestamp: null });
    expect((await replayed()).transitions.at(-1)?.text).toMatch(/^not called: the data .* is no longer kept/);
    expect((await acme.get(uri).expect(200)).body).toMatchObject({
      status: 'complete',
      'job-results': { 'run-state': 'REQUEST_ERROR' },
    });
  });

  it('is kept in at most 100 versions', async () => {
    const { edit, kept, replay, acme, job, first } = await setup();
    for (let order = 2; order <= MOST_VERSIONS + 1; order++) await edit(order);
    expect(await kept()).toHaveLength(MOST_VERSIONS);
    await replay();
    await edit(0);
    expect((await kept()).slice(0, 1)).toEqual([1]);
    expect(await kept()).toHaveLength(MOST_VERSIONS);
    await acme.post(`${job.runs}/${first.runId}/replay`).expect(409);
  });

  it('is kept longer than any run that was called with it, and from the last time that one was run again', async () => {
    const { edit, kept, replay, clock, sweeper, renew, drain } = await setup();
    await edit(2);
    await edit(3);
    // Its log is still there.
    clock.advance(10 * 24 * HOUR_MS);
    await renew();
    await replay();
    await drain();
    clock.advance(DATA_RETENTION_MS - 10 * 24 * HOUR_MS + S);
    await sweeper.retire();
    expect(await kept()).toEqual([0]);
    clock.advance(10 * 24 * HOUR_MS);
    await sweeper.retire();
    expect(await kept()).toEqual([]);
    await renew();
  });

  it.each(['schedule', 'job'] as const)('goes with its %s', async (what) => {
    const { edit, kept, acme, job, sweeper } = await setup();
    for (let order = 2; order <= MOST_VERSIONS + 1; order++) await edit(order);
    expect(await kept()).toHaveLength(MOST_VERSIONS);
    await acme.delete(job[what]).expect(200);
    await sweeper.purge();
    expect(await kept()).toEqual([]);
  });
});

describe('An edit while a claim that has read the data is under way, on MariaDB', () => {
  it('keeps what the claim has read', async () => {
    const flow = await startFlow(mariaDb);
    const { clock, createJob, acme, database, app, target } = flow;
    const job = await createJob(HOURLY);
    await acme.post(job.runs).expect(202);
    clock.advance(10);
    const held = app.get(HeldRunStore, { strict: false });
    const { replicaId } = app.get(Heartbeat, { strict: false });
    const [tenancy] = await database.read((tx) =>
      tx.query<{ id: number }>('SELECT tenancy_id AS id FROM job WHERE id = ?', [job.jobId]),
    );
    const quotas = [{ tenancyId: tenancy?.id ?? 0, limit: 1 }];
    const [claimed] = await database.transaction(async (tx) => {
      const runs = await held.claim(tx, { quotas, dueUntil: clock.now(), replicaId });
      await acme.put(job.schedule, { data: { order: 2 } }).expect(200);
      return runs;
    });
    expect(claimed?.schedule.data).toBe('{"order":1}');
    const runId = claimed?.runId ?? '';
    await database.transaction((tx) => held.giveBack(tx, claimed ? [claimed.id] : [], replicaId));
    const ends = app.get(RunEndingService, { strict: false });
    await database.transaction((tx) => ends.cancel(tx, [runId], clock.now()));
    await acme.post(`${job.runs}/${runId}/replay`).expect(202);
    clock.advance(10);
    await flow.drain();
    expect(target.calls.map(({ body }) => body)).toEqual(['{"order":1}']);
  });
});

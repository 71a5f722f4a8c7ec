import { OperationBatches } from '../../src/operation/operation-batch.js';
import { OperationKinds } from '../../src/operation/operation-kind.js';
import { OperationLeaseStore } from '../../src/operation/operation-lease.store.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';
import { Database } from '../../src/database/database.js';
import { startApp, type Client } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { cancelOf, refusal, startOperations, uriOf, type OperationsApp } from './operation-setup.js';

const EVERY_JOB = "contains(name, '')";
const operation = (verb: string) => `/scheduler/jobs/operations/${verb}`;

describe.each(databaseKinds)('An operation on many jobs on $name', (kind) => {
  let app: OperationsApp;
  beforeAll(async () => {
    app = await startOperations(kind);
  });

  async function setup(jobs = 3) {
    const prefix = `bulk-${Math.random().toString(36).slice(2)}`;
    const filter = `contains(name, '${prefix}')`;
    const make = (client: Client, name: string) =>
      app.createJob(client, { name, schedules: [{ cron: '2099 * * * * 0 0', active: true }] });
    for (let made = 0; made < jobs; made++) await make(app.acme, `${prefix}-${made}`);
    const start = async (verb: string, change: object = {}, client = app.acme) =>
      uriOf(await client.post(operation(verb), { filter, ...change }).expect(202));
    /** Starts an operation and returns its status once it has ended. */
    const finish = async (verb: string, change: object = {}, client = app.acme) => {
      const uri = await start(verb, change, client);
      await app.worker.tick();
      return (await client.get(uri).expect(200)).body;
    };
    const list = async (client = app.acme) =>
      (await client.get('/scheduler/jobs').query({ filter, page_size: 100 })).body.results as {
        active: boolean;
        ACTIVECOUNT: number;
        INACTIVECOUNT: number;
      }[];
    return { ...app, prefix, filter, make, start, finish, list };
  }

  it('is accepted like any other, and tells how far it came and what it did', async () => {
    const { finish, list, acme, filter } = await setup(45);
    const answer = await acme.post(operation('deactivate'), { filter }).expect(202);
    expect(answer.headers['operation-location']).toBe(uriOf(answer));
    await app.worker.tick();
    const { body } = await acme.get(uriOf(answer));
    expect(body).toMatchObject({
      status: 'complete',
      kind: 'deactivate-jobs',
      progress: { done: 45, total: 45 },
      'job-status-code': 200,
      'job-results': { 'dry-run': false, target: 'jobs', matched: 45, changed: 45 },
    });
    const jobs = await list();
    expect(jobs).toHaveLength(45);
    expect(jobs.every((job) => !job.active && job.ACTIVECOUNT === 1)).toBe(true);
    expect((await finish('deactivate'))['job-results']).toMatchObject({ matched: 45, changed: 0 });
    expect((await finish('activate'))['job-results']).toMatchObject({ matched: 45, changed: 45 });
    expect((await list()).every((job) => job.active)).toBe(true);
  });

  it('may mean the schedules of the jobs', async () => {
    const { finish, list } = await setup();
    const target = 'schedules';
    expect((await finish('deactivate', { target }))['job-results']).toMatchObject({ target, changed: 3 });
    expect((await list()).every((job) => job.active && job.INACTIVECOUNT === 1)).toBe(true);
    expect((await finish('activate', { target }))['job-results']).toMatchObject({ changed: 3 });
    expect((await finish('delete', { target }))['job-results']).toMatchObject({ changed: 3 });
    expect((await list()).every((job) => job.ACTIVECOUNT + job.INACTIVECOUNT === 0)).toBe(true);
  });

  it('deletes', async () => {
    const { finish, list, acme } = await setup();
    const before = (await acme.get('/scheduler/jobCount')).body;
    expect((await finish('delete'))['job-results']).toMatchObject({ matched: 3, changed: 3 });
    expect(await list()).toEqual([]);
    const after = (await acme.get('/scheduler/jobCount')).body;
    expect(before.active + before.inactive - after.active - after.inactive).toBe(3);
  });

  it.each(['activate', 'deactivate', 'delete'])(
    'changes nothing when it is only to say what %s would',
    async (verb) => {
      const { finish, list } = await setup();
      const before = await list();
      const { 'job-results': results } = await finish(verb, { dryRun: true });
      expect(results).toMatchObject({ 'dry-run': true, matched: 3, changed: verb === 'activate' ? 0 : 3 });
      expect(await list()).toEqual(before);
    },
  );

  it('runs what it activates, and no longer what it deactivates', async () => {
    const { finish, target, prefix, createJob, clock, tick, acme } = await setup(0);
    const schedules = [{ repeatInterval: '10 minutes', active: true }];
    await createJob(acme, { name: prefix, active: false, schedules });
    const calls = target.calls.length;
    await finish('activate');
    clock.advance(3_600_000);
    await tick();
    expect(target.calls.length).toBe(calls + 1);
    await finish('deactivate');
    clock.advance(3_600_000);
    await tick();
    expect(target.calls.length).toBe(calls + 1);
  });

  it('is a tenant’s over its own jobs, and a provider’s over every tenant’s', async () => {
    const { finish, list, make, prefix, acme, beta, provider } = await setup(1);
    await make(beta, `${prefix}-of-beta`);
    expect((await finish('deactivate', {}, beta))['job-results']).toMatchObject({ matched: 1 });
    expect((await list(acme)).every((job) => job.active)).toBe(true);
    const body = await finish('deactivate', {}, provider);
    expect(body['job-results']).toMatchObject({ matched: 2, changed: 1 });
    expect((await list(acme)).every((job) => !job.active)).toBe(true);
  });

  it('leaves alone what is made after its start', async () => {
    const { make, prefix, list, finish } = await setup(0);
    await make(app.acme, `${prefix}-1`);
    await finish('deactivate');
    await make(app.acme, `${prefix}-2`);
    expect((await list()).map((job) => job.active)).toEqual([false, true]);
  });

  it.each([
    ['without a filter', 'delete', {}, 400],
    ['with a filter that is none', 'delete', { filter: 'name' }, 400],
    ['with a target that is none', 'delete', { filter: EVERY_JOB, target: 'tenants' }, 400],
    ['with a dryRun that is none', 'delete', { filter: EVERY_JOB, dryRun: 'maybe' }, 400],
    ['under an unknown name', 'explode', { filter: EVERY_JOB }, 404],
  ])('is refused %s', async (_name, verb, body, status) => {
    const { acme, http } = await setup(0);
    await acme.post(operation(verb), body).expect(status);
    await http.post(operation(verb)).send(body).expect(401);
  });
});

describe.each(databaseKinds)('An operation in batches on $name', (kind) => {
  /** A service that accepts operations and leaves the work to others, with 45 jobs. */
  async function setup() {
    const app = await startOperations(kind, { DISPATCH: 'off' });
    for (let made = 0; made < 45; made++) await app.createJob(app.acme);
    const start = async () => uriOf(await app.acme.post(operation('deactivate'), { filter: EVERY_JOB }));
    const [database, leases, batches, kinds] = [
      ...[Database, OperationLeaseStore, OperationBatches, OperationKinds],
    ].map((token) => app.app.get<unknown>(token, { strict: false })) as [
      Database,
      OperationLeaseStore,
      OperationBatches,
      OperationKinds,
    ];
    /** Does one batch of an operation in the name of a process that is never heard of again. */
    const dieAfterOneBatch = async () => {
      const claim = { kinds: kinds.listBatched(), holder: 'a process that dies' };
      const wish = { kinds: claim.kinds, perTenancy: 1, limit: 1 };
      const free = await database.read((tx) => leases.listFree(tx, wish, app.clock.now()));
      const ids = free.map((operation) => operation.id);
      const [id = ''] = await database.transaction((tx) =>
        leases.take(tx, { ...claim, ids }, app.clock.now()),
      );
      await database.transaction((tx) => batches.runOne(tx, id, claim.holder, app.clock.now()));
      return id;
    };
    /** Stops the service and starts one that does work, on the same database. */
    const startWorking = async () => {
      const env = { DATABASE_URL: app.databaseUrl };
      if (kind.name === 'SQLite') await app.stop();
      const working = await startApp({ env, clock: app.clock, uaa: app.uaa });
      return { ...working, worker: working.app.get(OperationWorker, { strict: false }) };
    };
    const logs = (client: Client) => client.get('/scheduler/actionLogs?jobId=1');
    return { ...app, start, database, dieAfterOneBatch, startWorking, logs };
  }

  it('is gone on with by another process once the lease of a dead one has run out', async () => {
    const { start, dieAfterOneBatch, startWorking, acme, clock } = await setup();
    const uri = await start();
    await dieAfterOneBatch();
    expect((await acme.get(uri)).body).toMatchObject({
      status: 'running',
      progress: { done: 20, total: 45 },
    });
    const { worker, acme: client } = await startWorking();
    await worker.tick();
    expect((await client.get(uri)).body.progress).toEqual({ done: 20, total: 45 });
    clock.advance(31_000);
    await worker.tick();
    expect((await client.get(uri)).body).toMatchObject({
      status: 'complete',
      'job-results': { matched: 45, changed: 45 },
    });
    expect((await client.get('/scheduler/jobCount')).body).toEqual({ active: 0, inactive: 45 });
  });

  it('takes nothing from a process that lost its lease', async () => {
    const { start, dieAfterOneBatch, database, app, clock } = await setup();
    await start();
    const id = await dieAfterOneBatch();
    clock.advance(31_000);
    await dieAfterOneBatch();
    await database.transaction((tx) => tx.execute("UPDATE operation SET held_by = 'another'"));
    const batches = app.get(OperationBatches, { strict: false });
    const late = await database.transaction((tx) =>
      batches.runOne(tx, id, 'a process that dies', clock.now()),
    );
    expect(late).toEqual({ isOver: true });
    const [row] = await database.read((tx) => tx.query<{ n: number }>('SELECT SUM(active) AS n FROM job'));
    expect(Number(row?.n)).toBe(5);
  });

  it('is canceled between batches: what was done stays and is told', async () => {
    const { start, dieAfterOneBatch, startWorking, acme, clock } = await setup();
    const uri = await start();
    await dieAfterOneBatch();
    await acme.post(cancelOf(uri)).expect(204);
    expect((await acme.get(uri)).body).toMatchObject({ status: 'cancel-pending' });
    const again = await acme.post(cancelOf(uri)).expect(409);
    expect(again.body).toEqual(refusal(409, 42, 'POST', cancelOf(uri)));
    expect((await acme.delete(uri).expect(409)).body).toMatchObject({ reason: 40 });
    const { worker, acme: client } = await startWorking();
    clock.advance(31_000);
    await worker.tick();
    expect((await client.get(uri)).body).toMatchObject({
      status: 'canceled',
      'job-status-code': 409,
      'job-results': { matched: 20, changed: 20 },
    });
    expect((await client.post(cancelOf(uri)).expect(409)).body).toMatchObject({ reason: 41 });
    await client.delete(uri).expect(204);
  });
});

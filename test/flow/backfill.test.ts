import { HOUR_MS, MINUTE_MS, wireText } from '../../src/core/instant.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { until } from '../support/look-again.js';
import { runsOf, startFlow, startReplica, TENANTS, type Flow, type FlowJob } from './setup.js';

const HOURLY = { cron: '* * * * * 0 0', active: false };
const SOON_MS = 10_000;

describe.each(databaseKinds)('Runs that are made little by little, on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind, { MAX_CALLS_PER_TENANT: '4' });
  });

  /** An hourly job that is off, early in an hour, and what it takes to make up its past. */
  async function setup(schedule: object = HOURLY) {
    await flow.clear();
    const { clock, drain, dispatcher, createJob, app, acme, database } = flow;
    clock.set(Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + 10 * MINUTE_MS);
    await drain();
    const job = await createJob(schedule);
    const worker = app.get(OperationWorker, { strict: false });
    const hour = (ago: number) => Math.floor(clock.now() / HOUR_MS) * HOUR_MS - ago * HOUR_MS;
    const startAs = async (path: string, body: object) =>
      String((await acme.post(path, body).expect(202)).body['job-uri']);
    const backfill = (body: object, of: FlowJob = job) => startAs(`${of.schedule}/backfill`, body);
    const statusOf = async (uri: string) => (await acme.get(uri).expect(200)).body;
    /** Lets the operations and what they have made go on, and some seconds by. */
    const goOn = async () => {
      clock.advance(4_000);
      await worker.tick();
      await drain();
    };
    const finished = async (uri: string) => {
      for (let n = 0; n < 100 && (await statusOf(uri)).progress?.done !== undefined; n++) {
        if ((await statusOf(uri)).ended !== undefined) break;
        await goOn();
      }
      return statusOf(uri);
    };
    /** Ticks until the target has got so many calls in all, far within the time for which an operation rests. */
    const called = (count: number) =>
      until(`${count} calls`, SOON_MS, async () => {
        // Runs that are made at once are planned for one millisecond each.
        clock.advance(5);
        await dispatcher.tick();
        return flow.target.calls.length >= count;
      });
    const rowsOf = (of: FlowJob) =>
      database.read((tx) =>
        tx.query<{ original_at: number | null; origin: number; state: number }>(
          'SELECT original_at, origin, state FROM run WHERE schedule_id = ? ORDER BY planned_at',
          [uuidToBytes(of.scheduleId)],
        ),
      );
    return { ...flow, job, hour, backfill, startAs, statusOf, goOn, finished, called, rowsOf };
  }

  it('are one for each instant from the first to the last, both included, and told what they stand for', async () => {
    const { job, hour, backfill, finished, callsOf } = await setup();
    const uri = await backfill({ from: wireText(hour(9)), to: wireText(hour(0)), concurrency: 3 });
    expect(await finished(uri)).toMatchObject({
      ...{ status: 'complete', kind: 'backfill', 'job-status-code': 200, progress: { done: 10, total: 10 } },
      'job-results': { 'schedule-id': job.scheduleId, matched: 10, made: 10, succeeded: 10, failed: 0 },
    });
    const wanted = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((ago) => wireText(hour(ago)));
    const told = callsOf(job).map(({ headers }) => headers['x-sap-run-at']);
    expect([...told].sort()).toEqual(wanted);
    const runs = (await runsOf(job)) as unknown as { origin: string; plannedTimestamp: string }[];
    expect(runs.map(({ origin }) => origin)).toEqual(wanted.map(() => 'backfill'));
    expect(runs.map(({ plannedTimestamp }) => plannedTimestamp)).toEqual(wanted);
  });

  it('come newest first where that is asked for, and tell of what failed', async () => {
    const { job, target, hour, backfill, finished } = await setup();
    target.reacts(({ headers }) => ({
      kind: 'answer',
      status: headers['x-sap-run-at'] === wireText(hour(2)) ? 500 : 200,
      body: 'what happened',
    }));
    const body = { from: wireText(hour(4)), to: wireText(hour(1)), order: 'newest', concurrency: 1 };
    const { 'job-results': results } = await finished(await backfill(body));
    expect(results).toMatchObject({ made: 4, succeeded: 3, failed: 1 });
    expect(results.failures).toEqual([
      expect.objectContaining({ 'run-state': 'ERROR', message: expect.stringContaining('what happened') }),
    ]);
    const runs = (await runsOf(job)) as unknown as { plannedTimestamp: string }[];
    expect(runs.map(({ plannedTimestamp }) => plannedTimestamp)).toEqual(
      [1, 2, 3, 4].map((ago) => wireText(hour(ago))),
    );
  });

  it('count as open until they end, whatever ends them, and the next follow without delay', async () => {
    const { job, acme, target, hour, backfill, called, goOn, finished, rowsOf } = await setup();
    target.reacts({ kind: 'answer', status: 202 });
    const from = target.calls.length;
    const uri = await backfill({ from: wireText(hour(6)), to: wireText(hour(1)), concurrency: 2 });
    await called(from + 2);
    await flow.drain();
    await goOn();
    expect(await rowsOf(job)).toHaveLength(2);
    const [first] = await runsOf(job);
    await acme.put(`${job.runs}/${first?.runId}`, { success: true, message: 'done' }).expect(200);
    await called(from + 3);
    expect(await rowsOf(job)).toHaveLength(3);
    await flow.drain();
    for (let n = 0; n < 6; n++) {
      for (const { runId, runState } of await runsOf(job)) {
        if (runState !== 'ACK_RECVD') continue;
        await acme.put(`${job.runs}/${runId}`, { success: true, message: 'done' }).expect(200);
      }
      await goOn();
    }
    expect((await finished(uri))['job-results']).toMatchObject({ made: 6, succeeded: 6 });
  });

  it('end with their operation where they were not called, and end by themselves where they were', async () => {
    const { job, acme, target, hour, backfill, called, goOn, finished, statusOf, rowsOf } = await setup();
    target.reacts({ kind: 'hold' });
    const from = target.calls.length;
    const uri = await backfill({ from: wireText(hour(40)), to: wireText(hour(1)), concurrency: 10 });
    await called(from + 2);
    expect((await rowsOf(job)).length).toBe(10);
    await acme.post(`${uri}/operations/cancel`).expect(204);
    expect(await statusOf(uri)).toMatchObject({
      status: 'canceled',
      'job-results': { matched: 40, made: 10, canceled: 8, 'under-way': 2 },
    });
    target.reacts({ kind: 'answer' });
    target.release();
    await flow.drain();
    await goOn();
    await finished(uri);
    const states = (await runsOf(job)).map(({ runState }) => runState).sort();
    expect(states).toEqual([...Array(8).fill('ERROR'), 'SUCCESS', 'SUCCESS']);
    expect(target.calls.length).toBe(from + 2);
    await acme.post(`${uri}/operations/cancel`).expect(409);
  });

  it('are called when nothing else of their tenant is due, in half of its slots', async () => {
    const { job, clock, target, hour, backfill, called, dispatcher, createJob, callsOf } = await setup();
    target.reacts(({ path }) => ({ kind: path.startsWith(job.path) ? 'hold' : 'answer' }));
    const from = target.calls.length;
    const planned = await createJob({ cron: '* * * * * * 0' });
    await backfill({ from: wireText(hour(60)), to: wireText(hour(1)), concurrency: 50 });
    await called(from + 2);
    for (let minute = 1; minute <= 3; minute++) {
      clock.set(Math.ceil((clock.now() + 1) / MINUTE_MS) * MINUTE_MS);
      const due = clock.now();
      await called(from + 2 + minute);
      await dispatcher.tick();
      expect(callsOf(planned).at(-1)?.headers['x-sap-run-at']).toBe(wireText(due));
    }
    expect(callsOf(job)).toHaveLength(2);
    target.reacts({ kind: 'answer' });
    target.release();
    await flow.drain();
  });

  it('leave the plan as it is, and are made whatever the schedule permits of overlap', async () => {
    const { job, clock, hour, backfill, finished, rowsOf } = await setup({
      cron: '* * * * * 0 0',
      active: true,
      overlap: 'skip',
      startTime: '2090-01-01',
    });
    const before = (await rowsOf(job)).filter(({ origin }) => origin === 0);
    const uri = await backfill({ from: wireText(hour(20)), to: wireText(hour(1)), concurrency: 20 });
    expect((await finished(uri))['job-results']).toMatchObject({ made: 20, succeeded: 20, skipped: 0 });
    expect((await rowsOf(job)).filter(({ origin }) => origin === 0)).toEqual(before);
    expect(clock.now()).toBeLessThan(Date.UTC(2090, 0, 1));
  });

  it('are no more once their schedule is gone', async () => {
    const { job, acme, target, hour, backfill, called, finished, sweeper } = await setup();
    target.reacts({ kind: 'answer', status: 202 });
    const from = target.calls.length;
    const uri = await backfill({ from: wireText(hour(40)), to: wireText(hour(1)), concurrency: 2 });
    await called(from + 2);
    await flow.drain();
    await acme.delete(job.schedule).expect(200);
    await sweeper.purge();
    expect(await finished(uri)).toMatchObject({
      ...{ status: 'complete', 'job-status-code': 404 },
      'job-results': { made: 2, deleted: 2 },
    });
  });

  it('are run again in bulk by state and time, and told apart where they cannot be', async () => {
    const { job, clock, acme, target, hour, backfill, startAs, finished, called, callsOf } = await setup();
    target.reacts(({ headers }) => ({
      kind: 'answer',
      status:
        Number(new Date(String(headers['x-sap-run-at']).replace(' ', 'T') + 'Z').getUTCHours()) % 2 === 0
          ? 500
          : 200,
    }));
    const since = clock.now();
    await finished(await backfill({ from: wireText(hour(10)), to: wireText(hour(1)), concurrency: 10 }));
    target.reacts({ kind: 'answer' });
    const filter = { runState: ['ERROR'], from: wireText(since), to: wireText(clock.now()) };
    const path = '/scheduler/runs/operations/replay';
    const dry = await finished(await startAs(path, { filter, dryRun: true }));
    expect(dry['job-results']).toEqual({ 'dry-run': true, matched: 5 });
    const before = callsOf(job).length;
    const uri = await startAs(path, { filter: { ...filter, scheduleId: job.scheduleId }, concurrency: 2 });
    expect(await finished(uri)).toMatchObject({
      ...{ status: 'complete', kind: 'replay-runs', progress: { done: 5, total: 5 } },
      'job-results': { matched: 5, made: 5, succeeded: 5 },
    });
    expect(callsOf(job)).toHaveLength(before + 5);
    const again = { filter: { ...filter, jobId: job.jobId, runState: 'SUCCESS' } };
    target.reacts({ kind: 'answer', status: 202 });
    const from = target.calls.length;
    const late = await startAs(path, { ...again, concurrency: 1 });
    await called(from + 1);
    await flow.drain();
    await acme.delete(job.schedule).expect(200);
    await flow.sweeper.purge();
    expect((await finished(late))['job-results']).toMatchObject({
      ...{ matched: 5, made: 1, deleted: 1, 'error-count': 4 },
      errors: expect.arrayContaining([
        { 'run-id': expect.any(String), message: expect.stringMatching(/deleted/) },
      ]),
    });
  });

  it('are run again for other tenants while one is suspended', async () => {
    const { clock, createJob, provider, beta, target, hour, backfill, finished, goOn } = await setup();
    target.reacts({ kind: 'answer', status: 500 });
    const range = { from: wireText(hour(1)), to: wireText(hour(1)) };
    const since = clock.now();
    await finished(await backfill(range));
    const other = await createJob(HOURLY, { client: beta });
    await beta.post(`${other.schedule}/backfill`, range).expect(202);
    for (let n = 0; n < 20 && (await runsOf(other))[0]?.runState !== 'ERROR'; n++) await goOn();
    target.reacts({ kind: 'answer' });
    const filter = { runState: 'ERROR', from: wireText(since), to: wireText(clock.now()) };
    await provider.post(`/admin/v1/tenants/${TENANTS.acme}/suspend`).expect(204);
    const { body } = await provider
      .post('/scheduler/runs/operations/replay', { filter, concurrency: 1 })
      .expect(202);
    const statusOf = async () => (await provider.get(String(body['job-uri'])).expect(200)).body;
    for (let n = 0; n < 20 && (await statusOf()).ended === undefined; n++) await goOn();
    const status = await statusOf();
    await provider.post(`/admin/v1/tenants/${TENANTS.acme}/resume`).expect(204);
    expect(status).toMatchObject({
      status: 'complete',
      'job-results': {
        ...{ matched: 2, made: 1, succeeded: 1, 'error-count': 1 },
        errors: [{ message: expect.stringMatching(/suspended/) }],
      },
    });
  });
});

describe('An operation that makes runs little by little, and two replicas', () => {
  it('goes on where one of its runs ends, and where nobody was told, when it has rested', async () => {
    const flow = await startFlow(mariaDb);
    const { clock, target, createJob, acme, drain, options } = flow;
    const other = await startReplica({ ...options, clock, uaa: flow.uaa }, target);
    clock.set(Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + 10 * MINUTE_MS);
    await drain();
    target.reacts({ kind: 'answer', status: 202 });
    const job = await createJob(HOURLY);
    const [from, to] = [5, 1].map((ago) => wireText(clock.now() - ago * HOUR_MS));
    const { body } = await acme.post(`${job.schedule}/backfill`, { from, to, concurrency: 1 }).expect(202);
    const calls = (count: number, replica: Flow['dispatcher']) =>
      until(`${count} calls`, SOON_MS, async () => {
        clock.advance(5);
        await replica.tick();
        return target.calls.length >= count;
      });
    const report = async (by: typeof acme) => {
      const run = (await runsOf(job)).find(({ runState }) => runState === 'ACK_RECVD');
      await by.put(`${job.runs}/${run?.runId}`, { success: true, message: 'done' }).expect(200);
    };
    await calls(1, flow.dispatcher);
    await drain();
    await report(other.acme);
    // Nobody but the one that was told makes the next.
    await calls(2, other.dispatcher);
    await other.drain();
    await report(other.acme);
    await calls(3, flow.dispatcher);
    await drain();
    const rested = [flow, other].map((replica) => replica.app.get(OperationWorker, { strict: false }));
    await flow.database.transaction((tx) =>
      tx.execute("UPDATE run SET state = 4, completed_at = 1, end_text = '' WHERE state = 2"),
    );
    clock.advance(6_000);
    for (const worker of rested) await worker.tickRested();
    await calls(4, flow.dispatcher);
    expect((await acme.get(String(body['job-uri']))).body.progress).toEqual({ done: 3, total: 4 });
  });
});

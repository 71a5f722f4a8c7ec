import { Database } from '../../src/database/database.js';
import { Claimer } from '../../src/dispatch/claimer.js';
import { Heartbeat } from '../../src/replica/heartbeat.js';
import { TENANTS } from '../support/app.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { runsOf, startFlow, startReplica, type Flow } from './setup.js';

const LEASE_MS = 60_000;
const HALF_HOUR_MS = 1_800_000;
const HOURLY = { cron: '* * * * * 0 0' };

type Replica = Awaited<ReturnType<typeof startReplica>>;

describe('Two replicas on MariaDB', () => {
  let first: Flow;
  let second: Replica;
  beforeAll(async () => {
    first = await startFlow(mariaDb, { LEASE_MS: String(LEASE_MS) });
    second = await startReplica({ ...first.options, clock: first.clock, uaa: first.uaa }, first.target);
  });

  /** Both replicas live, half an hour before the next run of a job. */
  async function setup() {
    await first.clear();
    const { clock, createJob, target } = first;
    clock.set(Math.ceil(clock.now() / 3_600_000) * 3_600_000 + HALF_HOUR_MS);
    await first.drain();
    await second.drain();
    const job = await createJob(HOURLY);
    const calledBefore = target.calls.length;
    /** The run ids of the calls of this test, in order. */
    const calls = () =>
      target.calls.slice(calledBefore).map((call) => String(call.headers['x-sap-job-run-id']));
    const received = (count: number) => target.received(calledBefore + count);
    const theRun = async () => {
      const [run] = await runsOf(job);
      if (!run) throw new Error('There is no run.');
      return run;
    };
    return { job, clock, target, calls, received, theRun };
  }

  it('call a run once, however they race for it', async () => {
    const { clock, calls, theRun } = await setup();
    clock.advance(HALF_HOUR_MS);
    await Promise.all([first.drain(), second.drain()]);
    expect(calls()).toEqual([(await theRun()).runId]);
  });

  it('share what is due, each run being called once', async () => {
    const { clock, calls } = await setup();
    for (let n = 0; n < 20; n++) await first.createJob(HOURLY);
    clock.advance(HALF_HOUR_MS);
    await Promise.all([first.drain(), second.drain(), first.drain(), second.drain()]);
    expect(calls()).toHaveLength(21);
    expect(new Set(calls()).size).toBe(21);
  });

  it('take over from each other once the lease is over, not before, under the same run id', async () => {
    const { clock, target, calls, received, theRun } = await setup();
    target.reacts({ kind: 'hold' });
    clock.advance(HALF_HOUR_MS);
    await first.dispatcher.tick();
    await received(1);
    target.reacts({ kind: 'answer', body: 'by the second' });
    clock.advance(LEASE_MS - 1);
    await second.tick();
    expect(calls()).toHaveLength(1);
    clock.advance(1);
    await second.tick();
    const { runId } = await theRun();
    expect(calls()).toEqual([runId, runId]);
    expect(await theRun()).toMatchObject({ runState: 'SUCCESS' });
    expect((await theRun()).transitions.at(-1)?.text).toBe('by the second');

    // The late answer of the first comes to nothing.
    const recorded = await theRun();
    clock.advance(5_000);
    target.release();
    await first.dispatcher.settled();
    expect(await theRun()).toEqual(recorded);
  });

  it('leave a run alone whose replica lives, however long its call takes', async () => {
    const { clock, target, calls, received, theRun } = await setup();
    target.reacts({ kind: 'hold', body: 'by the first' });
    clock.advance(HALF_HOUR_MS);
    await first.dispatcher.tick();
    await received(1);
    for (let n = 0; n < 6; n++) {
      clock.advance(LEASE_MS / 2);
      await first.dispatcher.tick();
      await second.dispatcher.tick();
    }
    expect(calls()).toHaveLength(1);
    target.release();
    await first.dispatcher.settled();
    expect((await theRun()).transitions.at(-1)?.text).toBe('by the first');
  });

  it('renew a lease between two heartbeats, and only one that holds', async () => {
    const { clock } = await setup();
    const { app, database, dispatcher } = first;
    const heartbeat = app.get(Heartbeat, { strict: false });
    const beatAt = async () => {
      const [row] = await database.read((tx) =>
        tx.query<{ beat_at: number }>('SELECT beat_at FROM replica WHERE id = ?', [heartbeat.replicaId]),
      );
      return Number(row?.beat_at);
    };
    clock.advance(LEASE_MS);
    await dispatcher.tick();
    const begun = clock.now();
    clock.advance(LEASE_MS / 6 - 1);
    expect([await dispatcher.renewLease(), await beatAt()]).toEqual([true, begun]);
    clock.advance(1);
    expect([await dispatcher.renewLease(), await beatAt()]).toEqual([true, begun + LEASE_MS / 6]);

    // Another replica may have taken over what was held: the next round finds that out.
    clock.advance(LEASE_MS);
    expect([await dispatcher.renewLease(), await beatAt()]).toEqual([false, begun + LEASE_MS / 6]);
    await dispatcher.tick();
    expect(await beatAt()).toBe(clock.now());

    const lost = heartbeat.replicaId;
    await database.transaction((tx) => tx.execute('DELETE FROM replica WHERE id = ?', [lost]));
    clock.advance(LEASE_MS / 6);
    expect([await dispatcher.renewLease(), heartbeat.isHolding(clock.now())]).toEqual([false, false]);
    await dispatcher.tick();
    expect(heartbeat.replicaId).not.toBe(lost);
    expect(await beatAt()).toBe(clock.now());
  });

  it('leave alone what a replica holds that began after their last heartbeat', async () => {
    const { clock, target, calls, received } = await setup();
    const third = await startReplica({ ...first.options, clock, uaa: first.uaa }, target);
    clock.advance(HALF_HOUR_MS);
    await second.dispatcher.standBy();
    target.reacts({ kind: 'hold' });
    await third.dispatcher.tick();
    await received(1);
    // A tenant that is resumed makes it look at once for what others of it were given back.
    for (const change of ['suspend', 'resume']) {
      await second.provider.post(`/admin/v1/tenants/${TENANTS.beta}/${change}`).expect(204);
    }
    await second.dispatcher.tick();
    target.release();
    await Promise.all([second.dispatcher.settled(), third.dispatcher.settled()]);
    expect(calls()).toHaveLength(1);
    await third.stop();
  });

  it('do not call what they held before a pause that was longer than the lease', async () => {
    const { clock, calls, theRun } = await setup();
    expect(await first.dispatcher.tick(3_600_000)).toMatchObject({ claimed: 1 });
    clock.advance(HALF_HOUR_MS);
    await second.drain();
    const { runId } = await theRun();
    expect(calls()).toEqual([runId]);
    await first.drain();
    expect(calls()).toEqual([runId]);
  });

  it('do not even call it between the first beat after the pause and the look at what is held', async () => {
    const { clock, calls, theRun } = await setup();
    expect(await first.dispatcher.tick(3_600_000)).toMatchObject({ claimed: 1 });
    clock.advance(HALF_HOUR_MS);
    await second.drain();
    const claimer = first.app.get(Claimer, { strict: false });
    const listHeld = claimer.listHeld.bind(claimer);
    claimer.listHeld = () => {
      // Whatever makes the queue look for what is due, at that moment.
      first.dispatcher.planChanged({ tenancyId: 0, dropped: [], earliestAt: null });
      return listHeld();
    };
    await first.drain();
    claimer.listHeld = listHeld;
    expect(calls()).toEqual([(await theRun()).runId]);
  });

  it('call what they held where the pause was shorter', async () => {
    const { clock, calls, theRun } = await setup();
    clock.advance(HALF_HOUR_MS - LEASE_MS / 2);
    await first.drain();
    expect(await first.dispatcher.tick(LEASE_MS)).toMatchObject({ claimed: 1 });
    clock.advance(LEASE_MS / 2);
    await second.drain();
    expect(calls()).toEqual([]);
    await first.drain();
    expect(calls()).toEqual([(await theRun()).runId]);
  });
});

describe.each(databaseKinds)('A replica that takes over on $name', (kind) => {
  it('takes over in one go whatever a dead one held, however much that is', async () => {
    const { database, createJob, clock, drain, callsOf } = await startFlow(kind);
    const schedules = Array.from({ length: 700 }, () => ({ time: 'in 1 minute', active: true }));
    const jobs = [await createJob({}, { schedules }), await createJob({}, { schedules })];
    await database.transaction((tx) => tx.execute('UPDATE run SET state = 1, claimed_by = 4711'));
    clock.advance(HALF_HOUR_MS);
    await drain();
    expect(jobs.map((job) => callsOf(job).length)).toEqual([700, 700]);
  });
});

describe.each(databaseKinds)('A replica that stops on $name', (kind) => {
  async function setup() {
    const flow = await startFlow(kind);
    flow.clock.advance(HALF_HOUR_MS);
    await flow.drain();
    const job = await flow.createJob(HOURLY);
    expect(await flow.dispatcher.tick(3_600_000)).toMatchObject({ claimed: 1 });
    const { runId } = (await runsOf(job))[0] ?? { runId: '' };
    await flow.stop();
    const next = await startReplica({ ...flow.options, clock: flow.clock, uaa: flow.uaa }, flow.target);
    const calls = () => flow.callsOf(job).map((call) => call.headers['x-sap-job-run-id']);
    return { ...next, job, runId, calls };
  }

  it('gives back what it held: the next one calls it at its time, under the same id', async () => {
    const { clock, drain, calls, runId, job, acme } = await setup();
    clock.advance(HALF_HOUR_MS - 1_000);
    await drain();
    expect(calls()).toEqual([]);
    clock.advance(1_000);
    await drain();
    expect(calls()).toEqual([runId]);
    const runs = await runsOf(job, acme);
    expect(runs.map((run) => run.runState)).toEqual(['SUCCESS', 'SCHEDULED']);
  });

  it('gives back what it held: it is not called when its schedule is deactivated meanwhile', async () => {
    const { clock, drain, calls, job, acme } = await setup();
    await acme.put(job.schedule, { active: false }).expect(200);
    clock.advance(HALF_HOUR_MS);
    await drain();
    expect(calls()).toEqual([]);
    expect(await runsOf(job, acme)).toEqual([]);
  });

  it('calls first what it has claimed ahead, so that nobody has to find it', async () => {
    const flow = await startFlow(kind);
    const { clock, dispatcher, createJob, callsOf } = flow;
    const job = await createJob(HOURLY);
    clock.advance(2 * HALF_HOUR_MS - 100);
    expect(await dispatcher.tick(1_000)).toMatchObject({ claimed: 1 });
    const stopped = dispatcher.stop(20_000);
    clock.advance(100);
    await stopped;
    expect(callsOf(job)).toHaveLength(1);
    expect((await runsOf(job)).map((run) => run.runState)).toEqual(['SUCCESS', 'SCHEDULED']);
  });

  it('keeps its lease while calls are open, however short that is', async () => {
    const flow = await startFlow(kind, { LEASE_MS: '1000' });
    const { app, clock, dispatcher, createJob, target } = flow;
    await createJob(HOURLY);
    clock.advance(2 * HALF_HOUR_MS);
    target.reacts({ kind: 'hold' });
    await dispatcher.tick();
    await target.received(1);
    const stopped = dispatcher.stop(20_000);
    clock.advance(2_000);
    const beatAt = async () => {
      const rows = await app
        .get(Database, { strict: false })
        .read((tx) => tx.query<{ beat_at: number }>('SELECT beat_at FROM replica'));
      return rows[0]?.beat_at;
    };
    while ((await beatAt()) !== clock.now()) await new Promise(setImmediate);
    target.release();
    await stopped;
    expect(await beatAt()).toBeUndefined();
  });
});

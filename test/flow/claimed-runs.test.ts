import { DatabaseUnavailable } from '../../src/database/connection/availability.js';
import { Claimer } from '../../src/dispatch/claimer.js';
import { Executor } from '../../src/dispatch/executor.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { runsOf, startFlow, startReplica, type Flow, type FlowJob } from './setup.js';

const HOUR_MS = 3_600_000;
const HOURLY = { cron: '* * * * * 0 0' };

/** One open call of the tenant, which may have only one, and a run that was asked for and waits for its turn. */
async function stageOf(flow: Flow) {
  await flow.clear();
  const { clock, createJob, target, acme, dispatcher, app } = flow;
  clock.set(Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + HOUR_MS / 2);
  await flow.drain();
  const first = await createJob({ time: 'now' });
  clock.advance(1_000);
  const waiting = await createJob({ ...HOURLY, active: false });
  const { body } = await acme.post(waiting.runs).expect(202);
  target.reacts({ kind: 'hold' });
  const from = target.calls.length;
  clock.advance(1_000);
  await dispatcher.tick();
  await target.received(from + 1);
  const theRun = async (job: FlowJob = waiting) => {
    const run = (await runsOf(job)).find(({ runStatus }) => runStatus !== 'COMPLETED');
    if (!run) throw new Error('There is no run that has not ended.');
    return run;
  };
  /** Lets the open call end, and everything after it. */
  const goOn = async () => {
    target.reacts({ kind: 'answer' });
    target.release();
    await dispatcher.settled();
    await flow.drain();
  };
  const claimer = app.get(Claimer, { strict: false });
  const { queue } = app.get(Executor, { strict: false });
  return { ...flow, first, waiting, operation: `${body['job-uri']}`, theRun, goOn, claimer, queue };
}

describe.each(databaseKinds)('A run that is claimed and not called on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind, { MAX_CALLS_PER_TENANT: '1' });
  });
  const setup = () => stageOf(flow);

  it('is SCHEDULED beside one that is RUNNING, and is called in its turn', async () => {
    const { queue, theRun, first, waiting, goOn, callsOf } = await setup();
    expect([queue.inFlight, queue.waiting]).toEqual([1, 1]);
    expect(await theRun(first)).toMatchObject({ runState: 'TRIGGERED', runStatus: 'RUNNING' });
    expect(await theRun()).toMatchObject({ runState: 'SCHEDULED', runStatus: 'SCHEDULED' });
    expect((await theRun()).transitions).toHaveLength(1);
    await goOn();
    expect(callsOf(waiting)).toHaveLength(1);
    expect((await runsOf(waiting))[0]).toMatchObject({ runState: 'SUCCESS' });
  });

  it('takes no report, and one that is called does', async () => {
    const { theRun, first, waiting, acme, goOn } = await setup();
    const report = { success: true, message: 'done' };
    const { runId } = await theRun();
    const { body } = await acme.put(`${waiting.runs}/${runId}`, report).expect(409);
    expect(JSON.stringify(body)).toContain('SCHEDULED');
    await acme.put(`${first.runs}/${(await theRun(first)).runId}`, report).expect(200);
    await goOn();
  });

  it('is never called once it is canceled', async () => {
    const { acme, waiting, operation, goOn, callsOf } = await setup();
    await acme.post(`${operation}/operations/cancel`).expect(204);
    await goOn();
    expect(callsOf(waiting)).toHaveLength(0);
    expect((await runsOf(waiting))[0]).toMatchObject({ runState: 'ERROR', executionTimestamp: null });
  });

  it.each(['before', 'after'])(
    'is called or canceled, never both: canceled right %s its mark',
    async (when) => {
      const stage = await setup();
      const { claimer, clock, acme, createJob, dispatcher, goOn, callsOf, target } = stage;
      await goOn();
      const job = await createJob({ ...HOURLY, active: false });
      const { body } = await acme.post(job.runs).expect(202);
      const markCalled = claimer.markCalled.bind(claimer);
      let status = 0;
      const cancel = async () => {
        const answer = await acme.post(`${body['job-uri']}/operations/cancel`);
        status = answer.status;
      };
      claimer.markCalled = async (...words) => {
        if (when === 'before') await cancel();
        const marked = await markCalled(...words);
        if (when === 'after') await cancel();
        return marked;
      };
      target.reacts({ kind: 'answer' });
      clock.advance(1_000);
      await dispatcher.tick();
      await dispatcher.settled();
      claimer.markCalled = markCalled;
      expect([status, callsOf(job).length]).toEqual(when === 'before' ? [204, 0] : [404, 1]);
    },
  );

  it('is SCHEDULED after its replica has died, and is called by the next one', async () => {
    const { theRun, waiting, database, clock, drain, callsOf, goOn } = await setup();
    await goOn();
    const job = await flow.createJob({ time: 'in 1 minute' });
    clock.advance(HOUR_MS);
    await database.transaction((tx) =>
      tx.execute('UPDATE run SET state = 1, claimed_by = 4711 WHERE state = 0'),
    );
    expect(await theRun(job)).toMatchObject({ runStatus: 'SCHEDULED' });
    await drain();
    expect([callsOf(job).length, callsOf(waiting).length]).toEqual([1, 1]);
  });

  it('is called once the database answers again, where it could not be marked', async () => {
    const { claimer, clock, createJob, dispatcher, goOn, callsOf, tick } = await setup();
    await goOn();
    const job = await createJob({ time: 'in 1 minute' });
    clock.advance(HOUR_MS);
    const markCalled = claimer.markCalled.bind(claimer);
    claimer.markCalled = () => Promise.reject(new DatabaseUnavailable('The test says no.', null));
    await dispatcher.tick();
    await dispatcher.settled();
    claimer.markCalled = markCalled;
    expect(callsOf(job)).toHaveLength(0);
    expect((await runsOf(job))[0]).toMatchObject({ runStatus: 'SCHEDULED' });
    clock.advance(1_000);
    await tick();
    expect(callsOf(job)).toHaveLength(1);
  });
});

describe('A run that another replica has claimed and not called, on MariaDB', () => {
  async function setup() {
    const first = await startFlow(mariaDb);
    const second = await startReplica({ ...first.options, clock: first.clock, uaa: first.uaa }, first.target);
    const job = await first.createJob(HOURLY);
    first.clock.advance(HOUR_MS / 2);
    await second.drain();
    expect(await first.dispatcher.tick(HOUR_MS)).toMatchObject({ claimed: 1 });
    const strike = async () => {
      first.clock.advance(HOUR_MS / 2);
      await first.drain();
    };
    return { first, second, job, strike };
  }

  it('is called at its time', async () => {
    const { first, job, strike } = await setup();
    expect((await runsOf(job))[0]).toMatchObject({ runStatus: 'SCHEDULED' });
    await strike();
    expect(first.callsOf(job)).toHaveLength(1);
  });

  it.each(['deactivated', 'deleted'])('is not called where its schedule is %s', async (how) => {
    const { first, second, job, strike } = await setup();
    if (how === 'deleted') await second.acme.delete(job.schedule).expect(200);
    else await second.acme.put(job.schedule, { active: false }).expect(200);
    await strike();
    expect(first.callsOf(job)).toHaveLength(0);
  });
});

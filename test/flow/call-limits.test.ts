import { Executor } from '../../src/dispatch/executor.js';
import { databaseKinds, sqlite } from '../support/databases.js';
import { runsOf, startFlow, type Flow } from './setup.js';

const MINUTE_MS = 60_000;

describe('The time limit of a call', () => {
  let usual: Flow;
  /** Nobody may take longer than half a second. */
  let strict: Flow;
  beforeAll(async () => {
    usual = await startFlow(sqlite);
    strict = await startFlow(sqlite, { ACTION_TIMEOUT_MS: '500' });
  });

  /** A one-time job with this limit whose endpoint never answers, called. */
  async function called(flow: Flow, timeout: string | null) {
    await flow.clear();
    flow.clock.advance(MINUTE_MS);
    await flow.drain();
    flow.target.reacts({ kind: 'hang' });
    const job = await flow.createJob({ time: 'now' }, timeout === null ? {} : { timeout });
    await flow.drain();
    return (await runsOf(job))[0];
  }

  it('is that of the job', async () => {
    expect(await called(usual, '1 second')).toMatchObject({ runState: 'ACK_NOT_RECVD' });
  });

  it.each(['2 minutes', null])('is at most that of the deployment (%s)', async (timeout) => {
    expect(await called(strict, timeout)).toMatchObject({ runState: 'ACK_NOT_RECVD' });
  });

  it.each(['2 minutes', null])(
    'is that of the deployment where a run that nobody answered keeps others of its schedule (%s)',
    async (timeout) => {
      await strict.clear();
      const { clock, target, createJob, drain, callsOf, database } = strict;
      clock.advance(MINUTE_MS);
      await drain();
      target.reacts({ kind: 'hang' });
      const job = await createJob(
        { cron: '* * * * * * *', overlap: 'skip' },
        timeout === null ? {} : { timeout },
      );
      const secondAfter = async (ackedMs: number) => {
        clock.advance(1_000);
        await database.transaction((tx) =>
          tx.execute('UPDATE run SET acked_at = ? WHERE acked_at IS NOT NULL', [clock.now() - ackedMs]),
        );
        await drain();
      };
      await secondAfter(0);
      target.reacts({ kind: 'answer' });
      await secondAfter(499);
      await secondAfter(500);
      expect((await runsOf(job)).map(({ runState }) => runState)).toEqual([
        ...['ACK_NOT_RECVD', 'SKIPPED', 'SUCCESS', 'SCHEDULED'],
      ]);
      expect(callsOf(job)).toHaveLength(2);
    },
  );

  it('is that of the call, and not of the connection that served another', async () => {
    await usual.clear();
    const { clock, target, createJob, drain, callsOf } = usual;
    clock.advance(MINUTE_MS);
    await drain();
    const first = await createJob({ time: 'now' }, { timeout: '1 second' });
    await drain();
    target.reacts({ kind: 'delay', ms: 1_200 });
    const second = await createJob({ time: 'now' }, { timeout: '2 minutes' });
    await drain();
    expect([callsOf(first), callsOf(second)].map(({ length }) => length)).toEqual([1, 1]);
    expect((await runsOf(second))[0]).toMatchObject({ runState: 'SUCCESS' });
  });
});

describe.each(databaseKinds)('Calls that may take long on $name', (kind) => {
  let flow: Flow;
  /** Two slots for two tenants. */
  let few: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind, { MAX_CALLS: '8' });
    few = await startFlow(kind, { MAX_CALLS: '2' });
  });

  /** So many runs of a tenant that are due at once, of a job that may take long or not. */
  async function setup(stage: Flow) {
    await stage.clear();
    const { clock, target, createJob, app, dispatcher, drain, acme } = stage;
    clock.advance(MINUTE_MS);
    await drain();
    target.reacts({ kind: 'hold' });
    const { queue } = app.get(Executor, { strict: false });
    const dueRuns = (
      count: number,
      { timeout, client = acme }: { timeout?: string; client?: typeof acme },
    ) => {
      const schedules = Array.from({ length: count }, () => ({ time: 'now', active: true }));
      return createJob({}, { client, schedules, ...(timeout !== undefined && { timeout }) });
    };
    const rounds = async () => {
      for (let n = 0; n < 5; n++) await dispatcher.tick();
    };
    const end = async () => {
      target.reacts({ kind: 'answer' });
      target.release();
      await drain();
    };
    return { ...stage, queue, dueRuns, rounds, end };
  }

  it('have half of the slots of their tenant, and what takes no longer than usual has the rest', async () => {
    const { dueRuns, rounds, end, queue, target, callsOf } = await setup(flow);
    const from = target.calls.length;
    const long = await dueRuns(10, { timeout: '2 minutes' });
    await rounds();
    await target.received(from + 2);
    expect(queue.inFlight).toBe(2);
    const short = await dueRuns(10, { timeout: '15 seconds' });
    await rounds();
    await target.received(from + 4);
    expect([callsOf(long), callsOf(short)].map(({ length }) => length)).toEqual([2, 2]);
    await end();
    expect([callsOf(long), callsOf(short)].map(({ length }) => length)).toEqual([10, 10]);
    expect(queue.inFlight).toBe(0);
  });

  it('have half of all slots together, and go on where one of another tenant ends', async () => {
    const { dueRuns, rounds, end, queue, target, callsOf, beta } = await setup(few);
    const from = target.calls.length;
    // Whoever has the one long call has used up its part of two slots.
    const ofAcme = await dueRuns(3, { timeout: '2 minutes' });
    await rounds();
    await target.received(from + 1);
    const ofBeta = await dueRuns(3, { timeout: '2 minutes', client: beta });
    await rounds();
    expect(queue.inFlight).toBe(1);
    await dueRuns(3, { client: beta });
    await rounds();
    await target.received(from + 2);
    expect(callsOf(ofAcme).length + callsOf(ofBeta).length).toBe(1);
    await end();
    expect([callsOf(ofAcme), callsOf(ofBeta)].map(({ length }) => length)).toEqual([3, 3]);
    expect(queue.inFlight).toBe(0);
  });
});

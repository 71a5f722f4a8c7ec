import { Claimer } from '../../src/dispatch/claimer.js';
import { Executor } from '../../src/dispatch/executor.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { runsOf, startFlow, startReplica, TENANTS, type Flow } from './setup.js';

const MINUTE_MS = 60_000;
const PATH = `/admin/v1/tenants/${TENANTS.acme}`;

/** A run of a tenant that is claimed ahead of its time and waits in memory. */
async function stageOf(flow: Flow) {
  await flow.clear();
  const { createJob, dispatcher, clock, provider, app, callsOf } = flow;
  clock.advance(MINUTE_MS);
  await flow.drain();
  const job = await createJob({ time: 'in 5 seconds' });
  expect(await dispatcher.tick(MINUTE_MS)).toMatchObject({ claimed: 1, isHolding: true });
  const { queue } = app.get(Executor, { strict: false });
  const claimer = app.get(Claimer, { strict: false });
  /** Lets the run's time come; no beat is due by then, and no round is made. */
  const strike = async () => {
    clock.advance(5_000);
    queue.startDue();
    await dispatcher.settled();
  };
  const suspend = () => provider.post(`${PATH}/suspend`).expect(204);
  const resume = () => provider.post(`${PATH}/resume`).expect(204);
  const calls = () => callsOf(job).length;
  const statusOf = async () => (await runsOf(job, flow.acme))[0]?.runStatus;
  return { ...flow, job, queue, claimer, strike, suspend, resume, calls, statusOf };
}

describe.each(databaseKinds)('A claimed run of a tenant that is suspended on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });
  const setup = () => stageOf(flow);

  it('starts where its tenant is not suspended', async () => {
    const { strike, calls } = await setup();
    await strike();
    expect(calls()).toBe(1);
  });

  it('does not start after the answer, without any beat or round', async () => {
    const { strike, suspend, resume, calls, queue, statusOf, tick } = await setup();
    await suspend();
    expect(queue.waiting).toBe(0);
    await strike();
    expect(calls()).toBe(0);
    await resume();
    expect(await statusOf()).toBe('SCHEDULED');
    await tick();
  });

  it('does not start where it had been marked as called already, and is SCHEDULED again', async () => {
    const { strike, suspend, resume, calls, claimer, statusOf, tick } = await setup();
    const markCalled = claimer.markCalled.bind(claimer);
    claimer.markCalled = async (...words) => {
      const marked = await markCalled(...words);
      await suspend();
      return marked;
    };
    await strike();
    claimer.markCalled = markCalled;
    expect(calls()).toBe(0);
    await resume();
    expect(await statusOf()).toBe('SCHEDULED');
    await tick();
    expect(calls()).toBe(1);
  });

  it('starts at once when its tenant is resumed, without waiting for a beat', async () => {
    const { strike, suspend, resume, calls, dispatcher, tick } = await setup();
    let woken = 0;
    dispatcher.whenWoken(() => (woken += 1));
    await suspend();
    await strike();
    expect(woken).toBe(0);
    await resume();
    expect(woken).toBe(1);
    await tick();
    expect(calls()).toBe(1);
  });
});

describe('A claimed run of a tenant that another replica suspends, on MariaDB', () => {
  it('does not start after the next round, and starts in the one that follows its resumption', async () => {
    const flow = await startFlow(mariaDb);
    const other = await startReplica({ ...flow.options, clock: flow.clock, uaa: flow.uaa }, flow.target);
    const { strike, calls, tick, clock, queue } = await stageOf(flow);
    await other.provider.post(`${PATH}/suspend`).expect(204);
    expect(queue.waiting).toBe(1);
    clock.advance(500);
    await tick();
    expect(queue.waiting).toBe(0);
    await strike();
    expect(calls()).toBe(0);
    await other.provider.post(`${PATH}/resume`).expect(204);
    await tick();
    await tick();
    expect(calls()).toBe(1);
  });
});

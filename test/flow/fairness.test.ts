import { Executor } from '../../src/dispatch/executor.js';
import type { Client } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { startFlow, TENANTS, type Flow, type FlowJob } from './setup.js';

const MINUTE_MS = 60_000;

/** What both parts of this file set up: due runs of tenants, and how many of their calls are open. */
async function stageOf(flow: Flow) {
  await flow.clear();
  const { clock, target, createJob, app, dispatcher } = flow;
  clock.advance(MINUTE_MS);
  await flow.drain();
  const { queue } = app.get(Executor, { strict: false });
  const from = target.calls.length;
  /** Runs of a tenant that are due at once, all of one job. */
  const dueRuns = (client: Client, count: number) => {
    const schedules = Array.from({ length: count }, () => ({ time: 'now', active: true }));
    return createJob({}, { client, schedules });
  };
  /** Whose the calls were, in order. */
  const order = (jobs: Record<string, FlowJob>) =>
    target.calls
      .slice(from)
      .map((call) => Object.keys(jobs).find((name) => jobs[name]?.path === call.path) ?? 'nobody');
  /** Rounds of the dispatcher while no call is answered. */
  const rounds = async () => {
    for (let n = 0; n < 5; n++) await dispatcher.tick();
  };
  const received = (count: number) => target.received(from + count);
  /** Lets every call be answered, and returns how to learn the most that were open at once from now on. */
  const mostInFlight = () => {
    let most = 0;
    target.reacts(() => {
      most = Math.max(most, queue.inFlight);
      return { kind: 'answer' };
    });
    return () => most;
  };
  return { ...flow, queue, dueRuns, order, rounds, received, mostInFlight };
}

describe.each(databaseKinds)('Calls in flight on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind, { MAX_CALLS: '8', MAX_CALLS_PER_TENANT: '3' });
  });
  const setup = () => stageOf(flow);
  const limit = (maxCalls: number | null) =>
    flow.provider
      .put(`/admin/v1/tenants/${TENANTS.acme}/limits`, { maxJobs: null, maxCalls, requestsPerMinute: null })
      .expect(204);

  it('are as many of a tenant as the deployment grants each, and all its runs have their turn', async () => {
    const { acme, dueRuns, queue, rounds, received, target, drain, callsOf, mostInFlight } = await setup();
    target.reacts({ kind: 'hold' });
    const job = await dueRuns(acme, 20);
    await rounds();
    await received(3);
    expect(queue.inFlight).toBe(3);
    const most = mostInFlight();
    target.release();
    await drain();
    expect(callsOf(job)).toHaveLength(20);
    expect(most()).toBe(3);
  });

  it('are as many of a tenant as its own limit says', async () => {
    const { acme, dueRuns, queue, rounds, received, target, drain } = await setup();
    await limit(2);
    target.reacts({ kind: 'hold' });
    await dueRuns(acme, 20);
    await rounds();
    await received(2);
    expect(queue.inFlight).toBe(2);
    await limit(null);
    await dueRuns(acme, 1);
    await rounds();
    await received(3);
    expect(queue.inFlight).toBe(3);
    target.reacts({ kind: 'answer' });
    target.release();
    await drain();
  });

  it('of one tenant do not keep another waiting, however slow its endpoint is', async () => {
    const { acme, beta, dueRuns, rounds, received, target, drain, callsOf } = await setup();
    target.reacts(({ path }) => ({ kind: path === slow.path ? 'hold' : 'answer' }));
    const slow = await dueRuns(acme, 50);
    await rounds();
    await received(3);
    const quick = await dueRuns(beta, 10);
    await rounds();
    await received(13);
    expect(callsOf(quick)).toHaveLength(10);
    expect(callsOf(slow)).toHaveLength(3);
    target.reacts({ kind: 'answer' });
    target.release();
    await drain();
    expect(callsOf(slow)).toHaveLength(50);
  });

  it('begin with a tenant that has one run due, though another has hundreds that were due before', async () => {
    const { acme, beta, dueRuns, order, drain, clock } = await setup();
    const noisy = await dueRuns(acme, 200);
    clock.advance(MINUTE_MS);
    const modest = await dueRuns(beta, 1);
    await drain();
    const calls = order({ noisy, modest });
    expect(calls).toHaveLength(201);
    expect(calls.indexOf('modest')).toBeLessThan(8);
  });

  it('are none of a suspended tenant, until it is resumed', async () => {
    const { acme, beta, provider, dueRuns, drain, callsOf } = await setup();
    const [suspended, other] = [await dueRuns(acme, 3), await dueRuns(beta, 3)];
    await provider.post(`/admin/v1/tenants/${TENANTS.acme}/suspend`).expect(204);
    await drain();
    expect(callsOf(other)).toHaveLength(3);
    expect(callsOf(suspended)).toHaveLength(0);
    await provider.post(`/admin/v1/tenants/${TENANTS.acme}/resume`).expect(204);
    await drain();
    expect(callsOf(suspended)).toHaveLength(3);
  });

  it('are none of a suspended tenant that were claimed before, until it is resumed', async () => {
    const { acme, provider, createJob, dispatcher, clock, drain, callsOf, queue } = await setup();
    const job = await createJob({ time: 'in 1 minute' }, { client: acme });
    expect(await dispatcher.tick(2 * MINUTE_MS)).toMatchObject({ claimed: 1 });
    await provider.post(`/admin/v1/tenants/${TENANTS.acme}/suspend`).expect(204);
    clock.advance(MINUTE_MS / 2);
    await drain();
    expect(queue.waiting).toBe(0);
    for (let n = 0; n < 3; n++) {
      clock.advance(MINUTE_MS / 2);
      await drain();
    }
    expect(callsOf(job)).toHaveLength(0);
    await provider.post(`/admin/v1/tenants/${TENANTS.acme}/resume`).expect(204);
    clock.advance(MINUTE_MS / 2);
    await drain();
    expect(callsOf(job)).toHaveLength(1);
  });
});

describe.each(databaseKinds)('Calls in flight of all tenants on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind, { MAX_CALLS: '2' });
  });
  const setup = () => stageOf(flow);

  it('are no more than the deployment grants in total', async () => {
    const { acme, beta, provider, dueRuns, queue, rounds, received, target, drain, order, mostInFlight } =
      await setup();
    target.reacts({ kind: 'hold' });
    const jobs = {
      acme: await dueRuns(acme, 5),
      beta: await dueRuns(beta, 5),
      provider: await dueRuns(provider, 5),
    };
    await rounds();
    await received(2);
    expect(queue.inFlight).toBe(2);
    const most = mostInFlight();
    target.release();
    await drain();
    expect(order(jobs).sort()).toEqual(['acme', 'beta', 'provider'].flatMap((name) => Array(5).fill(name)));
    expect(most()).toBe(2);
  });

  it('go to the tenants in turn', async () => {
    const { acme, beta, provider, dueRuns, drain, order } = await setup();
    const jobs = {
      acme: await dueRuns(acme, 6),
      beta: await dueRuns(beta, 6),
      provider: await dueRuns(provider, 6),
    };
    await drain();
    const calls = order(jobs);
    expect(calls).toHaveLength(18);
    for (let until = 1; until <= 18; until++) {
      const counts = Object.keys(jobs).map(
        (name) => calls.slice(0, until).filter((call) => call === name).length,
      );
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
    }
  });
});

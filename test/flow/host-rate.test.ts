import fc from 'fast-check';
import { HostRate } from '../../src/dispatch/host-rate.js';
import { HostRateGate } from '../../src/dispatch/host-rate.gate.js';
import { TENANTS } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { startFlow, type Flow } from './setup.js';

const HOUR_MS = 3_600_000;
const HOURLY = { cron: '* * * * * 0 0' };

describe('The rate of calls to a host', () => {
  it('never lets more through than permitted within any second, and all in the end', () => {
    const step = fc.record({ ms: fc.integer({ min: 0, max: 700 }), asks: fc.integer({ min: 0, max: 8 }) });
    const scenario = (steps: readonly { ms: number; asks: number }[], most: number) => {
      const rate = new HostRate();
      const called: number[] = [];
      let now = 1_000_000;
      let waiting: number[] = [];
      const ask = () => {
        const until = rate.take('a', most, now);
        if (until === null) called.push(now);
        else waiting.push(until);
        return until === null || (until > now && until <= now + 1_100);
      };
      let isSound = true;
      for (const { ms, asks } of steps) {
        now += ms;
        for (let n = 0; n < asks; n++) isSound = ask() && isSound;
      }
      const asked = steps.reduce((sum, { asks }) => sum + asks, 0);
      while (waiting.length > 0) {
        now = Math.max(now, Math.min(...waiting));
        const due = waiting.filter((until) => until <= now);
        waiting = waiting.filter((until) => until > now);
        due.forEach(() => (isSound = ask() && isSound));
      }
      const crowded = called.filter((at) => called.filter((c) => c > at - 1_000 && c <= at).length > most);
      return isSound && crowded.length === 0 && called.length === asked;
    };
    fc.assert(fc.property(fc.array(step, { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), scenario));
  });

  it('forgets hosts that were not called within the last second', () => {
    const rate = new HostRate();
    for (let n = 0; n < 100; n++) rate.take(`host ${n}`, 1, 10_000);
    expect(rate.size).toBe(100);
    rate.take('host 0', 1, 11_000);
    expect(rate.size).toBe(1);
  });

  it('counts anew where the clock was set back', () => {
    const rate = new HostRate();
    expect(rate.take('a', 1, 60_000)).toBeNull();
    expect(rate.take('a', 1, 60_500)).toBe(61_000);
    expect(rate.take('a', 1, 30_000)).toBeNull();
  });
});

describe.each(databaseKinds)('Calls of a tenant to one host on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind, { MAX_CALLS_PER_HOST_PER_SECOND: '3' });
  });

  async function setup() {
    await flow.clear();
    const { clock, createJob, callsOf, drain, dispatcher, provider, target } = flow;
    await provider.put(`/admin/v1/tenants/${TENANTS.acme}/limits`, { maxCallsPerHostPerSecond: null });
    clock.set(Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + HOUR_MS - 60_000);
    await drain();
    const jobs = (count: number, change: object = {}) =>
      Promise.all(Array.from({ length: count }, () => createJob(HOURLY, { ...change })));
    const round = async () => {
      await dispatcher.tick();
      await dispatcher.settled();
    };
    const strike = async () => {
      clock.set(Math.ceil((clock.now() + 1) / HOUR_MS) * HOUR_MS);
      await round();
    };
    const calls = (some: Awaited<ReturnType<typeof jobs>>) =>
      some.reduce((sum, job) => sum + callsOf(job).length, 0);
    const elsewhere = target.url('/elsewhere').replace('127.0.0.1', 'localhost');
    return { ...flow, jobs, round, strike, calls, elsewhere };
  }

  it('are so many a second; the others wait, and lateness tells', async () => {
    const { jobs, strike, round, calls, clock, target, elsewhere, beta } = await setup();
    const mine = await jobs(3);
    const late = await jobs(4);
    const others = await jobs(3, { client: beta });
    await jobs(2, { action: elsewhere });
    const before = target.calls.length;
    await strike();
    expect(calls([...mine, ...late])).toBe(3);
    expect(calls(others)).toBe(3);
    expect(target.calls.slice(before).filter(({ path }) => path.startsWith('/elsewhere'))).toHaveLength(2);
    clock.advance(999);
    await round();
    expect(calls([...mine, ...late])).toBe(3);
    clock.advance(1);
    await round();
    expect(calls([...mine, ...late])).toBe(6);
    clock.advance(1_000);
    await round();
    expect(calls([...mine, ...late])).toBe(7);
  });

  it('are as many as the provider says', async () => {
    const { jobs, strike, calls, provider } = await setup();
    const limits = `/admin/v1/tenants/${TENANTS.acme}/limits`;
    await provider.put(limits, { maxCallsPerHostPerSecond: 1 }).expect(204);
    await provider.put(limits, { maxCallsPerHostPerSecond: 0 }).expect(400);
    const mine = await jobs(3);
    await strike();
    expect(calls(mine)).toBe(1);
  });

  it('are shared out among the replicas that are alive', () => {
    const run = (kind: string) => ({ tenancyId: 1, job: { kind, action: 'http://127.0.0.1/x' } });
    const lease = { admit: () => ({ kind: 'go' }) };
    const limits = { one: () => 7 };
    const admitted = (replicas: number, kind = 'http') => {
      const heartbeat = { liveReplicaIds: Array.from({ length: replicas }, (_, id) => id + 1) };
      // Only what the gate asks of its neighbours.
      const gate = new HostRateGate(lease as never, heartbeat as never, limits as never);
      const asked = Array.from({ length: 9 }, () => gate.admit(run(kind) as never, 10_000).kind);
      return asked.filter((answer) => answer === 'go').length;
    };
    expect([0, 1, 2, 3, 20].map((replicas) => admitted(replicas))).toEqual([7, 7, 3, 2, 1]);
    // The action of a task is a command, and no host.
    expect(admitted(1, 'cf_task')).toBe(9);
  });
});

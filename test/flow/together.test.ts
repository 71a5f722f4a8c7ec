import { BreakerRounds } from '../../src/schedule/protection/breaker/breaker-rounds.js';
import { BreakerStore } from '../../src/schedule/protection/breaker/breaker.store.js';
import { databaseKinds } from '../support/databases.js';
import { EACH_SECOND, startBreaker } from './breaker-setup.js';
import { DOWN, UP } from './retries-setup.js';

const EACH_MINUTE = '* * * * * * 0';
const ACKNOWLEDGED = { kind: 'answer', status: 202 } as const;

describe.each(databaseKinds)('Jobs that are protected in more than one way, on $name', (kind) => {
  let setup: Awaited<ReturnType<typeof startBreaker>>['setup'];
  beforeAll(async () => {
    ({ setup } = await startBreaker(kind));
  });

  it('leave the probe to another where the oldest waits for a run of its own schedule', async () => {
    const { job, createJob, callsIn, target, callsOf, breakers } = await setup();
    const slow = await createJob({ cron: EACH_MINUTE, overlap: 'queue' }, { breaker: true });
    const isOfSlow = (path: string) => path.startsWith(slow.path);
    target.reacts(({ path }) => (isOfSlow(path) ? ACKNOWLEDGED : UP));
    // The first is acknowledged and never ends; the second one comes when the circuit is open, and is the oldest that waits.
    await callsIn(109);
    expect(callsOf(slow)).toHaveLength(1);
    target.reacts(DOWN);
    await callsIn(10);
    expect(await breakers()).toMatchObject([{ state: 'open' }]);
    await callsIn(2);
    target.reacts(({ path }) => (isOfSlow(path) ? ACKNOWLEDGED : UP));
    const calls = await callsIn(40, job);
    expect(calls.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(30);
    expect(callsOf(slow)).toHaveLength(1);
  });

  it('take no call of the rate where a run waits for its endpoint, and come to their turn once it is back', async () => {
    const { callsIn, away, back, breakers, calls } = await setup({
      throttle: { calls: 30, per: '1 minute' },
    });
    away();
    await callsIn(100);
    expect(await breakers()).toMatchObject([{ state: 'open', failures: 14 }]);
    const before = calls();
    back();
    // The next probe is 40 s after the last one.
    await callsIn(120);
    expect(await breakers()).toEqual([]);
    expect(calls() - before).toBeGreaterThanOrEqual(30);
  });

  it('are probed by a run whose turn has come, where the rate was used up when they went away', async () => {
    const { callsIn, away, back, breakers, calls } = await setup({
      throttle: { calls: 12, per: '2 minutes' },
    });
    away();
    await callsIn(60);
    expect(await breakers()).toMatchObject([{ state: 'open', failures: 12 }]);
    back();
    await callsIn(150);
    expect(calls()).toBeGreaterThan(12);
    expect(await breakers()).not.toMatchObject([{ state: 'open' }]);
  });

  it('are looked after when a call says so while others are seen to', async () => {
    const { app, open, clock } = await setup();
    await open();
    const [rounds, circuits] = [BreakerRounds, BreakerStore].map((type) =>
      app.get(type, { strict: false }),
    ) as [BreakerRounds, BreakerStore];
    const soon = clock.now() + 60_000;
    const earliest = circuits.earliest.bind(circuits);
    // A record that commits right after the look.
    circuits.earliest = async (tx) => {
      await earliest(tx);
      rounds.expect(soon);
      return soon + 60_000;
    };
    try {
      await rounds.attend(clock.now() + 10_000);
    } finally {
      circuits.earliest = earliest;
    }
    expect(rounds.nextAt).toBe(soon);
  });

  it('leave to others what a run does not use that meets one of its own schedule', async () => {
    const { createJob, seconds, target, acme, calls, states } = await setup();
    const throttle = { calls: 6, per: '1 minute' };
    const job = await createJob({ ...EACH_SECOND, overlap: 'skip' }, { throttle });
    target.reacts(ACKNOWLEDGED);
    for (let round = 0; round < 6; round++) {
      await seconds(9);
      const { body } = await acme.get(`${job.runs}?page_size=100`).expect(200);
      for (const { runId, runState } of body.results as { runId: string; runState: string }[]) {
        if (runState === 'ACK_RECVD')
          await acme.put(`${job.runs}/${runId}`, { success: true, message: 'done' }).expect(200);
      }
    }
    expect(calls(job)).toBe(6);
    expect((await states(job)).filter((state) => state === 'SKIPPED').length).toBeGreaterThan(30);
  });
});

import { BreakerChores } from '../../src/schedule/protection/breaker/breaker-chores.js';
import { databaseKinds } from '../support/databases.js';
import { EACH_SECOND, startBreaker } from './breaker-setup.js';
import { UP } from './retries-setup.js';
import { runsOf } from './setup.js';

describe.each(databaseKinds)('An edit while an endpoint is away, on $name', (kind) => {
  let setup: Awaited<ReturnType<typeof startBreaker>>['setup'];
  beforeAll(async () => {
    ({ setup } = await startBreaker(kind));
  });

  it('that takes the breaker off lets everything be called that waits', async () => {
    const { open, seconds, acme, job, drain, calls, states, waiting, target } = await setup();
    await open();
    await seconds(4);
    await acme.put(job.job, { breaker: null }).expect(200);
    target.reacts(UP);
    await drain();
    // The one that is the next probe has its instant.
    expect(calls()).toBe(13);
    await seconds(1);
    expect(calls()).toBe(15);
    expect((await states()).slice(10)).toEqual([...Array(5).fill('SUCCESS'), 'SCHEDULED']);
    expect(Number(await waiting())).toBe(0);
  });

  it('that moves the action elsewhere lets everything be called there that waits', async () => {
    const { open, seconds, acme, job, drain, calls, target, breakers } = await setup();
    await open();
    await seconds(4);
    target.reacts(UP);
    const elsewhere = target.url(job.path).replace('127.0.0.1', 'localhost');
    await acme.put(job.job, { action: elsewhere }).expect(200);
    await drain();
    await seconds(1);
    expect(calls()).toBe(15);
    expect(await breakers()).toMatchObject([{ state: 'open', waiting: 0 }]);
  });

  it('of how long firings may wait holds for those that wait', async () => {
    const { open, seconds, acme, job, states, breakers } = await setup();
    await open();
    await seconds(4);
    await acme.put(job.job, { breaker: { holdFor: '2 seconds' } }).expect(200);
    await seconds(1);
    expect((await states()).filter((state) => state === 'REQUEST_ERROR').length).toBeGreaterThan(1);
    expect(await breakers()).toMatchObject([{ holdFor: '2 seconds' }]);
  });

  it.each([
    ['its schedule', 'schedule'],
    ['its job', 'job'],
  ] as const)('that switches %s off ends what waits', async (_what, place) => {
    const { open, seconds, acme, job, back, callsIn, states, breakers } = await setup();
    await open();
    await seconds(4);
    await acme.put(job[place], { active: false }).expect(200);
    expect((await states()).slice(10)).toEqual(Array(4).fill('SKIPPED'));
    expect(await breakers()).toMatchObject([{ waiting: 0 }]);
    back();
    // Nobody is left to be the probe.
    expect(await callsIn(8)).toEqual(Array(8).fill(0));
  });

  it('that deletes the oldest that waits leaves the probe to the next', async () => {
    const { open, seconds, acme, job, createJob, back, callsIn, calls } = await setup();
    await open();
    await seconds(2);
    const other = await createJob(EACH_SECOND, { breaker: true });
    await seconds(1);
    await acme.delete(job.job).expect(200);
    back();
    await callsIn(8, other);
    expect(calls(other)).toBeGreaterThan(2);
    expect((await runsOf(other))[0]?.runState).toBe('SUCCESS');
  });

  it('that cancels the probe lets another one be it', async () => {
    const { open, seconds, database, job, callsIn, back, clock } = await setup();
    await open();
    await seconds(3);
    // The probe is chosen and not claimed yet.
    const ids = await database.transaction(async (tx) => {
      const [circuit] = await tx.query<{ probe_run: Buffer | null }>('SELECT probe_run FROM breaker');
      return tx.execute('DELETE FROM run WHERE id = ?', [circuit?.probe_run]);
    });
    expect(ids).toBe(1);
    back();
    clock.advance(1_000);
    const each = await callsIn(10, job);
    expect(each.some((count) => count > 0)).toBe(true);
  });

  it.each(['delete', 'switch off'])(
    '(%s) that leaves no job of the endpoint lets its circuit be forgotten',
    async (edit) => {
      const { app, open, acme, job, breakers, clock } = await setup();
      const chores = app.get(BreakerChores, { strict: false });
      await open();
      clock.advance(20 * 60_000);
      await chores.cleanUp();
      expect(await breakers()).toHaveLength(1);
      if (edit === 'delete') await acme.delete(job.job).expect(200);
      else await acme.put(job.job, { active: false }).expect(200);
      clock.advance(20 * 60_000);
      await chores.cleanUp();
      expect(await breakers()).toEqual([]);
    },
  );
});

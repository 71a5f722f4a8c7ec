import { ThrottleChores } from '../../src/schedule/protection/throttle/throttle-chores.js';
import { ThrottleStore } from '../../src/schedule/protection/throttle/throttle.store.js';
import { databaseKinds } from '../support/databases.js';
import { runsOf } from './setup.js';
import { MINUTE_MS, S, startThrottled } from './throttle-setup.js';

const PER_MINUTE = { calls: 2, per: '1 minute' };

describe.each(databaseKinds)('A throttled job on $name', (kind) => {
  let setup: Awaited<ReturnType<typeof startThrottled>>['setup'];
  beforeAll(async () => {
    ({ setup } = await startThrottled(kind));
  });

  it('is called as often as it may be, and the others wait as SCHEDULED for their turn, in order', async () => {
    const { job, drain, states, pass, callsOf, waits } = await setup(PER_MINUTE, 5);
    await drain();
    expect(callsOf(job)).toHaveLength(2);
    expect(await states()).toEqual(['SUCCESS', 'SUCCESS', 'SCHEDULED', 'SCHEDULED', 'SCHEDULED']);
    expect(await pass(59 * S, 10 * S)).toBe(2);
    expect(await pass(6 * S)).toBe(3);
    expect(await pass(31 * S)).toBe(4);
    expect(await pass(31 * S)).toBe(5);
    expect(await states()).toEqual(Array<string>(5).fill('SUCCESS'));
    const ids = callsOf(job).map(({ headers }) => headers['x-sap-job-run-id']);
    expect(ids).toEqual((await runsOf(job)).slice(0, 5).map(({ runId }) => runId));
    expect(await waits()).toEqual([]);
  });

  it('claims what waits when its turn has come, and not before', async () => {
    const { app, drain, pass, calls } = await setup({ calls: 1, per: '1 minute' }, 8);
    await drain();
    const { Claimer } = await import('../../src/dispatch/claimer.js');
    const claimer = app.get(Claimer, { strict: false });
    const claim = claimer.claim.bind(claimer);
    let claims = 0;
    claimer.claim = (...words) => {
      claims += 1;
      return claim(...words);
    };
    expect(await pass(4.5 * MINUTE_MS, 500)).toBe(5);
    claimer.claim = claim;
    // One for each call, and one that finds that nothing is left.
    expect(claims).toBeLessThanOrEqual(2 * 4);
    expect(calls()).toBe(5);
  });

  it('skips what has waited for longer than a run may, with the reason', async () => {
    const { job, drain, pass, states, waits } = await setup({ calls: 1, per: '10 minutes' }, 3);
    await drain();
    expect(await pass(14 * MINUTE_MS, MINUTE_MS)).toBe(2);
    expect((await states())[2]).toBe('SCHEDULED');
    expect(await pass(2 * MINUTE_MS, MINUTE_MS)).toBe(2);
    expect((await states())[2]).toBe('SKIPPED');
    const text = (await runsOf(job))[2]?.transitions.at(-1)?.text;
    expect(text).toContain("it waited for 15 minutes because of the 'throttle' of its job");
    expect(await waits()).toEqual([]);
  });

  it('fails a run whose further attempt would wait for too long', async () => {
    const retry = { attempts: 2, delay: '10 seconds' };
    const { job, drain, pass, states } = await setup({ calls: 1, per: '1 hour' }, 1, { retry, status: 500 });
    await drain();
    await pass(12 * S);
    expect(await states()).toEqual(['RETRYING']);
    expect(await pass(16 * MINUTE_MS, MINUTE_MS)).toBe(1);
    expect(await states()).toEqual(['REQUEST_ERROR']);
    expect((await runsOf(job))[0]?.transitions.at(-1)?.text).toContain(
      "because of the 'throttle' of its job",
    );
  });

  it('takes a slot for each attempt', async () => {
    const retry = { attempts: 1, delay: '10 seconds' };
    const { drain, pass } = await setup({ calls: 1, per: '2 minutes' }, 1, { retry, status: 500 });
    await drain();
    expect(await pass(110 * S, 10 * S)).toBe(1);
    expect(await pass(20 * S)).toBe(2);
  });

  it('has no more calls open than it may, and calls the next as soon as one is over', async () => {
    const { target, dispatcher, drain, calls, states } = await setup({ concurrency: 2 }, 5);
    target.reacts({ kind: 'hold' });
    const from = target.calls.length;
    await dispatcher.tick();
    await target.received(from + 2);
    await dispatcher.tick();
    expect(calls()).toBe(2);
    target.release();
    await dispatcher.settled();
    await dispatcher.tick();
    await target.received(from + 4);
    await dispatcher.tick();
    expect(calls()).toBe(4);
    target.reacts({ kind: 'answer' });
    target.release();
    await dispatcher.settled();
    await drain();
    expect(await states()).toEqual(Array<string>(5).fill('SUCCESS'));
  });

  it.each([
    ['a 202', { status: 202 }, 3],
    ['an answer after which it is called again', { status: 500, retry: { attempts: 1 } }, 3],
  ])('gives the place back with %s', async (_what, change, called) => {
    const { drain, calls } = await setup({ concurrency: 1 }, 3, change);
    await drain();
    expect(calls()).toBe(called);
  });

  it('skips what has waited for a place for too long', async () => {
    const { target, dispatcher, drain, passOpen, states } = await setup({ concurrency: 1 }, 2);
    target.reacts({ kind: 'hold' });
    const from = target.calls.length;
    await dispatcher.tick();
    await target.received(from + 1);
    await passOpen(15 * MINUTE_MS);
    expect(await states()).toEqual(['TRIGGERED', 'SKIPPED']);
    target.release();
    await dispatcher.settled();
    await drain();
  });

  it('gives a place at the next look that nobody told of', async () => {
    const { app, database, target, dispatcher, drain, pass, stored, calls } = await setup(
      { concurrency: 1 },
      2,
    );
    target.reacts({ kind: 'hold' });
    const from = target.calls.length;
    await dispatcher.tick();
    await target.received(from + 1);
    await dispatcher.tick();
    const [open] = await stored();
    await database.transaction((tx) => tx.execute('DELETE FROM run WHERE id = ?', [open?.id]));
    target.reacts({ kind: 'answer' });
    target.release();
    await dispatcher.settled();
    await pass(5 * S);
    expect(calls()).toBe(1);
    await app.get(ThrottleChores, { strict: false }).look();
    await drain();
    expect(calls()).toBe(2);
  });

  it.each([
    ['taken off', null, 5],
    ['loosened', { calls: 4, per: '1 minute' }, 2 + 3],
    ['tightened', { calls: 1, per: '1 minute' }, 3],
    ['changed to places', { concurrency: 1 }, 5],
  ])('is called anew by its throttle when that is %s', async (_what, throttle, called) => {
    const { job, acme, drain, calls, waits } = await setup(PER_MINUTE, 5);
    await drain();
    await acme.put(job.job, { throttle }).expect(200);
    await drain();
    expect(calls()).toBe(called);
    expect(await waits()).toHaveLength(5 - called);
  });

  it('leaves the turns of those that are canceled or dropped, and no rows of what is gone', async () => {
    const { app, job, acme, database, drain, waits } = await setup(PER_MINUTE, 5);
    await drain();
    expect(await waits()).toHaveLength(3);
    await acme.delete(job.job).expect(200);
    await drain();
    await app.get(ThrottleChores, { strict: false }).look();
    expect(await waits()).toEqual([]);
    expect(await database.read((tx) => tx.query('SELECT * FROM throttle'))).toEqual([]);
  });

  it('has no line any more once all that waited are gone', async () => {
    const { app, job, acme, drain, pass, calls } = await setup({ calls: 1, per: '5 minutes' }, 4);
    await drain();
    const { body: other } = await acme.post(`${job.job}/schedules`, {
      cron: '2099 * * * * 0 0',
      active: true,
    });
    await acme.delete(job.schedule).expect(200);
    await app.get(ThrottleChores, { strict: false }).look();
    await acme.post(`${job.job}/schedules/${other.scheduleId}/runs`, {}).expect(202);
    expect(await pass(4 * MINUTE_MS, 20 * S)).toBe(1);
    await pass(1.5 * MINUTE_MS, 5 * S);
    expect(calls()).toBe(2);
  });

  it('lets planned runs wait, too, and plans what follows meanwhile', async () => {
    const { drain, pass, states } = await setup({ calls: 1, per: '2 minutes' }, 0, {
      schedule: { cron: '* * * * * * 0' },
    });
    await drain();
    await pass(4 * MINUTE_MS, 10 * S);
    expect(await states()).toEqual(['SUCCESS', 'SUCCESS', 'SCHEDULED', 'SCHEDULED', 'SCHEDULED']);
  });

  it('keeps the turn of a run that another of its schedule lets come back', async () => {
    const { job, acme, drain, pass, stored, calls } = await setup({ calls: 1, per: '3 minutes' }, 0, {
      schedule: { cron: '* * * * * * 0', overlap: 'queue' },
      status: 202,
    });
    await pass(2 * MINUTE_MS, 10 * S);
    const waiting = (await stored()).filter(({ state }) => state === 'WAITING');
    expect(waiting).toHaveLength(1);
    const [first] = await runsOf(job);
    await acme.put(`${job.runs}/${first?.runId}`, { success: true, message: 'x' }).expect(200);
    await drain();
    expect(calls()).toBe(1);
    const still = (await stored()).filter(({ state }) => state === 'WAITING');
    expect(still).toEqual(waiting);
  });

  it('counts what waits only as far as it matters, however many they are', async () => {
    const { app, database, job } = await setup({ concurrency: 1 }, 0);
    const store = app.get(ThrottleStore, { strict: false });
    const waits = Array.from({ length: 1_200 }, (_, place) => ({
      ...{ runId: `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`, jobId: job.jobId },
      ...{ for: 'place' as const, since: place, until: null },
    }));
    const counts = await database.transaction(async (tx) => {
      await store.saveWaits(tx, waits);
      const found = await store.countWaits(tx, [job.jobId, -1], 10);
      await store.forgetWaits(
        tx,
        waits.map(({ runId }) => runId),
      );
      return found;
    });
    expect(counts.get(job.jobId)).toEqual({ place: 1_010, isAny: true });
    expect(counts.get(-1)).toEqual({ place: 0, isAny: false });
  });

  it('costs no statement where a job is not throttled', async () => {
    const { app, pass, drain, calls } = await setup(null, 3);
    const { ThrottleStore } = await import('../../src/schedule/protection/throttle/throttle.store.js');
    const store = app.get(ThrottleStore, { strict: false });
    const hold = store.hold.bind(store);
    store.hold = () => Promise.reject(new Error('It is asked.'));
    await drain();
    await pass(S);
    store.hold = hold;
    expect(calls()).toBe(3);
  });
});

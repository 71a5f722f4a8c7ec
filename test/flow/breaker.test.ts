import { randomUUID } from 'node:crypto';
import { CIRCUIT_STATES } from '../../src/core/protection/breaker.js';
import { BreakerStore } from '../../src/schedule/protection/breaker/breaker.store.js';
import { databaseKinds } from '../support/databases.js';
import { EACH_SECOND, S, startBreaker } from './breaker-setup.js';
import { fresh } from './metrics-setup.js';
import { TENANTS } from './setup.js';
import { DOWN, UP } from './retries-setup.js';

describe.each(databaseKinds)('An endpoint that is away, on $name', (kind) => {
  let setup: Awaited<ReturnType<typeof startBreaker>>['setup'];
  beforeAll(async () => {
    ({ setup } = await startBreaker(kind));
  });

  it('gets no call but a probe after 5, 10, 20 seconds, and is called at a growing pace once it is back', async () => {
    const { open, callsIn, back, breakers, states, waiting } = await setup();
    await open();
    expect(await callsIn(20)).toEqual([0, 0, 0, 0, 1, ...Array(9).fill(0), 1, 0, 0, 0, 0, 0].slice(0, 20));
    const [circuit] = await breakers();
    expect(circuit).toMatchObject({ state: 'open', failures: 12, waiting: 20, holdFor: '15 minutes' });
    const all = await states();
    expect(all.slice(0, 10)).toEqual(Array(10).fill('ERROR'));
    // The probes wait as the others do.
    expect(all.slice(10)).toEqual(Array(21).fill('SCHEDULED'));
    back();
    // The third probe is 20 s after the second: it and the first place are in the same second.
    const each = await callsIn(15 + 8);
    expect(each.slice(0, 14)).toEqual(Array(14).fill(0));
    expect(each.slice(14, 19)).toEqual([2, 1, 2, 4, 8]);
    let sum = 0;
    each.slice(14).forEach((count, second) => {
      sum += count;
      expect(sum).toBeLessThanOrEqual(1 + 2 ** (second + 1));
    });
    expect(await waiting()).toBe(0);
    expect((await states()).slice(10, -1).every((state) => state === 'SUCCESS')).toBe(true);
    await callsIn(16);
    expect(await breakers()).toEqual([]);
    expect(await callsIn(3)).toEqual([1, 1, 1]);
  });

  it('is called as ever after nine failures, and where other jobs fail', async () => {
    const { target, job, createJob, seconds, calls, callsIn, breakers } = await setup();
    const other = await createJob(EACH_SECOND);
    target.reacts((call) => (call.path.startsWith(other.path) ? DOWN : UP));
    await seconds(12);
    expect(await breakers()).toEqual([]);
    target.reacts(DOWN);
    await seconds(9);
    expect(await breakers()).toMatchObject([
      { state: 'closed', failures: 9, nextProbeAt: null, holdFor: null },
    ]);
    target.reacts({ kind: 'answer', status: 404 });
    await seconds(1);
    expect(await breakers()).toEqual([]);
    target.reacts(DOWN);
    await seconds(9);
    expect(calls(job)).toBe(31);
    // The tenth opens it: the other job is called on.
    await seconds(1);
    expect(await callsIn(4)).toEqual([0, 0, 0, 0]);
    expect(calls(other)).toBe(36);
  });

  it('is not called for runs that have waited as long as they may', async () => {
    const world = await setup({ breaker: { holdFor: '3 seconds' } });
    const { open, seconds, runs, waiting, calls } = world;
    await open();
    await seconds(6);
    const [held] = (await runs()).filter(({ runState }) => runState === 'REQUEST_ERROR');
    expect(held).toMatchObject({ runStatus: 'COMPLETED', executionTimestamp: null });
    expect(held?.transitions).toMatchObject([
      { type: 'SCHEDULED' },
      { type: 'REQUEST_ERROR', text: 'endpoint unavailable, not called' },
    ]);
    // A probe was called after 5 s, and still nobody else.
    expect(calls()).toBe(11);
    await seconds(30);
    expect(Number(await waiting())).toBeLessThanOrEqual(6);
    const published = await fresh(world);
    expect(published('carillon_breakers')).toEqual({ open: 1, releasing: 0 });
    expect(published('carillon_breaker_waiting_runs')).toEqual({ '': Number(await waiting()) });
  });

  it('lets a run that is to be called again wait, and counts its attempts', async () => {
    const retry = { attempts: 2, delay: '30 seconds' };
    const { open, seconds, back, states, runs } = await setup({ retry });
    await open();
    await seconds(40);
    const waiting = await states();
    expect(waiting.slice(0, 10)).toEqual(Array(10).fill('RETRYING'));
    back();
    await seconds(60);
    expect((await states()).slice(0, 20)).toEqual(Array(20).fill('SUCCESS'));
    expect((await runs()).filter(({ runState }) => runState === 'RETRYING')).toEqual([]);
  });

  it('gets none of the runs that were claimed before it failed', async () => {
    const { clock, dispatcher, seconds, away, calls, breakers, states, callsIn } = await setup();
    away();
    await seconds(9);
    // Ten and eleven are claimed; ten fails while eleven waits for its second.
    await dispatcher.tick(2_000);
    clock.advance(1_000);
    await seconds(0);
    await dispatcher.tick(2_000);
    await dispatcher.settled();
    expect(await breakers()).toMatchObject([{ state: 'open' }]);
    expect(calls()).toBe(10);
    expect(await callsIn(3)).toEqual([0, 0, 0]);
    expect((await states()).slice(10, 13)).toEqual(Array(3).fill('SCHEDULED'));
  });

  it('is shown to its tenant and to the provider, a page at a time, and to nobody else', async () => {
    const { open, acme, beta, provider } = await setup();
    await open();
    const listed = async (client: typeof acme, query = '') =>
      (await client.get(`/scheduler/breakers${query}`).expect(200)).body;
    const own = await listed(acme);
    expect(own).toMatchObject({ total: 1, next_url: null });
    expect(await listed(provider)).toEqual(own);
    expect(await listed(beta)).toMatchObject({ total: 0, results: [] });
    expect(await listed(acme, '?page_size=1&offset=1')).toMatchObject({ total: 1, results: [] });
    const [{ since, nextProbeAt, ...circuit }] = own.results;
    expect(circuit).toEqual({
      ...{ origin: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), tenantId: TENANTS.acme },
      ...{ state: 'open', failures: 10, waiting: 0, holdFor: null },
    });
    const [from, to] = [since, nextProbeAt].map((text: string) => Date.parse(`${text.replace(' ', 'T')}Z`));
    expect(Number(to) - Number(from)).toBe(5 * S);
  });

  it('is found by its job where more are away than a page has', async () => {
    const { open, acme, beta, provider, job, database, clock } = await setup();
    await open();
    const [own] = (await acme.get('/scheduler/breakers').expect(200)).body.results;
    await database.transaction(async (tx) => {
      const [{ tenancyId } = { tenancyId: 0 }] = await tx.query<{ tenancyId: number }>(
        'SELECT tenancy_id AS tenancyId FROM breaker',
      );
      const others = Array.from({ length: 100 }, (_, place) => {
        return { id: randomUUID(), tenancyId, origin: `http://127.0.0.0:${place}` };
      });
      await new BreakerStore().insert(tx, others, clock.now());
      await tx.execute(`UPDATE breaker SET state = ${CIRCUIT_STATES.indexOf('open')}`);
    });
    const first = (await acme.get('/scheduler/breakers?page_size=100').expect(200)).body;
    expect(first).toMatchObject({ total: 101, next_url: expect.any(String) });
    expect(first.results).not.toContainEqual(own);
    const path = `/scheduler/breakers?jobId=${job.jobId}`;
    const page = { total: 1, results: [own], prev_url: null, next_url: null };
    for (const client of [acme, provider]) expect((await client.get(path).expect(200)).body).toEqual(page);
    expect((await acme.get(`${path}&offset=1`).expect(200)).body).toEqual({
      ...page,
      results: [],
      prev_url: `${path}&page_size=10&offset=0`,
    });
    await beta.get(path).expect(404);
  });

  it('is said to be probed at an instant until the probe is called, which is chosen ahead', async () => {
    const { open, seconds, breakers } = await setup();
    await open();
    const [{ nextProbeAt }] = await breakers();
    await seconds(4);
    expect(await breakers()).toMatchObject([{ state: 'open', failures: 10, nextProbeAt }]);
  });

  it('is probed by the next firing where none waits', async () => {
    const { open, acme, job, clock, drain, back, calls, breakers, states } = await setup();
    await open();
    await acme.put(job.schedule, { cron: '* * * * * 0:0 0:0' }).expect(200);
    await drain();
    back();
    clock.advance(3_600_000);
    await drain();
    expect(calls()).toBe(11);
    expect(await breakers()).toMatchObject([{ state: 'releasing', waiting: 0 }]);
    expect((await states()).slice(-2)).toEqual(['SUCCESS', 'SCHEDULED']);
  });
});

import { HOUR_MS } from '../../src/core/instant.js';
import { databaseKinds } from '../support/databases.js';
import { asIs, BATCH, contentOf, DEEDS, END, HOURLY, put, REQUESTS, startLarge } from './large-jobs-setup.js';

describe.each(databaseKinds)('A change that was cut off, or met another, on $name', (kind) => {
  let stage: Awaited<ReturnType<typeof startLarge>>;
  beforeAll(async () => (stage = await startLarge(kind)));

  it.each(REQUESTS)(
    'ends what was begun when it %s and the process dies between two batches',
    async (_name, { before = asIs, deed, left, planned }) => {
      const { flow, watch, chores, setup, leftOf, expectSound } = stage;
      for (const survived of [1, 2, 3]) {
        const job = await setup();
        await before(flow, job);
        watch.crashAfter(survived);
        await deed(flow, job).finally(watch.recover);
        await chores.finishAll();
        expect(await leftOf(job)).toEqual({ schedules: left, planned });
        await expectSound();
      }
    },
  );

  it.each(['is switched off', 'is deleted', 'loses its schedules', 'gets an end that has passed'] as const)(
    'is called no more once it %s, before its schedules have followed',
    async (name) => {
      const { flow, watch, chores, setup, callsOf, expectSound } = stage;
      const job = await setup();
      watch.crashAfter(1);
      await DEEDS[name]?.deed(flow, job).finally(watch.recover);
      const goOn = [() => Promise.resolve(0), () => chores.finishAll()];
      for (const next of goOn) {
        await next();
        flow.clock.advance(HOUR_MS);
        await flow.drain();
        expect(callsOf(job)).toBe(0);
      }
      await expectSound();
    },
  );

  it('is called once for each instant when it gets an end and the process dies', async () => {
    const { flow, watch, chores, setup, callsOf } = stage;
    const job = await setup();
    watch.crashAfter(1);
    await DEEDS['gets an end']?.deed(flow, job).finally(watch.recover);
    flow.clock.advance(HOUR_MS);
    await flow.drain();
    expect(callsOf(job)).toBe(6);
    await chores.finishAll();
    await flow.drain();
    expect(callsOf(job)).toBe(6);
    flow.clock.advance(HOUR_MS);
    await flow.drain();
    expect(callsOf(job)).toBe(12);
  });

  it('is called once for each instant when it is off, on, and the process dies each time', async () => {
    const { flow, watch, setup, callsOf, expectSound } = stage;
    const job = await setup();
    for (const active of [false, true]) {
      watch.crashAfter(active ? 3 : 1);
      await put({ active })(flow, job).finally(watch.recover);
    }
    await put({ active: true })(flow, job);
    flow.clock.advance(HOUR_MS);
    await flow.drain();
    expect(callsOf(job)).toBe(6);
    await expectSound();
  });

  it('is not found once it is deleted, and its name is free, before its schedules are gone', async () => {
    const { flow, watch, chores, setup, leftOf, expectSound } = stage;
    const { acme } = flow;
    const job = await setup();
    const { body } = await acme.get(`${job.path}/schedules?page_size=100`).expect(200);
    const last = `${job.path}/schedules/${body.results.at(-1).scheduleId}`;
    watch.crashAfter(1);
    await DEEDS['is deleted']?.deed(flow, job).finally(watch.recover);
    expect((await leftOf(job)).schedules).toBe(6 - BATCH);
    await acme.get(last).expect(404);
    await acme.get(`${last}/runs`).expect(404);
    await acme.post(`${last}/runs`).expect(404);
    await acme.put(last, { active: false }).expect(404);
    await acme.delete(job.path).expect(404);
    expect((await acme.get(`/scheduler/jobs?name=${job.name}`)).status).toBe(404);
    const content = { ...contentOf(flow, job), schedules: [HOURLY] };
    const again = await acme.put(`/scheduler/jobs/${job.name}`, content).expect(201);
    expect(again.body.jobId).not.toBe(job.jobId);
    await chores.finishAll();
    await expectSound();
  });

  it('keeps the schedules that took the places of others, though the clock went back', async () => {
    const { flow, watch, chores, setup, expectSound } = stage;
    const { acme, clock } = flow;
    const job = await setup();
    clock.advance(-10 * HOUR_MS);
    watch.crashAfter(1);
    await DEEDS['is put by its name']?.deed(flow, job).finally(watch.recover);
    await chores.finishAll();
    clock.advance(10 * HOUR_MS);
    const { body } = await acme.get(`${job.path}/schedules`).expect(200);
    expect(body.total).toBe(1);
    await expectSound();
  });

  it.each([
    ['off and on', put({ active: false }), put({ active: true })],
    ['off and an end', put({ active: false }), put({ endTime: END })],
    ['off and deleted', put({ active: false }), DEEDS['is deleted']?.deed ?? asIs],
    ['deleted and put by name', DEEDS['is deleted']?.deed ?? asIs, DEEDS['is put by its name']?.deed ?? asIs],
    [
      'put by name, twice',
      DEEDS['is put by its name']?.deed ?? asIs,
      DEEDS['is put by its name']?.deed ?? asIs,
    ],
  ])('is as one of two changes at once left it: %s', async (_name, first, second) => {
    const { flow, setup, leftOf, expectSound } = stage;
    const { acme } = flow;
    const job = await setup(12);
    const answers = await Promise.all([first(flow, job), second(flow, job)]);
    for (const status of answers) expect([200, 201, 404]).toContain(status);
    await expectSound();
    const found = await acme.get(`/scheduler/jobs?name=${job.name}&displaySchedules=true`);
    if (found.status === 404) return;
    const { active, jobId, schedules } = found.body;
    expect([1, 12]).toContain(schedules.length);
    const left = await leftOf({ ...job, jobId });
    expect(left).toEqual({ schedules: schedules.length, planned: active ? schedules.length : 0 });
  });
});

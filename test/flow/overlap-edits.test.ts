import { RunEndings } from '../../src/run-log/run-endings.js';
import { databaseKinds } from '../support/databases.js';
import { DAY_MS, EVERY_MINUTE, MINUTE_MS, startOverlap, textOf } from './overlap-setup.js';
import { runsOf, type Flow, type FlowJob } from './setup.js';

describe.each(databaseKinds)('Calls that overlap, and what is edited meanwhile, on $name', (kind) => {
  let flow: Flow;
  let setup: Awaited<ReturnType<typeof startOverlap>>['setup'];
  beforeAll(async () => {
    ({ flow, setup } = await startOverlap(kind));
  });

  it.each([
    ['cancel', 'ERROR', 2],
    ['skip', 'TRIGGERED', 1],
    ['queue', 'TRIGGERED', 1],
  ])('with %s a call that is open is %s when the next run is due', async (overlap, state, called) => {
    await flow.clear();
    const { clock, target, createJob, dispatcher } = flow;
    clock.set(Math.ceil(clock.now() / DAY_MS) * DAY_MS + 10 * MINUTE_MS);
    await flow.drain();
    target.reacts({ kind: 'hold' });
    const job = await createJob({ ...EVERY_MINUTE, overlap });
    const from = target.calls.length;
    for (let minute = 0; minute < 2; minute++) {
      clock.advance(MINUTE_MS);
      await dispatcher.tick();
      await target.received(from + Math.min(minute + 1, called));
    }
    expect((await runsOf(job))[0]?.runState).toBe(state);
    expect(flow.callsOf(job)).toHaveLength(called);
    target.reacts({ kind: 'answer' });
    target.release();
    await dispatcher.settled();
    await flow.drain();
    const ends = {
      cancel: ['ERROR', 'SUCCESS'],
      skip: ['SUCCESS', 'SKIPPED'],
      queue: ['SUCCESS', 'SUCCESS'],
    };
    const states = (await runsOf(job)).map(({ runState }) => runState);
    expect(states.slice(0, 2)).toEqual(ends[overlap as keyof typeof ends]);
  });

  it('closes the connection of a call that it cancels', async () => {
    await flow.clear();
    const { clock, target, createJob, dispatcher, drain } = flow;
    clock.set(Math.ceil(clock.now() / DAY_MS) * DAY_MS + 10 * MINUTE_MS);
    await drain();
    target.reacts({ kind: 'hang' });
    const job = await createJob({ ...EVERY_MINUTE, overlap: 'cancel' });
    const from = target.calls.length;
    clock.advance(MINUTE_MS);
    await dispatcher.tick();
    await target.received(from + 1);
    target.reacts({ kind: 'answer' });
    clock.advance(MINUTE_MS);
    // Nobody answers the first: it would be open until its time is over.
    await drain();
    expect((await runsOf(job)).map(({ runState }) => runState)).toEqual(['ERROR', 'SUCCESS', 'SCHEDULED']);
  });

  it('refuses the answer of a call that was canceled and went on', async () => {
    await flow.clear();
    const { app, clock, target, createJob, dispatcher, acme, drain } = flow;
    clock.set(Math.ceil(clock.now() / DAY_MS) * DAY_MS + 10 * MINUTE_MS);
    await drain();
    target.reacts({ kind: 'hold', status: 500 });
    // Claimed with another setting, as by another replica: nobody here gives up its call.
    const job = await createJob({ ...EVERY_MINUTE, overlap: 'queue' });
    const from = target.calls.length;
    clock.advance(MINUTE_MS);
    await dispatcher.tick();
    await target.received(from + 1);
    await acme.put(job.schedule, { overlap: 'cancel' }).expect(200);
    target.reacts({ kind: 'answer' });
    const ended: string[] = [];
    app.get(RunEndings, { strict: false }).join({
      settle: (_, runs) => {
        ended.push(...runs.map(({ runId }) => runId));
        return Promise.resolve();
      },
    });
    clock.advance(MINUTE_MS);
    await dispatcher.tick();
    await target.received(from + 2);
    const before = await runsOf(job);
    target.release();
    await dispatcher.settled();
    expect((await runsOf(job))[0]).toEqual(before[0]);
    expect(before[0]).toMatchObject({ runState: 'ERROR', httpStatus: null });
    expect(ended.filter((runId) => runId === before[0]?.runId)).toHaveLength(1);
  });

  it.each([
    ['allow', ['ACK_RECVD', 'ACK_RECVD']],
    [null, ['ACK_RECVD', 'ACK_RECVD']],
    ['skip', ['ACK_RECVD', 'SKIPPED']],
    ['cancel', ['ERROR', 'ACK_RECVD']],
  ])('treats what waits by the new setting %p', async (overlap, expected) => {
    const { job, acme, minutes, states, drain } = await setup('queue');
    await minutes(1);
    await acme.put(job.schedule, { overlap }).expect(200);
    await drain();
    expect((await states()).slice(0, 2)).toEqual(expected);
  });

  it.each([
    ['the schedule', (job: FlowJob) => flow.acme.put(job.schedule, { active: false })],
    ['the job', (job: FlowJob) => flow.acme.put(job.job, { active: false })],
    [
      'all schedules',
      (job: FlowJob) => flow.acme.post(`${job.job}/schedules/activationStatus`, { activationStatus: false }),
    ],
  ])('skips what waits when %s is switched off', async (_what, switchOff) => {
    const { job, minutes, states, report, calls } = await setup('queue');
    await minutes(1);
    expect((await switchOff(job)).status).toBeLessThan(300);
    expect(await states()).toEqual(['ACK_RECVD', 'SKIPPED']);
    expect(await textOf(job, 1)).toContain('was switched off, or changed, while it waited');
    await report(0);
    expect(calls()).toBe(1);
  });

  it.each([
    ['the schedule', (job: FlowJob) => flow.acme.put(job.schedule, { active: false })],
    ['the job', (job: FlowJob) => flow.acme.put(job.job, { active: false })],
  ])(
    'leaves no trace of a run that met another ahead of its time when %s is switched off',
    async (_what, off) => {
      const { job, clock, dispatcher, states } = await setup('skip');
      clock.advance(MINUTE_MS - 1_500);
      await dispatcher.tick(2_000);
      expect(await states()).toEqual(['ACK_RECVD', 'SCHEDULED', 'SCHEDULED']);
      expect((await off(job)).status).toBeLessThan(300);
      expect(await states()).toEqual(['ACK_RECVD']);
    },
  );

  it('forgets what waits with its job', async () => {
    const { job, acme, minutes, calls, drain, database } = await setup('queue');
    await minutes(1);
    await acme.delete(job.job).expect(200);
    await drain();
    expect(calls()).toBe(1);
    expect(await database.read((tx) => tx.query('SELECT 1 FROM run WHERE state = 11'))).toEqual([]);
  });

  it('keeps what waits when the timing is edited', async () => {
    const { job, acme, minutes, states, report } = await setup('queue');
    await minutes(1);
    await acme.put(job.schedule, { cron: '* * * * * 0 0' }).expect(200);
    expect(await states()).toEqual(['ACK_RECVD', 'SCHEDULED', 'SCHEDULED']);
    await report(0);
    expect(await states()).toEqual(['SUCCESS', 'ACK_RECVD', 'SCHEDULED']);
  });
});

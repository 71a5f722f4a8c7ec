import { Executor } from '../../src/dispatch/executor.js';
import type { EndedRun } from '../../src/run-log/run-endings.js';
import type { Reaction } from '../support/action-target.js';
import { databaseKinds } from '../support/databases.js';
import { DOWN, endsOf, HOUR_MS, RETRY, S, stageOf, UP } from './retries-setup.js';
import { runsOf, startFlow, type Flow } from './setup.js';

describe.each(databaseKinds)('A run that waits for another call on $name', (kind) => {
  let patient: Flow;
  let ended: EndedRun[];
  beforeAll(async () => {
    patient = await startFlow(kind);
    ended = endsOf(patient);
  });
  const setup = (reactions: readonly Reaction[], how = {}) => {
    ended.length = 0;
    return stageOf(patient, reactions, how);
  };

  it.each(['PUT', 'switch'] as const)('is given up where its schedule is deactivated (%s)', async (how) => {
    const { theRun, acme, job, clock, drain, calls, stored } = await setup([DOWN]);
    if (how === 'PUT') await acme.put(job.schedule, { active: false }).expect(200);
    else await acme.post(`${job.job}/schedules/activationStatus`, { activationStatus: false }).expect(200);
    expect(await theRun()).toMatchObject({ runStatus: 'COMPLETED', runState: 'ERROR', attempt: 2 });
    expect((await theRun()).transitions.at(-1)).toMatchObject({ type: 'ERROR', text: 'given up' });
    expect(ended.map(({ state, isCanceled }) => [state, isCanceled])).toEqual([['ERROR', false]]);
    expect(Number((await stored()).due_at)).toBeLessThanOrEqual(clock.now());
    clock.advance(60 * S);
    await drain();
    expect(calls()).toHaveLength(1);
  });

  it('is given up where its job is deactivated', async () => {
    const { theRun, acme, job } = await setup([DOWN]);
    await acme.put(job.job, { active: false }).expect(200);
    expect((await theRun()).transitions.at(-1)).toMatchObject({ type: 'ERROR', text: 'given up' });
  });

  it('is given up in the hands of a replica that has claimed it and not called it', async () => {
    const { theRun, acme, job, stored, clock, dispatcher, app, calls } = await setup([DOWN]);
    await dispatcher.tick(60 * S);
    const { queue } = app.get(Executor, { strict: false });
    expect([(await stored()).claimed_by, queue.waiting]).toEqual([expect.any(Number), 1]);
    expect(await theRun()).toMatchObject({ runState: 'RETRYING' });
    await acme.put(job.schedule, { active: false }).expect(200);
    await dispatcher.settled();
    expect(queue.waiting).toBe(0);
    clock.advance(60 * S);
    await dispatcher.tick();
    await dispatcher.settled();
    expect((await theRun()).transitions.at(-1)).toMatchObject({ type: 'ERROR', text: 'given up' });
    expect(calls()).toHaveLength(1);
  });

  it('is given up when its turn comes where its schedule was deactivated during its call', async () => {
    const hold: Reaction = { kind: 'hold', status: 500 };
    const { theRun, acme, job, target, tick, calls, goOn, clock, stored } = await setup([DOWN, hold]);
    clock.set(Number((await stored()).due_at));
    const from = target.calls.length;
    const ticked = tick();
    await target.received(from + 1);
    await acme.put(job.schedule, { active: false }).expect(200);
    target.release();
    await ticked;
    expect(await theRun()).toMatchObject({ runState: 'RETRYING', attempt: 3 });
    await goOn();
    expect((await theRun()).transitions.at(-1)).toMatchObject({ type: 'ERROR', text: 'given up' });
    expect(calls()).toHaveLength(2);
  });

  it('is called again after the last run of its schedule, which has ended by itself', async () => {
    const flow = patient;
    const endTime = new Date(Math.ceil(flow.clock.now() / HOUR_MS) * HOUR_MS + HOUR_MS + 60 * S);
    const { theRun, goOn, logOf, job } = await setup([DOWN, UP], {
      schedule: { endTime: endTime.toISOString() },
    });
    expect((await logOf(job)).map(({ action }) => action)).toEqual(['DEACTIVATION_ON_END_TIME']);
    await goOn();
    expect(await theRun()).toMatchObject({ runState: 'SUCCESS', attempt: 2 });
  });

  it('is not touched by edits: of its time, its data, its window', async () => {
    const { theRun, acme, job, goOn, calls } = await setup([DOWN, UP], { schedule: {} });
    await acme.put(job.schedule, { cron: '* * * * * 0 30', data: { a: 1 } }).expect(200);
    await acme.put(job.job, { endTime: '2199-01-01' }).expect(200);
    await goOn();
    expect(await theRun()).toMatchObject({ runState: 'SUCCESS', attempt: 2 });
    expect(calls().map(({ body }) => body)).toEqual(['', '{"a":1}']);
  });

  it('stays where its one-time schedule is given another time while a replica holds it', async () => {
    const { dispatcher, acme, createJob, target, clock, drain, callsOf, app } = await setup([UP]);
    target.reacts(DOWN);
    const once = await createJob({ time: 'now' }, { retry: RETRY });
    clock.advance(S);
    await drain();
    await dispatcher.tick(60 * S);
    expect(app.get(Executor, { strict: false }).queue.waiting).toBe(1);
    await acme.put(once.schedule, { time: '2098-01-01T00:00:00Z' }).expect(200);
    await dispatcher.settled();
    target.reacts(UP);
    clock.advance(12 * S);
    await drain();
    expect(callsOf(once)).toHaveLength(2);
    expect((await runsOf(once)).map(({ runState }) => runState)).toEqual(['SUCCESS', 'SCHEDULED']);
  });

  it('goes with its schedule, and the operation that waits for it ends', async () => {
    const { acme, job, target, clock, drain, calls, sweeper } = await setup([UP]);
    target.reacts(DOWN);
    clock.advance(S + 1);
    const { body } = await acme.post(job.runs).expect(202);
    await drain();
    const operation = `${body['job-uri']}`;
    expect((await acme.get(operation)).body.status).toBe('running');
    await acme.delete(job.schedule).expect(200);
    clock.advance(60 * S);
    await drain();
    await sweeper.purge();
    expect(calls()).toHaveLength(2);
    const { RequestChores } = await import('../../src/schedule/request/request-chores.js');
    await patient.app.get(RequestChores, { strict: false }).endRunless();
    expect((await acme.get(operation)).body.status).toBe('complete');
  });

  it('is canceled while it waits, and the operation with it', async () => {
    const { acme, job, target, clock, drain, calls } = await setup([UP]);
    target.reacts(DOWN);
    clock.advance(S + 1);
    const { body } = await acme.post(job.runs).expect(202);
    await drain();
    await acme.post(`${body['job-uri']}/operations/cancel`).expect(204);
    expect((await acme.get(`${body['job-uri']}`)).body.status).toBe('canceled');
    clock.advance(60 * S);
    await drain();
    expect(calls()).toHaveLength(2);
    const run = (await runsOf(job)).find(({ runState }) => runState === 'ERROR');
    expect(run).toMatchObject({ origin: 'request', attempt: 2 });
  });

  it('is called again where a run is asked for of a schedule that is off', async () => {
    const { acme, job, target, clock, drain } = await setup([UP], { schedule: { active: true } });
    await acme.put(job.schedule, { active: false }).expect(200);
    target.reacts(DOWN);
    clock.advance(S + 1);
    const { body } = await acme.post(job.runs).expect(202);
    await drain();
    target.reacts(UP);
    clock.advance(12 * S);
    await drain();
    expect((await acme.get(`${body['job-uri']}`)).body.status).toBe('complete');
    expect((await runsOf(job)).at(-1)).toMatchObject({ runState: 'SUCCESS', attempt: 2 });
  });
});

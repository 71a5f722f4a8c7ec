import type { EndedRun } from '../../src/run-log/run-endings.js';
import type { Reaction } from '../support/action-target.js';
import { databaseKinds } from '../support/databases.js';
import { SHORT_LIMIT } from '../support/rude-endpoint.js';
import { Claimer } from '../../src/dispatch/claimer.js';
import { Executor } from '../../src/dispatch/executor.js';
import { DOWN, endsOf, HOUR_MS, RETRY, S, stageOf, typesOf, UP } from './retries-setup.js';
import { runsOf, startFlow, type Flow } from './setup.js';

describe.each(databaseKinds)('A run that may be called again on $name', (kind) => {
  let patient: Flow;
  /** For calls that nobody answers. */
  let hasty: Flow;
  let ended: EndedRun[];
  let endedHasty: EndedRun[];
  beforeAll(async () => {
    patient = await startFlow(kind);
    hasty = await startFlow(kind, SHORT_LIMIT);
    [ended, endedHasty] = [endsOf(patient), endsOf(hasty)];
  });
  const setup = (reactions: readonly Reaction[], how = {}) => {
    ended.length = endedHasty.length = 0;
    return stageOf(reactions.some(({ kind: what }) => what === 'hang') ? hasty : patient, reactions, how);
  };
  const near = (seconds: number) => (waited: number) => waited >= seconds * 0.9 && waited <= seconds * 1.1;

  it('succeeds at its third attempt, with exactly that many calls, each at its time', async () => {
    const { theRun, goOn, calls, job } = await setup([DOWN, DOWN, UP]);
    const first = await theRun();
    expect(first).toMatchObject({
      ...{ runStatus: 'RUNNING', runState: 'RETRYING', httpStatus: 500, attempt: 2, origin: 'plan' },
      ...{ statusMessage: 'The call failed and is going to be repeated', completionTimestamp: null },
      executionTimestamp: first.plannedAt,
    });
    expect(near(10)(await goOn())).toBe(true);
    expect(await theRun()).toMatchObject({ runState: 'RETRYING', attempt: 3 });
    expect(ended).toEqual([]);
    expect(near(20)(await goOn())).toBe(true);
    const run = await theRun();
    expect(run).toMatchObject({ runStatus: 'COMPLETED', runState: 'SUCCESS', httpStatus: 200, attempt: 3 });
    expect(calls().map(({ headers }) => headers['x-carillon-attempt'])).toEqual(['1', '2', '3']);
    expect(new Set(calls().map(({ headers }) => headers['x-sap-job-run-id']))).toEqual(new Set([run.runId]));
    expect(await typesOf(job)).toEqual([
      ...['SCHEDULED null', 'TRIGGERED null', 'RETRY_SCHEDULED 500'],
      ...['TRIGGERED null', 'RETRY_SCHEDULED 500', 'TRIGGERED null', 'SUCCESS 200'],
    ]);
    expect(run.transitions[2]?.text).toMatch(
      /^Attempt 2 at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(UTC\)\. Attempt 1 failed: Response: down$/,
    );
    expect(ended.map(({ state }) => state)).toEqual(['SUCCESS']);
  });

  it('plans nothing more than one without retries: the next hour', async () => {
    const { goOn, clock, drain, calls, job } = await setup([DOWN]);
    await goOn();
    clock.advance(HOUR_MS);
    await drain();
    expect(calls()).toHaveLength(3);
    expect(await runsOf(job)).toHaveLength(3);
  });

  it('ends with its last failure once its attempts are used up', async () => {
    const { theRun, goOn, calls, clock, drain } = await setup([DOWN, DOWN, DOWN, DOWN]);
    await goOn();
    await goOn();
    expect(await theRun()).toMatchObject({ runState: 'ERROR', httpStatus: 500, attempt: 3 });
    expect(ended.map(({ state }) => state)).toEqual(['ERROR']);
    clock.advance(HOUR_MS / 3);
    await drain();
    expect(calls()).toHaveLength(3);
  });

  it('has one call, and no header, where nobody wants more', async () => {
    const { theRun, calls } = await setup([DOWN], { retry: null });
    expect(await theRun()).toMatchObject({ runState: 'ERROR', attempt: 1, origin: 'plan' });
    expect(calls().map(({ headers }) => 'x-carillon-attempt' in headers)).toEqual([false]);
  });

  it.each<[string, Reaction, object, string]>([
    ['an answer that is not among the causes', { kind: 'answer', status: 404 }, {}, 'REQUEST_ERROR'],
    ['a success', UP, { on: [...'45'].map((n) => `${n}xx`) }, 'SUCCESS'],
    [
      'an endpoint that forbids it',
      { kind: 'answer', status: 500, headers: { 'X-Carillon-Retry': 'No' } },
      {},
      'ERROR',
    ],
    ['a schedule that takes it off its job', DOWN, { attempts: 0 }, 'ERROR'],
  ])('is not called again after %s', async (_name, reaction, schedule, state) => {
    const { theRun } = await setup([reaction], { schedule: { retry: { ...RETRY, ...schedule } } });
    expect(await theRun()).toMatchObject({ runState: state, attempt: 1 });
  });

  it.each<[string, Reaction, string]>([
    ['a connection that breaks', { kind: 'reset' }, 'connect'],
    ['an answer that does not come', { kind: 'hang' }, 'timeout'],
    ['a 429', { kind: 'answer', status: 429 }, '429'],
    ['a 404', { kind: 'answer', status: 404 }, '4xx'],
  ])('is called again after %s where that is wanted', async (_name, reaction, cause) => {
    const { theRun, goOn } = await setup([reaction, UP], { retry: { ...RETRY, on: [cause] } });
    expect(await theRun()).toMatchObject({ runState: 'RETRYING' });
    await goOn();
    expect(await theRun()).toMatchObject({ runState: 'SUCCESS' });
  });

  it('waits for its report, as ever, where its attempts were used up by time-outs', async () => {
    const { theRun, goOn, clock, sweeper } = await setup([{ kind: 'hang' }, { kind: 'hang' }], {
      retry: { attempts: 1 },
    });
    await goOn();
    expect(await theRun()).toMatchObject({ runState: 'ACK_NOT_RECVD', attempt: 2 });
    clock.advance(HOUR_MS);
    await sweeper.expireReports();
    expect(await theRun()).toMatchObject({ runState: 'UNKNOWN' });
    expect(endedHasty.map(({ state }) => state)).toEqual(['UNKNOWN']);
  });

  it('waits as long as the endpoint asks for', async () => {
    const { goOn } = await setup([{ kind: 'answer', status: 503, headers: { 'Retry-After': '300' } }]);
    const waited = await goOn();
    expect(waited).toBeGreaterThanOrEqual(300);
    expect(waited).toBeLessThanOrEqual(330);
  });

  const ACK: Reaction = { kind: 'answer', status: 202, body: 'taken' };
  const REPORTED = { ...RETRY, on: ['reported', '5xx'] };

  it('is called again where its application reports a failure', async () => {
    const { theRun, report, goOn, clock, job } = await setup([ACK, ACK], { retry: REPORTED });
    clock.advance(5 * S);
    expect((await report({ success: false, message: 'lost the file' })).status).toBe(200);
    expect(await theRun()).toMatchObject({ runState: 'RETRYING', httpStatus: 202, attempt: 2 });
    // The same report once more, because its answer was lost, changes nothing.
    expect((await report({ success: false, message: 'lost the file' })).status).toBe(200);
    expect(await theRun()).toMatchObject({ runState: 'RETRYING', attempt: 2 });
    expect(near(10)(await goOn())).toBe(true);
    expect(await theRun()).toMatchObject({ runState: 'ACK_RECVD' });
    expect((await report({ success: true, message: 'sent' })).status).toBe(200);
    expect(await theRun()).toMatchObject({ runState: 'SUCCESS', attempt: 2 });
    expect(ended.map(({ state, wasBegun }) => [state, wasBegun])).toEqual([['SUCCESS', true]]);
    expect(await typesOf(job)).toEqual([
      ...['SCHEDULED null', 'TRIGGERED null', 'RETRY_SCHEDULED 202'],
      ...['TRIGGERED null', 'ACK_RECVD 202', 'SUCCESS 202'],
    ]);
  });

  it('ends with the failure that its application reports once its attempts are used up', async () => {
    const { theRun, report, goOn } = await setup([ACK, ACK], { retry: { ...REPORTED, attempts: 1 } });
    await report({ success: false, message: 'first' });
    await goOn();
    expect((await report({ success: false, message: 'second' })).status).toBe(200);
    expect(await theRun()).toMatchObject({ runState: 'ERROR' });
    expect(ended.map(({ endText }) => endText)).toEqual(['second']);
  });

  it('ends with a reported failure where that is not among the causes', async () => {
    const { theRun, report } = await setup([ACK]);
    await report({ success: false, message: 'no' });
    expect(await theRun()).toMatchObject({ runState: 'ERROR', attempt: 1 });
  });

  it('ends with a late report of success while it waits, and is not called again', async () => {
    const { theRun, report, clock, drain, calls, job } = await setup([DOWN]);
    expect((await report({ success: true, message: 'it had worked' })).status).toBe(200);
    const run = await theRun();
    expect(run).toMatchObject({ runState: 'SUCCESS', executionTimestamp: run.plannedAt });
    expect(await typesOf(job)).toEqual([
      ...['SCHEDULED null', 'TRIGGERED null', 'RETRY_SCHEDULED 500', 'SUCCESS null'],
    ]);
    clock.advance(60 * S);
    await drain();
    expect(calls()).toHaveLength(1);
  });

  it('ends with a report of success while its second call is open', async () => {
    const hold: Reaction = { kind: 'hold', status: 500 };
    const { theRun, report, clock, calls, stored, tick, dispatcher, target } = await setup([DOWN, hold]);
    const { due_at: dueAt } = await stored();
    clock.set(Number(dueAt));
    const from = target.calls.length;
    const ticked = tick();
    await target.received(from + 1);
    expect((await report({ success: true, message: 'sent' })).status).toBe(200);
    target.release();
    await ticked;
    await dispatcher.settled();
    expect(await theRun()).toMatchObject({ runState: 'SUCCESS', attempt: 2 });
    expect(calls()).toHaveLength(2);
  });

  it('is called again after a failure that is reported while its call is open, once that is over', async () => {
    const hold: Reaction = { kind: 'hold', status: 200 };
    const { theRun, report, clock, drain, calls, stored, tick, dispatcher, target } = await setup(
      [DOWN, hold, UP],
      { retry: REPORTED },
    );
    clock.set(Number((await stored()).due_at));
    const from = target.calls.length;
    const ticked = tick();
    await target.received(from + 1);
    expect((await report({ success: false, message: 'lost the file' })).status).toBe(200);
    clock.set(Number((await stored()).due_at));
    await dispatcher.tick();
    expect(calls()).toHaveLength(2);
    target.release();
    await ticked;
    await dispatcher.settled();
    clock.advance(S);
    await drain();
    expect(calls().map(({ headers }) => headers['x-carillon-attempt'])).toEqual(['1', '2', '3']);
    expect(await theRun()).toMatchObject({ runState: 'SUCCESS', attempt: 3 });
  });

  it('counts an attempt once where the commit that stored it was not answered', async () => {
    const { database } = patient;
    const transaction = database.transaction.bind(database);
    let lost = 0;
    const stage = await setup([UP]);
    const { target, clock, createJob, drain, callsOf } = stage;
    target.reacts(DOWN);
    const job = await createJob({ time: 'now' }, { retry: { attempts: 3, delay: '1 second' } });
    clock.advance(S);
    database.transaction = (async (work: never, lane: never) => {
      const result = await transaction(work, lane);
      const [row] = await database.read((tx) =>
        tx.query<{ n: number }>('SELECT COUNT(*) AS n FROM run WHERE attempt = 2 AND state = 9'),
      );
      if (lost === 0 && Number(row?.n) === 1) {
        lost += 1;
        // The clock goes on, and this replica claims the run anew before it stores the batch once more.
        clock.advance(2 * S);
        await stage.dispatcher.tick(HOUR_MS);
        throw new Error('The connection was lost after the commit.');
      }
      return result;
    }) as never;
    await drain();
    database.transaction = transaction;
    clock.advance(60 * S);
    await drain();
    clock.advance(60 * S);
    await drain();
    clock.advance(60 * S);
    await drain();
    expect(lost).toBe(1);
    expect(callsOf(job).map(({ headers }) => headers['x-carillon-attempt'])).toEqual(['1', '2', '3', '4']);
    const [run] = await runsOf(job);
    expect(run).toMatchObject({ runState: 'ERROR', attempt: 4 });
    expect(run?.transitions.filter(({ type }) => type === 'RETRY_SCHEDULED')).toHaveLength(3);
  });

  it('is taken over with its attempt by whoever comes after the replica that held it', async () => {
    const { stored, theRun, dispatcher, clock, app, drain, calls } = await setup([DOWN, UP]);
    await dispatcher.tick(60 * S);
    const { queue } = app.get(Executor, { strict: false });
    await app.get(Claimer, { strict: false }).giveBack(queue.takeOut(() => true).map(({ id }) => id));
    expect((await stored()).claimed_by).toBe(0);
    expect(await theRun()).toMatchObject({ runState: 'RETRYING', attempt: 2 });
    clock.advance(30 * S);
    await drain();
    expect(await theRun()).toMatchObject({ runState: 'SUCCESS', attempt: 2 });
    expect(calls().map(({ headers }) => headers['x-carillon-attempt'])).toEqual(['1', '2']);
  });

  it('leaves its tenant in the list while more like it are due', async () => {
    const { createJob, clock, dispatcher, drain, target } = await setup([UP]);
    target.reacts(DOWN);
    const schedules = Array.from({ length: 200 }, () => ({ time: 'now', active: true }));
    const job = await createJob({}, { schedules, retry: { attempts: 1 } });
    await drain();
    clock.advance(60 * S);
    target.reacts(UP);
    const { claimed, isMoreDue } = await dispatcher.tick();
    expect([claimed > 0 && claimed < 200, isMoreDue]).toEqual([true, true]);
    await drain();
    expect(patient.callsOf(job)).toHaveLength(400);
  });

  it('waits while its tenant is suspended', async () => {
    const { theRun, provider, clock, drain, calls } = await setup([DOWN, UP]);
    const path = '/admin/v1/tenants/11111111-1111-4111-8111-111111111111';
    await provider.post(`${path}/suspend`).expect(204);
    clock.advance(60 * S);
    await drain();
    expect(calls()).toHaveLength(1);
    await provider.post(`${path}/resume`).expect(204);
    await drain();
    expect(await theRun()).toMatchObject({ runState: 'SUCCESS', attempt: 2 });
  });
});

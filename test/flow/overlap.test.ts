import { RunEndingService } from '../../src/run-log/run-ending.service.js';
import { CancelCalls } from '../../src/action/http/cancel-calls.js';
import { databaseKinds } from '../support/databases.js';
import { idOf, MINUTE_MS, startOverlap, textOf } from './overlap-setup.js';
import { runsOf, type Flow } from './setup.js';

describe.each(databaseKinds)('The overlap of runs on $name', (kind) => {
  let flow: Flow;
  let setup: Awaited<ReturnType<typeof startOverlap>>['setup'];
  beforeAll(async () => {
    ({ flow, setup } = await startOverlap(kind));
  });

  it.each([undefined, 'allow'])('is permitted with %p', async (overlap) => {
    const { minutes, states } = await setup(overlap);
    await minutes(2);
    expect(await states()).toEqual(['ACK_RECVD', 'ACK_RECVD', 'ACK_RECVD', 'SCHEDULED']);
  });

  it('skips what is due while a run has not ended, and says which', async () => {
    const { job, minutes, states, report, calls } = await setup('skip');
    await minutes(2);
    expect(await states()).toEqual(['ACK_RECVD', 'SKIPPED', 'SKIPPED', 'SCHEDULED']);
    expect((await runsOf(job))[1]).toMatchObject({
      ...{ runStatus: 'COMPLETED', executionTimestamp: null, httpStatus: null },
      completionTimestamp: expect.any(String),
    });
    expect(await textOf(job, 1)).toContain(`run ${await idOf(job, 0)} of this schedule had not ended`);
    await report(0);
    await minutes(1);
    expect(await states()).toEqual(['SUCCESS', 'SKIPPED', 'SKIPPED', 'ACK_RECVD', 'SCHEDULED']);
    expect(calls()).toBe(2);
  });

  it('lets one wait: a newer one takes its place, and it is called once the other has ended', async () => {
    const { job, minutes, states, report, calls } = await setup('queue');
    await minutes(1);
    expect(await states()).toEqual(['ACK_RECVD', 'SCHEDULED', 'SCHEDULED']);
    await minutes(1);
    expect(await states()).toEqual(['ACK_RECVD', 'SKIPPED', 'SCHEDULED', 'SCHEDULED']);
    expect(await textOf(job, 1)).toContain(`the newer run ${await idOf(job, 2)}`);
    expect(calls()).toBe(1);
    await report(0);
    expect(calls()).toBe(2);
    expect(await states()).toEqual(['SUCCESS', 'SKIPPED', 'ACK_RECVD', 'SCHEDULED']);
    await report(2, false);
    await minutes(1);
    expect(await states()).toEqual(['SUCCESS', 'SKIPPED', 'ERROR', 'ACK_RECVD', 'SCHEDULED']);
  });

  it('cancels what was called, and skips what never was, where a backlog is claimed at once', async () => {
    const { clock, drain, states, calls, job } = await setup('cancel');
    clock.advance(3 * MINUTE_MS);
    await drain();
    expect(await states()).toEqual(['ERROR', 'SKIPPED', 'SKIPPED', 'ACK_RECVD', 'SCHEDULED']);
    expect(await textOf(job, 1)).toContain('the newer run');
    const skipped = (await runsOf(job))[1];
    expect(skipped?.transitions.map(({ type }) => type)).toEqual(['SCHEDULED', 'SKIPPED']);
    expect(calls()).toBe(2);
  });

  it('lets the waiting one go when the other is given up by the service', async () => {
    const { app, clock, database, job, minutes, states, drain } = await setup('queue');
    await minutes(1);
    clock.advance(1_801_000);
    const endings = app.get(RunEndingService, { strict: false });
    expect(await database.transaction((tx) => endings.expire(tx, clock.now(), 10))).toBe(1);
    await flow.tick();
    expect((await states()).slice(0, 2)).toEqual(['UNKNOWN', 'ACK_RECVD']);
    await drain();
    expect(flow.callsOf(job)).toHaveLength(2);
  });

  it('looks again by itself, should an end have been missed', async () => {
    const { clock, database, minutes, states, tick, calls } = await setup('queue');
    await minutes(1);
    await database.transaction((tx) =>
      tx.execute('UPDATE run SET state = 4, completed_at = 1 WHERE state = 2'),
    );
    clock.advance(29_000);
    await tick();
    expect(calls()).toBe(1);
    clock.advance(1_000);
    await tick();
    expect(calls()).toBe(2);
    expect((await states())[1]).toBe('ACK_RECVD');
  });

  it('counts a run that nobody answers for the time limit of its call, and no longer', async () => {
    const { clock, database, minutes, tick, calls } = await setup('queue');
    await minutes(1);
    const ackedAt = clock.now();
    await database.transaction((tx) =>
      tx.execute('UPDATE run SET state = 3, acked_at = ? WHERE state = 2', [ackedAt]),
    );
    await database.transaction((tx) => tx.execute('UPDATE run SET due_at = ? WHERE state = 11', [ackedAt]));
    await tick();
    clock.advance(14_999);
    await tick();
    expect(calls()).toBe(1);
    clock.advance(1);
    await tick();
    expect(calls()).toBe(2);
  });

  it('cancels the run that has not ended, and calls the next one', async () => {
    const { job, minutes, states, calls, acme } = await setup('cancel');
    await minutes(1);
    expect(await states()).toEqual(['ERROR', 'ACK_RECVD', 'SCHEDULED']);
    expect(await textOf(job, 0)).toContain('canceled by the next run');
    expect(calls()).toBe(2);
    const late = await acme.put(`${job.runs}/${await idOf(job, 0)}`, { success: true, message: 'late' });
    expect(late.status).toBe(409);
  });

  it('tells the application of a run that it has acknowledged', async () => {
    await flow.acme.post('/scheduler/signingKeys', { kind: 'v1' }).expect(201);
    const { job, minutes, app, target } = await setup('cancel', {
      ...{ cancelAction: flow.target.url('/stop-it'), headers: { 'X-Api-Key': 'k' }, signing: true },
    });
    const runId = await idOf(job, 0);
    await minutes(1);
    await app.get(CancelCalls, { strict: false }).settled();
    const told = target.calls.filter(({ path }) => path === '/stop-it');
    expect(told.map(({ method, body }) => [method, JSON.parse(body)])).toEqual([['POST', { runId }]]);
    expect(told[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: expect.stringMatching(/^Bearer /),
      ...{ 'x-api-key': 'k', 'webhook-id': `${runId}-cancel` },
      'webhook-signature': expect.stringMatching(/^v1,/),
    });
  });

  it('never keeps a run that was asked for, and counts it as running', async () => {
    const { job, acme, clock, minutes, states, report, calls, drain } = await setup('skip');
    await acme.post(job.runs).expect(202);
    clock.advance(1_000);
    await drain();
    expect(calls()).toBe(2);
    await report(0);
    clock.advance(-1_000);
    await minutes(1);
    expect(await states()).toEqual(['SUCCESS', 'ACK_RECVD', 'SKIPPED', 'SCHEDULED']);
    expect(await textOf(job, 2)).toContain(`${await idOf(job, 1)}`);
  });

  it.each([
    ['is asked for', () => ''],
    ['runs another one again', (ended: string) => `/${ended}/replay`],
  ])('puts a run back that was claimed before its time when one %s meanwhile', async (_what, pathOf) => {
    const { job, acme, clock, dispatcher, states, report, calls, drain } = await setup('skip');
    await report(0);
    const ended = await idOf(job, 0);
    clock.advance(MINUTE_MS - 1_500);
    await dispatcher.tick(2_000);
    expect(await states()).toEqual(['SUCCESS', 'SCHEDULED', 'SCHEDULED']);
    await acme.post(`${job.runs}${pathOf(String(ended))}`).expect(202);
    await drain();
    expect(calls()).toBe(2);
    clock.advance(1_500);
    await drain();
    expect(await states()).toEqual(['SUCCESS', 'ACK_RECVD', 'SKIPPED', 'SCHEDULED']);
    expect(calls()).toBe(2);
  });

  it('decides nothing before a run is due', async () => {
    const { clock, dispatcher, states, report, calls, drain } = await setup('skip');
    clock.advance(MINUTE_MS - 1_500);
    await dispatcher.tick(2_000);
    expect(await states()).toEqual(['ACK_RECVD', 'SCHEDULED', 'SCHEDULED']);
    await report(0);
    expect(calls()).toBe(1);
    clock.advance(1_500);
    await drain();
    expect(await states()).toEqual(['SUCCESS', 'ACK_RECVD', 'SCHEDULED']);
  });
});

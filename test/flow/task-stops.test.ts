import { StopOrderStore } from '../../src/action/cf-task/stop-order.store.js';
import { newUuid } from '../../src/database/uuid-v7.js';
import { databaseKinds } from '../support/databases.js';
import { STOPS, type FakeTask } from '../support/cloud-controller/fake-cloud-controller.js';
import type { FlowJob } from './setup.js';
import { startTasks, type TaskFlow } from './task-setup.js';

const S = 1_000;
const MINUTE = 60 * S;
const HOUR = 60 * MINUTE;
const TIMEOUT_MS = 30 * MINUTE;
const NEVER = [{ cron: '2099 * * * * 0 0', active: true }];

describe.each(databaseKinds)('A task that is over on $name', (kind) => {
  let flow: TaskFlow;
  beforeAll(async () => {
    flow = await startTasks(kind);
  });

  /** A task that is due now. */
  async function setup(fields: object = {}) {
    await flow.clearTasks();
    const runnerId = await flow.addRunner();
    const job = await flow.createTask(runnerId, fields);
    await flow.fake.forgetRequests();
    return { ...flow, job, runnerId };
  }

  const shown = (job: FlowJob) => flow.shown(job);
  const lookAfter = (ms: number) => flow.lookAfter(ms);
  const theTask = async (): Promise<FakeTask> => {
    const [task] = await flow.fake.tasks();
    if (!task) throw new Error('There is no task.');
    return task;
  };

  it('is timed out within five seconds of its limit, and its task is stopped', async () => {
    const { job, tick, fake, stop, clock, look, sweeper } = await setup();
    await tick();
    const sentAt = clock.now();
    await lookAfter(TIMEOUT_MS - 1);
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_RECVD' });
    clock.advance(1);
    // Nobody waits for a report of a task.
    await sweeper.expireReports();
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_RECVD' });
    await look();
    expect(await shown(job)).toMatchObject({ state: 'COMPLETED/TIMEOUT', httpStatus: 202 });
    expect(clock.now() - sentAt).toBe(TIMEOUT_MS);
    await stop();
    expect(await fake.requests(STOPS)).toHaveLength(1);
    await lookAfter(MINUTE);
    await stop();
    expect(await fake.requests(STOPS)).toHaveLength(1);
    expect(await shown(job)).toMatchObject({ state: 'COMPLETED/TIMEOUT' });
  });

  it('ends as its task where that has ended in the second of its limit', async () => {
    const { job, tick, fake, stop } = await setup();
    await tick();
    await lookAfter(TIMEOUT_MS - 30 * S);
    await fake.end([(await theTask()).guid], 'SUCCEEDED');
    await lookAfter(30 * S);
    expect(await shown(job)).toMatchObject({ state: 'COMPLETED/SUCCESS' });
    await stop();
    expect(await fake.requests(STOPS)).toEqual([]);
  });

  it('is timed out on time although the Cloud Controller is silent, and stopped when it is back', async () => {
    const { job, tick, fake, stop } = await setup();
    await tick();
    await fake.reacts({ on: '.', answer: 'cut' });
    await lookAfter(TIMEOUT_MS);
    expect(await shown(job)).toMatchObject({ state: 'COMPLETED/TIMEOUT', httpStatus: 202 });
    await stop();
    expect((await theTask()).state).toBe('RUNNING');
    await fake.behaves();
    flow.clock.advance(S);
    await stop();
    expect((await theTask()).state).not.toBe('RUNNING');
  });

  it.each([
    ['its job is deleted', (job: FlowJob) => job.client.delete(job.job)],
    ['its schedule is deleted', (job: FlowJob) => job.client.delete(job.schedule)],
  ])('is over and its task is stopped where %s', async (_name, remove) => {
    const { job, tick, stop, stopped } = await setup();
    await tick();
    await remove(job).expect(200);
    await lookAfter(S);
    await stop();
    expect(await stopped()).toEqual([(await theTask()).guid]);
  });

  it('is stopped where its run is canceled, which stays what it is', async () => {
    const { job, tick, fake, stop, stopped, clock } = await setup({ schedules: NEVER });
    const { body } = await job.client.post(job.runs).expect(202);
    clock.advance(S);
    await tick();
    const { guid } = await theTask();
    await job.client.post(`${body['job-uri']}/operations/cancel`).expect(204);
    await lookAfter(S);
    await stop();
    expect(await stopped()).toEqual([guid]);
    await fake.end([guid], 'FAILED', 'task was cancelled');
    await lookAfter(MINUTE);
    expect(await shown(job)).toMatchObject({ state: 'COMPLETED/ERROR', text: 'canceled' });
  });

  it('is not stopped where it has ended before', async () => {
    const { job, tick, fake, stop, stopped } = await setup();
    await tick();
    await fake.end([(await theTask()).guid], 'SUCCEEDED');
    await job.client.delete(job.job).expect(200);
    await lookAfter(S);
    await stop();
    await lookAfter(MINUTE);
    await stop();
    expect(await stopped()).toHaveLength(1); // answered 422: it has ended
  });

  it('is found by its label where its run was timed out before its request was answered', async () => {
    const { job, tick, fake, stop, stopped, theRun } = await setup();
    await fake.reacts({ on: '^POST /v3/apps', isDone: true, answer: 'cut' });
    await tick();
    await fake.reacts({ on: '.', answer: 'cut' });
    await lookAfter(TIMEOUT_MS);
    expect(await shown(job)).toMatchObject({ state: 'COMPLETED/TIMEOUT', httpStatus: null });
    await fake.behaves();
    await lookAfter(S);
    await stop();
    const task = await theTask();
    expect(task.metadata.labels['carillon-run']).toBe((await theRun(job)).runId);
    expect(await stopped()).toEqual([task.guid]);
  });

  it('is tried to be stopped for 24 hours, less and less often', async () => {
    const { job, tick, fake, stop, clock, database } = await setup();
    await tick();
    await job.client.delete(job.job).expect(200);
    await fake.reacts({ on: STOPS, answer: { status: 503, body: 'later' } });
    await lookAfter(S);
    const orders = () => database.read((tx) => tx.query('SELECT 1 FROM stop_order'));
    for (const until = clock.now() + HOUR; clock.now() < until; clock.advance(30 * S)) await stop();
    const tries = (await fake.requests(STOPS)).length;
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(20);
    expect(await orders()).toHaveLength(1);
    clock.advance(24 * HOUR);
    await stop();
    expect(await orders()).toEqual([]);
    await fake.forget([(await theTask()).guid]);
  });

  it('is tried to be stopped again when a busy platform wants to be asked, and not before', async () => {
    const { job, tick, fake, stop, stopped, clock } = await setup();
    await tick();
    await job.client.delete(job.job).expect(200);
    const headers = { 'retry-after': '90' };
    await fake.reacts({ on: STOPS, times: 1, answer: { status: 429, headers, body: 'later' } });
    await lookAfter(S);
    await stop();
    clock.advance(89 * S);
    await stop();
    expect(await stopped()).toHaveLength(1);
    clock.advance(S);
    await stop();
    expect(await stopped()).toHaveLength(2);
  });

  it('is stopped however many of a slow runner were to be stopped before', async () => {
    const { database, app, clock } = await setup();
    const store = app.get(StopOrderStore, { strict: false });
    const [slow, quick] = [newUuid(clock.now()), newUuid(clock.now())];
    const order = (runnerId: string) => ({
      ...{ runId: newUuid(clock.now()), runnerId, appId: newUuid(clock.now()), guid: 'any' },
      ...{ sentAt: clock.now(), lookedAt: null },
    });
    const due = await database.transaction(async (tx) => {
      await store.add(tx, [order(slow), order(slow)], 1);
      await store.add(tx, [order(quick)], 2);
      const listed = await store.listDue(tx, clock.now(), 1, [slow]);
      await store.delete(tx, await store.listDue(tx, 2, 3, []));
      return listed;
    });
    expect(due.map(({ runnerId }) => runnerId)).toEqual([quick]);
  });

  it('keeps its runner from being deleted, until it is stopped', async () => {
    const { job, tick, stop, runnerId, renew } = await setup();
    await tick();
    await job.client.delete(job.job).expect(200);
    const remove = () => job.client.delete(`/admin/v1/runners/${runnerId}`);
    expect((await remove().expect(409)).text).toContain('1 open run');
    await lookAfter(S);
    const { text } = await remove().expect(409);
    expect(text).toContain(
      'cannot be deleted yet: it has 1 task still to be stopped (as soon as the Cloud Controller answers, given up after 24 h).',
    );
    await stop();
    await renew();
    await remove().expect(204);
  });
});

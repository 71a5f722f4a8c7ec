import { TaskDefinitionReader } from '../../src/action/cf-task/task-definition.reader.js';
import { TaskRunStore } from '../../src/action/cf-task/task-run.store.js';
import { RUN_STATES } from '../../src/core/run-state.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { DatabaseUnavailable } from '../../src/database/connection/availability.js';
import { Dispatcher } from '../../src/dispatch/dispatcher.js';
import { Runners } from '../../src/runner/runners.js';
import type { TaskOrder, TaskPlatform, TaskSeen } from '../../src/runner/task-platform.js';
import { CREATES, STOPS } from '../support/cloud-controller/fake-cloud-controller.js';
import { databaseKinds } from '../support/databases.js';
import { startTasks, type TaskFlow } from './task-setup.js';

const S = 1_000;
const MINUTE = 60 * S;
const LABELS = 'label_selector';

describe.each(databaseKinds)('A task of which something changes while it is ordered on $name', (kind) => {
  let flow: TaskFlow;
  beforeAll(async () => {
    flow = await startTasks(kind);
  });

  /** A task that is due now, of a runner of its own. */
  async function setup(fields: object = {}) {
    await flow.clearTasks();
    const runnerId = await flow.addRunner();
    const job = await flow.createTask(runnerId, fields);
    await flow.fake.forgetRequests();
    return { ...flow, job, runnerId };
  }

  /** Lets the requests for tasks begin, and goes on with them when it is told to. */
  function ordering(start: (order: TaskOrder, go: () => Promise<TaskSeen>) => Promise<TaskSeen>) {
    const runners = flow.app.get(Runners, { strict: false });
    const platformOf = runners.platformOf.bind(runners);
    runners.platformOf = (runner) => {
      const platform = platformOf(runner);
      const held: Partial<TaskPlatform> = { start: (order) => start(order, () => platform.start(order)) };
      return new Proxy(platform, {
        get: (of, name: keyof TaskPlatform) => held[name] ?? of[name]?.bind(of),
      });
    };
    return () => Reflect.deleteProperty(runners, 'platformOf');
  }

  /** Holds requests for tasks back until `release` is called; `begun` resolves with the first. */
  function held() {
    let begin = () => undefined as void;
    let release = () => undefined as void;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    const restore = ordering(async (_order, go) => {
      begin();
      await released;
      return go();
    });
    return { begun, release, restore };
  }

  it('is stopped where its job was deleted and nothing was found of it before it was created', async () => {
    const { job, tick, lookAfter, stop, stopped, clock, fake, database } = await setup();
    const { begun, release, restore } = held();
    const ticking = tick();
    await begun;
    await job.client.delete(job.job).expect(200);
    await lookAfter(2 * S);
    await stop();
    clock.advance(MINUTE);
    await stop();
    expect(await fake.requests(LABELS)).toHaveLength(2);
    expect(await database.read((tx) => tx.query('SELECT 1 FROM stop_order'))).toEqual([]);
    release();
    await ticking;
    restore();
    await lookAfter(S);
    await stop();
    expect(await stopped()).toEqual((await fake.tasks()).map(({ guid }) => guid));
    expect(await stopped()).toHaveLength(1);
  });

  it('is stopped where its run has another task by then', async () => {
    const { tick, lookAfter, stop, stopped, fake, database } = await setup();
    const { begun, release, restore } = held();
    const ticking = tick();
    await begun;
    await database.transaction((tx) => tx.execute("UPDATE task_run SET guid = 'another'"));
    release();
    await ticking;
    restore();
    const rows = await database.read((tx) => tx.query<{ guid: string }>('SELECT guid FROM task_run'));
    expect(rows.map(({ guid }) => guid)).toEqual(['another']);
    await stop();
    expect(await stopped()).toEqual((await fake.tasks()).map(({ guid }) => guid));
    await database.transaction((tx) => tx.execute('DELETE FROM task_run'));
    await lookAfter(S);
  });

  it('is not forgotten where another replica has ordered it by then, and only the first request is refused', async () => {
    const { tick, fake, database, lookAfter } = await setup();
    const { begun, release, restore } = held();
    await fake.reacts({ on: CREATES, answer: { status: 422, body: { errors: [] } } });
    const ticking = tick();
    await begun;
    await database.transaction((tx) => tx.execute('UPDATE task_run SET sent_at = sent_at + 1'));
    release();
    await ticking;
    restore();
    expect(await fake.requests(CREATES)).toHaveLength(1);
    expect(await database.read((tx) => tx.query('SELECT 1 FROM task_run'))).toHaveLength(1);
    await lookAfter(S);
  });

  it('is not stopped where it is still the task of its run', async () => {
    const { tick, lookAfter, stop, fake } = await setup();
    await tick();
    await lookAfter(MINUTE);
    await stop();
    expect(await fake.tasks()).toHaveLength(1);
    expect(await fake.requests(STOPS)).toEqual([]);
  });

  it('runs what it is when it is ordered, although its run was claimed before it was changed', async () => {
    const { app, job, clock, fake, provider } = await setup({
      schedules: [{ time: 'now', active: true, data: { memory_in_mb: 64 } }],
    });
    const dispatcher = app.get(Dispatcher, { strict: false });
    const soon = new Date(clock.now() + S).toISOString();
    await provider.put(job.schedule, { time: soon }).expect(200);
    expect(await dispatcher.tick(2 * S)).toMatchObject({ claimed: 1 });
    expect(await fake.requests(CREATES)).toEqual([]);
    await provider.put(job.schedule, { data: { memory_in_mb: 128 } }).expect(200);
    await provider.put(`/admin/v1/tasks/${job.jobId}`, { processId: fake.app.process.guid }).expect(200);
    clock.advance(S);
    await dispatcher.tick();
    await dispatcher.settled();
    const [request] = await fake.requests(CREATES);
    const body = JSON.parse(request?.body ?? '{}');
    expect(body).toMatchObject({ template: { process: { guid: fake.app.process.guid } }, memory_in_mb: 128 });
    expect(body).not.toHaveProperty('command');
  });

  it('waits where the database is away before it is ordered', async () => {
    const { app, job, tick, shown, clock, fake } = await setup();
    const reader = app.get(TaskDefinitionReader, { strict: false });
    reader.orderOf = () => Promise.reject(new DatabaseUnavailable('The database is away.', null));
    await tick();
    Reflect.deleteProperty(reader, 'orderOf');
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/TRIGGERED' });
    expect(await fake.tasks()).toEqual([]);
    clock.advance(MINUTE);
    await tick();
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_RECVD' });
    expect(await fake.tasks()).toHaveLength(1);
  });

  /** A run as a replica leaves it that dies with the answer to its request in hand, or with the GUID written down. */
  async function abandoned({ isGuidKnown = false } = {}) {
    const all = await setup();
    await all.tick();
    const id = uuidToBytes((await all.theRun(all.job)).runId);
    await all.database.transaction(async (tx) => {
      const triggered = RUN_STATES.indexOf('TRIGGERED');
      await tx.execute(
        `UPDATE run SET state = ${triggered}, claimed_by = 999999, acked_at = NULL, ack_text = NULL, http_status = NULL
         WHERE id = ?`,
        [id],
      );
      if (!isGuidKnown) await tx.execute("UPDATE task_run SET guid = '' WHERE id = ?", [id]);
    });
    return all;
  }

  it('is adopted later where the database is away when it is found', async () => {
    const { app, job, tick, shown, clock, lookAfter, stop, fake } = await abandoned();
    const store = app.get(TaskRunStore, { strict: false });
    store.setGuid = () => Promise.reject(new DatabaseUnavailable('The database is away.', null));
    clock.advance(MINUTE);
    await tick();
    Reflect.deleteProperty(store, 'setGuid');
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/TRIGGERED' });
    await lookAfter(S);
    await stop();
    clock.advance(MINUTE);
    await tick();
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_RECVD' });
    expect(await fake.requests(`${STOPS}|${CREATES}`)).toHaveLength(1);
  });

  it.each([
    ['is there', 'SUCCEEDED', 'SUCCESS', /^Task \d+ succeeded$/],
    ['is gone', null, 'ERROR', /^The task is not known any more$/],
  ])(
    'is the only one of its run where its GUID is known, though no label finds it: it %s',
    async (...row) => {
      const [, end, state, text] = row;
      const { job, tick, shown, clock, lookAfter, fake } = await abandoned({ isGuidKnown: true });
      const guids = (await fake.tasks()).map(({ guid }) => guid);
      const EMPTY = { pagination: { total_results: 0 }, resources: [] };
      await fake.reacts({ on: LABELS, answer: { status: 200, body: EMPTY } });
      if (end === null) await fake.forget(guids);
      for (let minute = 0; minute < 3; minute++) {
        clock.advance(MINUTE);
        await tick();
      }
      expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_RECVD', httpStatus: 202 });
      if (end !== null) await fake.end(guids, end);
      await lookAfter(5 * S);
      expect(await shown(job)).toMatchObject({
        state: `COMPLETED/${state}`,
        text: expect.stringMatching(text),
      });
      expect(await fake.requests(CREATES)).toHaveLength(1);
    },
  );

  it.each([
    ['schedule', (path: { schedule: string }) => path.schedule],
    ['job', (path: { job: string }) => path.job],
  ])('goes on where its %s is switched off while it is looked for', async (_name, pathOf) => {
    const { job, tick, shown, clock, provider, lookAfter, stop, fake } = await abandoned();
    const EMPTY = { pagination: { total_results: 0 }, resources: [] };
    await fake.reacts({ on: LABELS, times: 1, answer: { status: 200, body: EMPTY } });
    clock.advance(MINUTE);
    await tick();
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/TRIGGERED' });
    await provider.put(pathOf(job), { active: false }).expect(200);
    await tick();
    // A millisecond more: it may have been postponed once more at this instant.
    clock.advance(MINUTE + 1);
    await tick();
    await lookAfter(S);
    await stop();
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_RECVD' });
    expect(await fake.requests(`${STOPS}|${CREATES}`)).toHaveLength(1);
  });

  it('is looked for twice where its application was deleted, and no more', async () => {
    const app = await flow.fake.addApp('short-lived');
    const { job, tick, shown, lookAfter, fake } = await setup({ appId: app.guid });
    await fake.reacts({ on: CREATES, isDone: true, answer: 'cut' });
    await tick();
    await fake.removeApp(app.guid);
    for (let second = 0; second < 70; second++) await lookAfter(S);
    expect(await shown(job)).toMatchObject({ state: 'COMPLETED/ERROR' });
    expect(await fake.requests(LABELS)).toHaveLength(2);
  });

  it('is not stopped for ever where its application was deleted', async () => {
    const app = await flow.fake.addApp('short-lived');
    const { job, tick, lookAfter, stop, fake, clock, database } = await setup({ appId: app.guid });
    await fake.reacts({ on: CREATES, isDone: true, answer: 'cut' });
    await tick();
    await fake.removeApp(app.guid);
    await job.client.delete(job.job).expect(200);
    await lookAfter(2 * S);
    await stop();
    clock.advance(MINUTE);
    await stop();
    expect(await database.read((tx) => tx.query('SELECT 1 FROM stop_order'))).toEqual([]);
  });
});

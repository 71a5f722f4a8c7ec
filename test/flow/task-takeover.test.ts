import { RUN_STATES } from '../../src/core/run-state.js';
import { uuidToBytes } from '../../src/database/columns.js';
import type { Tx } from '../../src/database/tx.js';
import { CREATES, FakeCloudController } from '../support/cloud-controller/fake-cloud-controller.js';
import { databaseKinds } from '../support/databases.js';
import type { FlowJob } from './setup.js';
import { startTasks, type TaskFlow } from './task-setup.js';

const S = 1_000;
const MINUTE = 60 * S;
const TRIGGERED = RUN_STATES.indexOf('TRIGGERED');

describe.each(databaseKinds)('The run of a task whose replica is gone on $name', (kind) => {
  let flow: TaskFlow;
  beforeAll(async () => {
    flow = await startTasks(kind);
  });

  /**
   * A run as its replica leaves it that dies with the answer to its request in hand: the run is held by nobody that
   * lives, and nobody has written down which task it is.
   */
  async function setup() {
    await flow.clearTasks();
    const { tick, theRun, database, clock } = flow;
    const job = await flow.createTask(await flow.addRunner());
    await tick();
    const { runId, executionTimestamp: sentAt } = await theRun(job);
    const id = uuidToBytes(runId);
    await database.transaction(async (tx) => {
      await tx.execute(
        `UPDATE run SET state = ${TRIGGERED}, claimed_by = 999999, acked_at = NULL, ack_text = NULL, http_status = NULL
         WHERE id = ?`,
        [id],
      );
      await tx.execute("UPDATE task_run SET guid = '' WHERE id = ?", [id]);
    });
    const write = (sql: string) => database.transaction((tx: Tx) => tx.execute(sql, [id]));
    /** Lets so much time pass, and others see that the replica is gone. */
    const takeOverAfter = async (ms: number) => {
      clock.advance(ms);
      await tick();
    };
    return { ...flow, job, sentAt, write, takeOverAfter };
  }

  const stateOf = async (job: FlowJob) => (await flow.shown(job)).state;
  const created = async () => (await flow.fake.requests(CREATES)).length;

  it('has the task that was created, and asks for no other', async () => {
    const { job, sentAt, takeOverAfter, fake, theRun } = await setup();
    expect(sentAt).not.toBeNull();
    await takeOverAfter(MINUTE);
    expect(await flow.shown(job)).toMatchObject({ state: 'RUNNING/ACK_RECVD', httpStatus: 202 });
    expect(await created()).toBe(1);
    const [task] = await fake.tasks();
    expect((await flow.shown(job)).text).toContain(task?.guid);
    expect((await theRun(job)).executionTimestamp).toBe(sentAt);
    await fake.end([task?.guid ?? ''], 'SUCCEEDED');
    await flow.lookAfter(5 * S);
    expect(await stateOf(job)).toBe('COMPLETED/SUCCESS');
  });

  it('is sent again only after two empty looks a minute apart', async () => {
    const { job, takeOverAfter, fake, tick, clock } = await setup();
    await fake.forget((await fake.tasks()).map(({ guid }) => guid));
    await takeOverAfter(MINUTE);
    expect(await stateOf(job)).toBe('RUNNING/TRIGGERED');
    expect(await created()).toBe(1);
    clock.advance(MINUTE - 1);
    await tick();
    expect(await created()).toBe(1);
    clock.advance(1);
    await tick();
    expect(await created()).toBe(2);
    expect(await stateOf(job)).toBe('RUNNING/ACK_RECVD');
    expect(await fake.tasks()).toHaveLength(1);
  });

  it('adopts a task that comes to be seen at the second look', async () => {
    const { job, takeOverAfter, fake, tick, clock } = await setup();
    await fake.reacts({ on: 'label_selector', times: 1, answer: { status: 200, body: EMPTY } });
    await takeOverAfter(MINUTE);
    expect(await stateOf(job)).toBe('RUNNING/TRIGGERED');
    clock.advance(MINUTE);
    await tick();
    expect(await stateOf(job)).toBe('RUNNING/ACK_RECVD');
    expect(await created()).toBe(1);
  });

  it('is sent at once where nothing was about to be sent', async () => {
    const { job, takeOverAfter, fake, write } = await setup();
    await fake.forget((await fake.tasks()).map(({ guid }) => guid));
    await write('DELETE FROM task_run WHERE id = ?');
    await takeOverAfter(MINUTE);
    expect(await stateOf(job)).toBe('RUNNING/ACK_RECVD');
    expect(await created()).toBe(2);
    expect(await fake.requests('label_selector')).toEqual([]);
  });

  it('is looked for where it was ordered, and sent where its task was moved to meanwhile', async () => {
    const { job, takeOverAfter, fake, tick, clock, provider, addRunner } = await setup();
    const elsewhere = await FakeCloudController.start();
    const { api, space, app } = elsewhere;
    const runnerId = await addRunner({ api, spaceId: space.guid });
    await provider.put(`/admin/v1/tasks/${job.jobId}`, { runnerId, appId: app.guid }).expect(200);
    await fake.forget((await fake.tasks()).map(({ guid }) => guid));
    await takeOverAfter(MINUTE);
    clock.advance(MINUTE);
    await tick();
    expect(await fake.requests('label_selector')).toHaveLength(2);
    const [task] = await elsewhere.tasks();
    expect((await flow.shown(job)).text).toContain(task?.guid);
    await elsewhere.end([task?.guid ?? ''], 'SUCCEEDED');
    await flow.lookAfter(5 * S);
    expect(await stateOf(job)).toBe('COMPLETED/SUCCESS');
  });

  it('waits while the Cloud Controller is away, and is timed out on time', async () => {
    const { job, takeOverAfter, fake, lookAfter, tick } = await setup();
    await fake.reacts({ on: '.', answer: 'cut' });
    await takeOverAfter(MINUTE);
    expect(await stateOf(job)).toBe('RUNNING/TRIGGERED');
    await lookAfter(29 * MINUTE);
    expect(await stateOf(job)).toBe('COMPLETED/TIMEOUT');
    await tick();
    expect(await created()).toBe(1);
  });
});

const EMPTY = {
  pagination: { total_results: 0, total_pages: 1, first: null, last: null, next: null, previous: null },
  resources: [],
};

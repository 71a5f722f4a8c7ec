import {
  CREATES,
  CREDENTIALS,
  LOOKS,
  STOPS,
  type FakeTask,
} from '../support/cloud-controller/fake-cloud-controller.js';
import { databaseKinds } from '../support/databases.js';
import type { FlowJob } from './setup.js';
import { startTasks, type TaskFlow } from './task-setup.js';

const S = 1_000;
const MINUTE = 60 * S;
const USER = CREDENTIALS.password.user;

describe.each(databaseKinds)('The run of a task on $name', (kind) => {
  let flow: TaskFlow;
  let runnerId: string;
  beforeAll(async () => {
    // The time limit of a call is reached by those that nobody answers, and by nobody else.
    flow = await startTasks(kind, { ACTION_TIMEOUT_MS: '3000' });
  });

  /** A task that is due now, of a runner of its own: what the platform did to another is not remembered of it. */
  async function setup(fields: object = {}) {
    await flow.clearTasks();
    runnerId = await flow.addRunner();
    const job = await flow.createTask(runnerId, fields);
    await flow.fake.forgetRequests();
    return { ...flow, job };
  }

  const { shown, lookAfter, theTask } = {
    shown: (job: FlowJob) => flow.shown(job),
    lookAfter: (ms: number) => flow.lookAfter(ms),
    theTask: async (): Promise<FakeTask> => {
      const [task] = await flow.fake.tasks();
      if (!task) throw new Error('There is no task.');
      return task;
    },
  };

  it('is acknowledged with what the Cloud Controller says of the task', async () => {
    const { job, tick, fake } = await setup();
    await tick();
    const { guid, name } = await theTask();
    const text = JSON.stringify({ guid, sequence_id: expect.any(Number), name, state: 'RUNNING' });
    const { text: told, ...rest } = await shown(job);
    expect(rest).toEqual({ state: 'RUNNING/ACK_RECVD', httpStatus: 202 });
    expect(JSON.parse(told ?? '')).toEqual({ ...JSON.parse(text), sequence_id: expect.any(Number) });
    expect(await fake.requests('label_selector')).toEqual([]);
  });

  it('is ordered with the merged options, the name of the job and the labels of the service', async () => {
    const { job, tick, fake, theRun } = await setup({
      name: 'a report',
      options: { memory_in_mb: 256, metadata: { labels: { team: 'a', kind: 'b' } } },
      schedules: [
        {
          time: 'now',
          active: true,
          data: { memory_in_mb: 2048, metadata: { labels: { kind: 'c' } } },
        },
      ],
    });
    await tick();
    const [request] = await fake.requests(CREATES);
    const { runId } = await theRun(job);
    const labels = { 'carillon-run': runId, 'carillon-job': String(job.jobId) };
    expect(request?.path).toBe(`/v3/apps/${fake.app.guid}/tasks`);
    expect(request?.authorization).toMatch(/^bearer \S+$/i);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      ...{ name: 'a report', command: 'bin/work', memory_in_mb: 2048 },
      metadata: {
        labels: {
          team: 'a',
          kind: 'c',
          ...labels,
          'carillon-instance': expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      },
    });
  });

  it.each([
    ['SUCCEEDED', undefined, 'COMPLETED/SUCCESS', /^Task \d+ succeeded$/],
    ['FAILED', 'Exited with status 3', 'COMPLETED/ERROR', /^Exited with status 3$/],
  ])('ends as its task does: %s', async (state, reason, shownState, text) => {
    const { job, tick, fake, logOf } = await setup();
    await tick();
    await lookAfter(2 * S);
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_RECVD' });
    await fake.end([(await theTask()).guid], state, reason);
    await lookAfter(5 * S);
    expect(await shown(job)).toEqual({
      state: shownState,
      httpStatus: 202,
      text: expect.stringMatching(text),
    });
    expect(await logOf(job)).toHaveLength(1);
    await fake.forgetRequests();
    await lookAfter(MINUTE);
    await flow.stop();
    expect([...(await fake.requests(LOOKS)), ...(await fake.requests(STOPS))]).toEqual([]);
  });

  it('ends where its task is not known any more', async () => {
    const { job, tick, fake } = await setup();
    await tick();
    await fake.forget([(await theTask()).guid]);
    await lookAfter(2 * S);
    expect(await shown(job)).toEqual({
      ...{ state: 'COMPLETED/ERROR', httpStatus: 202 },
      text: 'The task is not known any more',
    });
  });

  it('stays open where its task cannot be seen because its space cannot', async () => {
    const { job, tick, fake, database } = await setup();
    await tick();
    await fake.changeHolder(USER, { role: null });
    await lookAfter(2 * S);
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_RECVD' });
    const states = () =>
      database.read((tx) => tx.query<{ state: number }>('SELECT state FROM runner WHERE state = 1'));
    expect(await states()).toHaveLength(1);
    await fake.changeHolder(USER, { role: 'space_developer' });
    await fake.end([(await theTask()).guid], 'SUCCEEDED');
    await lookAfter(MINUTE);
    expect(await shown(job)).toMatchObject({ state: 'COMPLETED/SUCCESS' });
    expect(await states()).toHaveLength(0);
  });

  const own = (title: string, detail: string) => ({ errors: [{ code: 1, title, detail }] });

  it.each([
    ['quota', 422, 'REQUEST_ERROR', 'Response: app_task_limit quota exceeded'],
    ['forbidden', 403, 'REQUEST_ERROR', 'Response: You are not authorized'],
    ['unauthorized', 401, 'REQUEST_ERROR', 'Response: Invalid Auth Token'],
    ['too many', 429, 'REQUEST_ERROR', 'Response: Rate Limit Exceeded'],
    ['a fault of its own', 500, 'ERROR', 'Response: An unknown error occurred'],
    ['not implemented', 501, 'ERROR', 'Response: Not implemented'],
  ])('ends with what the Cloud Controller answers: %s', async (_name, status, state, text) => {
    const { job, tick, fake } = await setup();
    const body = own('CF-Any', text.replace('Response: ', ''));
    await fake.reacts({ on: CREATES, answer: { status, body } });
    await tick();
    expect(await shown(job)).toEqual({ state: `COMPLETED/${state}`, httpStatus: status, text });
    await lookAfter(MINUTE);
    await flow.stop();
    expect(await fake.requests('label_selector|actions/cancel')).toEqual([]);
  });

  it('ends where its application has no droplet, is deleted, or tasks are off', async () => {
    const { job, tick, fake } = await setup({ appId: flow.fake.stagedApp.guid });
    await tick();
    expect(await shown(job)).toMatchObject({
      ...{ state: 'COMPLETED/REQUEST_ERROR', httpStatus: 422 },
      text: 'Response: Task must have a droplet. Specify droplet or assign current droplet to app.',
    });
    const short = await fake.addApp('short');
    const next = await setup({ appId: short.guid });
    await fake.removeApp(short.guid);
    await tick();
    expect(await shown(next.job)).toMatchObject({ httpStatus: 404, text: 'Response: App not found' });
    const last = await setup();
    await fake.change({ isTaskCreationOn: false });
    await tick();
    expect(await shown(last.job)).toMatchObject({
      ...{ httpStatus: 403, state: 'COMPLETED/REQUEST_ERROR' },
      text: 'Response: Feature Disabled: task_creation',
    });
  });

  it('logs in once more where its token is not accepted, and ends with 401 the second time', async () => {
    const { job, tick, fake } = await setup();
    await tick();
    await fake.revokeTokens({ isRefreshToo: true });
    await lookAfter(2 * S);
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_RECVD' });
    expect((await fake.requests(LOOKS)).length).toBe(2);
  });

  it.each([
    ['502 of a router', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['503 in its own form', { status: 503, body: own('CF-Unavailable', 'later') }],
    ['500 without its JSON', { status: 500, body: 'oops' }],
    ['a connection that broke', 'cut' as const],
  ])('is settled by its label where a task was created behind %s', async (_name, answer) => {
    const { job, tick, fake } = await setup();
    await fake.reacts({ on: CREATES, isDone: true, answer });
    await tick();
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_NOT_RECVD', httpStatus: null });
    await fake.behaves();
    await lookAfter(S);
    expect(await fake.requests('label_selector')).toEqual([]);
    await lookAfter(S);
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_RECVD', httpStatus: 202 });
    const { guid } = await theTask();
    await fake.end([guid], 'SUCCEEDED');
    await lookAfter(5 * S);
    expect(await shown(job)).toMatchObject({ state: 'COMPLETED/SUCCESS', httpStatus: 202 });
    expect(await fake.requests(CREATES)).toHaveLength(1);
  });

  it('ends where two looks 60 s apart find no task', async () => {
    const { job, tick, fake } = await setup();
    await fake.reacts({ on: CREATES, answer: 'cut' });
    await tick();
    await lookAfter(2 * S);
    await lookAfter(59 * S);
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_NOT_RECVD' });
    await lookAfter(S);
    expect(await shown(job)).toEqual({
      ...{ state: 'COMPLETED/ERROR', httpStatus: null },
      text: 'The task was never created',
    });
    expect(await fake.requests('label_selector')).toHaveLength(2);
  });

  it('keeps the oldest of several tasks and stops the others', async () => {
    const { job, tick, fake, theRun, stop, stopped } = await setup();
    await fake.reacts({ on: CREATES, isDone: true, answer: 'cut' });
    await tick();
    await fake.behaves();
    const { runId } = await theRun(job);
    const [first] = await fake.requests(CREATES);
    // Somebody else's request of the same run: what a frozen replica might have sent.
    const again = {
      method: 'POST',
      headers: { authorization: first?.authorization ?? '' },
      body: first?.body ?? '',
    };
    await fetch(`${fake.api}${first?.path}`, again);
    const [oldest, other] = await fake.tasks();
    await lookAfter(2 * S);
    await stop();
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_RECVD' });
    expect(await stopped()).toEqual([other?.guid]);
    expect(oldest?.metadata.labels['carillon-run']).toBe(runId);
  });

  it('ends at once where nobody is let in, and one login in five minutes finds that out for all runs', async () => {
    const { job, tick, fake, clock, createTask, theRun } = await setup();
    const jobs = [job, ...(await Promise.all([1, 2, 3].map(() => createTask(runnerId))))];
    await fake.changeHolder(USER, { secret: 'another' });
    await fake.revokeTokens({ isRefreshToo: true });
    await fake.forgetRequests();
    await tick();
    for (const each of jobs) {
      expect(await shown(each)).toMatchObject({
        ...{ state: 'COMPLETED/REQUEST_ERROR', httpStatus: null },
        text: expect.stringMatching(/^Request Error: Code:-LOGIN_REFUSED, Message:-.*Bad credentials/),
      });
      expect(JSON.stringify(await theRun(each))).not.toContain(CREDENTIALS.password.password);
    }
    const logins = async () => (await fake.requests('oauth')).filter(({ body }) => /=password/.test(body));
    expect(await logins()).toHaveLength(1);
    clock.advance(5 * MINUTE - 2 * S);
    await createTask(runnerId).catch(() => null);
    await tick();
    expect(await logins()).toHaveLength(1);
    await fake.changeHolder(USER, { secret: CREDENTIALS.password.password });
    clock.advance(2 * S);
    const after = await createTask(runnerId);
    await tick();
    expect(await shown(after)).toMatchObject({ state: 'RUNNING/ACK_RECVD' });
    expect(await logins()).toHaveLength(2);
  });

  it('ends at once where nobody is there', async () => {
    const { job, tick, database } = await setup();
    await database.transaction((tx) =>
      tx.execute("UPDATE runner SET api = 'http://127.0.0.1:9', version = version + 1"),
    );
    await tick();
    expect(await shown(job)).toEqual({
      ...{ state: 'COMPLETED/REQUEST_ERROR', httpStatus: null },
      text: expect.stringMatching(/^Request Error: Code:-ECONNREFUSED, Message:-/),
    });
    const [schedule] = await database.read((tx) =>
      tx.query<{ since: number | null }>('SELECT unreachable_since AS since FROM schedule WHERE job_id = ?', [
        job.jobId,
      ]),
    );
    expect(schedule?.since).not.toBeNull();
  });

  it('takes no report', async () => {
    const { job, tick, theRun } = await setup();
    await tick();
    const { runId } = await theRun(job);
    await job.client.put(`${job.runs}/${runId}`, { success: true, message: 'done' }).expect(409);
    expect(await shown(job)).toMatchObject({ state: 'RUNNING/ACK_RECVD' });
  });
});

import { TaskTargets } from '../../src/job/task/task-targets.js';
import { databaseKinds, type DatabaseKind } from '../support/databases.js';
import { FakeCloudController } from '../support/cloud-controller/fake-cloud-controller.js';
import { aName, startApi, type Api } from './setup.js';

export const TASKS = '/admin/v1/tasks';

/** An application with a fake Cloud Controller and a runner of it. */
export interface TaskApi extends Api {
  readonly cloud: FakeCloudController;
  readonly runnerId: string;
  /** A task as it must at least be, with one active schedule. */
  readonly aTask: (change?: object) => Record<string, unknown>;
  /** Creates a task and returns the answer. */
  readonly createTask: (change?: object) => Promise<Record<string, unknown> & CreatedTask>;
}

interface CreatedTask {
  readonly name: string;
  readonly jobId: number;
  readonly url: string;
  readonly schedules: { readonly scheduleId: string }[];
}

/** Describes something about tasks on every database, each with an application and a Cloud Controller of its own. */
export function describeTasks(name: string, tests: (api: () => TaskApi, kind: DatabaseKind) => void): void {
  describe.each(databaseKinds)(`${name} on $name`, (kind) => {
    let api: TaskApi | undefined;
    beforeAll(async () => {
      api = await startTasks({ DATABASE_URL: await kind.createUrl() });
    });
    tests(() => {
      if (!api) throw new Error('The application is not started yet.');
      return api;
    }, kind);
  });
}

/** Starts the application beside a Cloud Controller, or one that is there, and makes a runner. */
export async function startTasks(env: Record<string, string>, there?: FakeCloudController): Promise<TaskApi> {
  const cloud = there ?? (await FakeCloudController.start());
  const api = await startApi(env);
  const { body: runner } = await api.provider.post('/admin/v1/runners', cloud.runner()).expect(201);
  const { runnerId } = runner as { runnerId: string };
  const aTask = (change: object = {}) => ({
    ...{ name: aName(), runnerId, appId: cloud.app.guid, command: 'bin/report' },
    schedules: [{ cron: '2099 * * * * 0 0', active: true }],
    ...change,
  });
  const createTask = async (change: object = {}) => {
    const { body } = await api.provider.post(TASKS, aTask(change)).expect(201);
    return { ...body, url: `/scheduler/jobs/${body.jobId}` };
  };
  return { ...api, cloud, runnerId, aTask, createTask };
}

/** Makes a runner that is deleted as soon as an application was looked up with it while `once` does something. */
export async function shortLivedRunner({ app, provider, cloud }: TaskApi) {
  const { body } = await provider
    .post('/admin/v1/runners', cloud.runner({ name: 'short-lived' }))
    .expect(201);
  const { runnerId } = body as { runnerId: string };
  const targets = app.get(TaskTargets, { strict: false });
  const once = async <T>(act: () => Promise<T>): Promise<T> => {
    const find = targets.find.bind(targets);
    targets.find = async (runner, wanted) => {
      const target = await find(runner, wanted);
      if (runner.id === runnerId) await provider.delete(`/admin/v1/runners/${runnerId}`).expect(204);
      return target;
    };
    try {
      return await act();
    } finally {
      targets.find = find;
    }
  };
  return { runnerId, once };
}

/** What a refusal under /admin says, as a text or a pattern of it. */
export const problem = (status: number, detail: string | RegExp) =>
  expect.objectContaining({
    status,
    detail: typeof detail === 'string' ? expect.stringContaining(detail) : expect.stringMatching(detail),
  });

import { TaskStops } from '../../src/action/cf-task/task-stops.js';
import { TaskWatch } from '../../src/action/cf-task/task-watch.js';
import { FakeCloudController, STOPS } from '../support/cloud-controller/fake-cloud-controller.js';
import type { DatabaseKind } from '../support/databases.js';
import { runsOf, startFlow, type Flow, type FlowJob } from './setup.js';

const S = 1_000;

let made = 0;

/** Starts the application with a fake Cloud Controller, and what tests of tasks do with both. */
export async function startTasks(kind: DatabaseKind, env: Record<string, string> = {}) {
  const fake = await FakeCloudController.start();
  const flow = await startFlow(kind, env);
  return { fake, ...flow, ...taskTools(flow, fake) };
}

export type TaskFlow = Awaited<ReturnType<typeof startTasks>>;

function taskTools(flow: Flow, fake: FakeCloudController) {
  const { app, clock, provider } = flow;
  const jobs: FlowJob[] = [];
  let runners: string[] = [];

  /** Makes a runner that leads to the fake, and returns its id. */
  const addRunner = async (fields: object = {}): Promise<string> => {
    const body = fake.runner({ name: `runner-${++made}`, ...fields });
    const { body: created } = await provider.post('/admin/v1/runners', body).expect(201);
    runners.push(created.runnerId);
    return created.runnerId;
  };

  /** Makes a task with one schedule. */
  const createTask = async (runnerId: string, fields: object = {}): Promise<FlowJob> => {
    const body = {
      ...{ name: `task-${++made}`, runnerId, appId: fake.app.guid, command: 'bin/work', active: true },
      schedules: [{ time: 'now', active: true }],
      ...fields,
    };
    const { body: created } = await provider.post('/admin/v1/tasks', body).expect(201);
    const { scheduleId } = created.schedules[0];
    const job = `/scheduler/jobs/${created.jobId}`;
    const schedule = `${job}/schedules/${scheduleId}`;
    const answer = { client: provider, jobId: created.jobId, scheduleId, path: '' };
    const task = { ...answer, job, schedule, runs: `${schedule}/runs` };
    jobs.push(task);
    return task;
  };

  const watch = app.get(TaskWatch, { strict: false });
  const stops = app.get(TaskStops, { strict: false });
  /** Lets one second of watching come, and resolves once all that it asked for is answered. */
  const look = async () => {
    await watch.tick();
    await watch.settled();
  };
  /** Lets the orders to stop tasks be carried out that are due. */
  const stop = async () => {
    await stops.tick();
    await stops.settled();
  };

  return {
    addRunner,
    createTask,
    look,
    stop,
    /** Lets time pass, and then a second of watching come. */
    lookAfter: async (ms: number) => {
      clock.advance(ms);
      await look();
    },
    /** Forgets what the tests before did, here and in the fake. */
    clearTasks: async () => {
      await flow.clear();
      await fake.behaves();
      await fake.change({ isTaskCreationOn: true, memoryQuotaMb: null, appTaskLimit: null });
      for (const { job } of jobs.splice(0)) await provider.delete(job);
      await fake.forget((await fake.tasks()).map(({ guid }) => guid));
      clock.advance(S);
      await look();
      await stop();
      // One whose tasks are still to be stopped stays for now.
      const statusOf = async (id: string) => (await provider.delete(`/admin/v1/runners/${id}`)).status;
      const statuses = await Promise.all(runners.map(statusOf));
      runners = runners.filter((_id, place) => statuses[place] !== 204);
      await fake.forgetRequests();
    },
    theRun: async (job: FlowJob) => {
      const [run] = await runsOf(job);
      if (!run) throw new Error('There is no run.');
      return run;
    },
    /** What a run log says at its end: state, status and the last text. */
    shown: async (job: FlowJob) => {
      const [run] = await runsOf(job);
      const state = `${run?.runStatus}/${run?.runState}`;
      return { state, httpStatus: run?.httpStatus, text: run?.transitions.at(-1)?.text };
    },
    /** Returns the GUIDs that were ordered to stop, in their order. */
    stopped: async () => (await fake.requests(STOPS)).map(({ path }) => path.split('/')[3]),
  };
}

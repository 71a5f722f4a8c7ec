/**
 * `npm run demo -- --tasks`: the service beside a Cloud Controller that is none, and the lives of three tasks: one
 * succeeds, one fails, and one is still running when its job is deleted, which stops it.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from './client.mjs';
import { DemoFailure, startCloud, startService } from './children.mjs';

const POLL_MS = 300;
/** A task is looked at every five seconds. */
const PATIENCE_MS = 40_000;
const CREDENTIALS = { kind: 'password', user: 'carillon@example.com', password: 'fake-user-password' };

/** [name, command, state in which its run ends, null where its job is deleted before, and what is said of that] */
const TASKS = [
  ['report', 'sleep 3; exit 0', 'SUCCESS', () => ''],
  ['import', 'sleep 2; exit 3', 'ERROR', (text) => `${text}, as it was meant to`],
  ['endless', 'bin/run-for-ever', null],
];

const COLOURS = { red: 31, green: 32, yellow: 33, cyan: 36 };
const MARKS = { SUCCESS: ['green', '✓'], ERROR: ['red', '✗'] };

/** Says what happens on a stream, line by line with its time (UTC), in colour where a person looks at it. */
class Teller {
  #stream;
  #isColoured;

  constructor(stream, env) {
    this.#stream = stream;
    this.#isColoured = stream.isTTY && env.TERM !== 'dumb' && !env.NO_COLOR;
  }

  say(text) {
    this.#stream.write(`${new Date().toISOString().slice(11, 19)}  ${text}\n`);
  }

  /** What belongs to the line before. */
  add(text) {
    this.#stream.write(`${' '.repeat(10)}${text}\n`);
  }

  sayOf({ name }, [colour, state], text = '') {
    const painted = this.#isColoured ? `\u001b[${COLOURS[colour]}m${state}\u001b[0m` : state;
    const gap = text === '' ? '' : ' '.repeat(Math.max(11 - state.length, 1));
    this.say(`${name.padEnd(9)} ${painted}${gap}${text}`);
  }
}

/** Plays the demo; returns its exit code and last words. `children` gets each process from the moment that it runs. */
export async function playTasks({ folder, children, ending }) {
  const teller = new Teller(process.stdout, process.env);
  const { provider, cloud } = await setTheStage({ folder, children, teller });
  const tasks = await makeTasks({ provider, cloud, teller });
  const startedAt = Date.now();
  while (!ending.reason && !tasks.every((task) => task.isSeen)) {
    for (const task of tasks) await follow(task, { provider, teller });
    const [endless] = tasks.filter((task) => task.state === null && !task.isSeen);
    if (endless && tasks.every((task) => task === endless || task.isSeen)) {
      await deleteTask(endless, { provider, cloud, teller });
    }
    if (Date.now() - startedAt > PATIENCE_MS) throw new DemoFailure('The tasks did not end in time.');
    await delay(POLL_MS);
  }
  if (ending.reason === 'time')
    return { exitCode: 1, words: ['The demo failed: its time was over before it had shown everything.'] };
  if (ending.reason) return { exitCode: 0, words: ['Ended before everything was seen.'] };
  const words =
    'All as expected: one succeeded, one failed, one was stopped. With your own space: README.md, "Cloud Foundry tasks".';
  return { exitCode: 0, words: [words] };
}

async function setTheStage({ folder, children, teller }) {
  teller.say('Starting the service, and a pretended Cloud Controller ...');
  const service = await startService(folder);
  children.push(service.child);
  const fake = startCloud();
  children.push(fake.child);
  const [{ api }, link] = await Promise.all([fake.ready, service.ready]);
  if (link) {
    teller.say('See it in the dashboard, by this link for one sign-in:');
    teller.add(link);
  }
  const binding = JSON.parse(readFileSync(service.vcapFile, 'utf8')).jobscheduler[0].credentials;
  return { provider: await Client.of(binding), cloud: { api, ...(await cloudFacts(api)) } };
}

async function cloudFacts(api) {
  return (await fetch(`${api}/fake/world`)).json();
}

async function makeTasks({ provider, cloud, teller }) {
  const vcapApplication = {
    cf_api: cloud.api,
    space_id: cloud.space.guid,
    application_id: cloud.app.guid,
  };
  const runner = await provider.call('POST', '/admin/v1/runners', {
    ...{ name: 'demo', kind: 'cloudfoundry', vcapApplication, credentials: CREDENTIALS },
  });
  teller.say(`Runner '${runner.name}' is ${runner.state}: space '${runner.spaceName}', user ${runner.user}`);
  teller.add(`Three tasks of the application '${cloud.app.name}', due now (ends are seen within 5 s):`);
  const tasks = [];
  for (const [name, command, state, words] of TASKS) {
    const { jobId, schedules } = await provider.call('POST', '/admin/v1/tasks', {
      ...{ name, runnerId: runner.runnerId, command, active: true, options: { memory_in_mb: 256 } },
      schedules: [{ time: 'now', active: true }],
    });
    tasks.push({ name, command, state, words, jobId, scheduleId: schedules[0].scheduleId, isSeen: false });
  }
  return tasks;
}

/** Says that a task has begun to run, and how its run has ended. */
async function follow(task, { provider, teller }) {
  if (task.isSeen || task.isDeleted) return;
  const path = `/scheduler/jobs/${task.jobId}/schedules/${task.scheduleId}/runs`;
  const [run] = (await provider.call('GET', path)).results;
  const transitions = run ? JSON.parse(run.runText) : [];
  const begun = transitions.find(({ type }) => type === 'ACK_RECVD');
  if (begun && !task.isRunning) {
    const { sequence_id: number } = JSON.parse(begun.text);
    teller.sayOf(task, ['cyan', 'runs'], `${task.command.padEnd(19)} (task ${number})`);
    task.isRunning = true;
  }
  if (run?.runStatus !== 'COMPLETED') return;
  const text = transitions.at(-1)?.text ?? '';
  if (run.runState !== task.state) {
    throw new DemoFailure(`The task '${task.name}' ended as ${run.runState}: ${text}`);
  }
  const [colour, mark] = MARKS[task.state];
  teller.sayOf(task, [colour, `${mark} ${task.state}`], task.words(text));
  task.isSeen = true;
}

/** Deletes a job while its task runs, and waits until the Cloud Controller was told to stop that. */
async function deleteTask(task, { provider, cloud, teller }) {
  if (task.isRunning && !task.isDeleted) {
    teller.say(`${task.name.padEnd(9)} its job is deleted while it runs ...`);
    await provider.call('DELETE', `/scheduler/jobs/${task.jobId}`);
    task.isDeleted = true;
  }
  const all = await (await fetch(`${cloud.api}/fake/tasks`)).json();
  const stopped = all.find(
    ({ name, state }) => name === task.name && ['CANCELING', 'FAILED'].includes(state),
  );
  if (!stopped) return;
  teller.sayOf(task, ['yellow', '■ stopped by the Cloud Controller']);
  task.isSeen = true;
}

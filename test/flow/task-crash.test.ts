import {
  CREATES,
  FakeCloudController,
  type FakeTask,
} from '../support/cloud-controller/fake-cloud-controller.js';
import { startApp } from '../support/app.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { ManualClock } from '../support/manual-clock.js';
import { build, ServiceProcess } from '../support/service-process.js';
import { spectatorOf } from '../support/spectator.js';

const RUNS = 200;
/** Each takes a look of its own, of which there are 60 a minute. */
const CUT = 50;
const LIMITS = { MAX_CALLS_PER_TENANT: '500', LEASE_MS: '2000' };
const ACK_RECVD = 2;

/** A database with a task whose 200 schedules are due at once; no process holds it any more. */
async function setup(kind: (typeof databaseKinds)[number]) {
  const fake = await FakeCloudController.start();
  const env = { DATABASE_URL: await kind.createUrl(), ...LIMITS };
  const app = await startApp({ env, clock: new ManualClock(Date.now()) });
  const { body: runner } = await app.provider.post('/admin/v1/runners', fake.runner()).expect(201);
  const schedules = Array.from({ length: RUNS }, () => ({ time: 'now', active: true }));
  const task = {
    name: 't',
    runnerId: runner.runnerId,
    appId: fake.app.guid,
    command: 'bin/work',
    active: true,
  };
  await app.provider.post('/admin/v1/tasks', { ...task, schedules }).expect(201);
  await app.stop();
  await fake.forgetRequests();
  const ask = await spectatorOf(env.DATABASE_URL);
  /** Resolves once so many runs are acknowledged. */
  const acknowledged = async (count: number) => {
    for (;;) {
      const [row] = await ask<{ runs: number }>(
        `SELECT COUNT(*) AS runs FROM run WHERE state = ${ACK_RECVD}`,
      );
      if (Number(row?.runs) >= count) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { fake, ask, acknowledged, start: () => ServiceProcess.start(env) };
}

const runsOf = (tasks: readonly FakeTask[]) => tasks.map(({ metadata }) => metadata.labels['carillon-run']);

describe.each(databaseKinds)('Tasks on $name', (kind) => {
  beforeAll(build);

  it(`are one for each of ${RUNS} runs, although connections break and the process is killed before it records them`, async () => {
    const { fake, acknowledged, ask, start } = await setup(kind);
    // Most answers never come, as long as the process lives; the others are cut off.
    await fake.reacts(
      { on: CREATES, isDone: true, answer: 'none' },
      { on: CREATES, isDone: true, answer: 'cut', times: CUT },
    );
    const first = await start();
    await fake.received(CREATES, RUNS);
    await fake.behaves();
    const second = kind === mariaDb ? await start() : null;
    await first.end('SIGKILL');
    const last = second ?? (await start());
    await acknowledged(RUNS);

    const tasks = await fake.tasks();
    expect(new Set(runsOf(tasks)).size).toBe(RUNS);
    expect(tasks).toHaveLength(RUNS);
    const states = await ask<{ state: number }>('SELECT DISTINCT state FROM run');
    expect(states.map(({ state }) => Number(state))).toEqual([ACK_RECVD]);
    expect(await fake.requests(CREATES)).toHaveLength(RUNS);
    expect((await last.end('SIGTERM')).code).toBe(0);
  });
});

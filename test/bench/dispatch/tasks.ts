import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../support/free-port.js';
import { ApiClient } from '../support/api-client.js';
import { CloudController } from '../support/cloud-controller.js';
import { atMost, percentile, type Figure } from './figures.js';
import { onSqlite, type Ground } from './ground.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';

const TASKS = 1_000;
const PER_JOB = 100;
const SETTLE_MS = 5_000;
const SECOND_MS = 1_000;
const LOOKS = '^GET /v3/tasks\\?';
const ACK_RECVD = 2;
const SUCCESS = 4;
const WITHIN_MS = 60_000;

/** 1,000 Cloud Foundry tasks under way: what watching them costs beside the idle service, and how soon their ends are seen. On both databases. */
export async function tasks(stage: Stage, options: Options): Promise<Figure[]> {
  const seconds = options.isQuick ? 20 : 60;
  return [
    ...(await stage.trial([], (trial) => watched(trial, seconds))),
    ...(await onSqlite((ground) => watched(ground, seconds))),
  ];
}

async function watched(ground: Ground, seconds: number): Promise<Figure[]> {
  const cloud = await CloudController.start();
  try {
    return await figures(ground, cloud, seconds);
  } finally {
    await cloud.stop();
  }
}

async function figures(ground: Ground, cloud: CloudController, seconds: number): Promise<Figure[]> {
  const port = String(await freePort());
  await ground.startService({ PORT: port, NODE_ENV: 'development' });
  await pause(SETTLE_MS);
  const idle = await share(ground, seconds);
  await order(new ApiClient(`http://127.0.0.1:${port}`, ground.folder), cloud);
  await runsIn(ground, ACK_RECVD);
  await pause(SETTLE_MS);
  const from = Date.now();
  const watching = await share(ground, seconds);
  const looks = (await cloud.requestTimes(LOOKS)).filter(
    (at) => at >= from && at < from + seconds * SECOND_MS,
  );
  const endedAt = await cloud.endAll();
  await runsIn(ground, SUCCESS);
  const seen = await ground.numbers('SELECT completed_at FROM run WHERE completed_at >= ?', [endedAt]);
  const workload = `${TASKS.toLocaleString('en')} open tasks, ${ground.database}`;
  const after = (part: number) => (percentile(seen, part) - endedAt) / SECOND_MS;
  const perMinute = (looks.length / seconds) * 60;
  return [
    atMost(60, { workload, figure: 'looks', value: perMinute, unit: '/min' }),
    atMost(2, { workload, figure: 'service CPU beside the idle service', value: watching - idle, unit: '%' }),
    { workload, figure: 'service CPU of the idle service', value: idle, unit: '%' },
    { workload, figure: 'end recorded after p50', value: after(0.5), unit: 's' },
    atMost(15, { workload, figure: 'end recorded after, the last', value: after(1), unit: 's' }),
  ];
}

/** Returns how much of a core the service uses, in percent. */
async function share(ground: Ground, seconds: number): Promise<number> {
  const measured = await ground.meter();
  await pause(seconds * SECOND_MS);
  const cost = await measured();
  return (cost.serviceCpu / cost.seconds) * 100;
}

/** Makes jobs whose schedules order all tasks at once. */
async function order(client: ApiClient, cloud: CloudController): Promise<void> {
  const credentials = { kind: 'client', clientId: 'carillon-client', clientSecret: 'fake-client-secret' };
  const { app, space } = cloud.world;
  try {
    const provider = await client.tokenOf();
    const runner = { name: 'space', kind: 'cloudfoundry', api: cloud.api, spaceId: space.guid, credentials };
    const { runnerId } = await client.call('POST', '/admin/v1/runners', provider, runner);
    const schedules = Array.from({ length: PER_JOB }, () => ({ time: 'now', active: true }));
    const task = { runnerId, appId: app.guid, command: 'bin/work', active: true, schedules };
    for (let job = 0; job < TASKS / PER_JOB; job++) {
      await client.call('POST', '/admin/v1/tasks', provider, { ...task, name: `task-${job}` });
    }
  } finally {
    await client.close();
  }
}

/** Resolves when all runs have a state. Throws where they do not come to it. */
async function runsIn(ground: Ground, state: number): Promise<void> {
  const within = AbortSignal.timeout(WITHIN_MS);
  for (;;) {
    const [runs = 0] = await ground.numbers('SELECT COUNT(*) FROM run WHERE state = ?', [state]);
    if (runs === TASKS) return;
    if (within.aborted) throw new Error(`${runs} runs have come to the state ${state}, not ${TASKS}.`);
    await pause(100);
  }
}

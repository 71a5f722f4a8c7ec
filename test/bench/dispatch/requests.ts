import { setTimeout as pause } from 'node:timers/promises';
import { AsynchronousApp, type AppRequest } from '../support/asynchronous-app.js';
import { appLoad, settled, TENANTS } from './async-load.js';
import { atLeast, atMost, type Figure } from './figures.js';
import { onSqlite, type Ground } from './ground.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';

const CONNECTIONS = 64;
const SECOND_MS = 1_000;
const REPORT = { success: true, message: 'done' };
/** Answered without a statement: tenants have no tasks. */
export const READS_NOTHING = '/scheduler/jobs?jobType=CF_TASK';

interface Kind {
  readonly name: string;
  readonly requests: readonly AppRequest[];
  /** How many a second are asked for, on MariaDB. */
  readonly bar?: number;
}

/** Requests as fast as 64 connections of 100 tenants can send them, one kind after the other, while nothing is due. On both databases. */
export async function requests(stage: Stage, options: Options): Promise<Figure[]> {
  const app = await AsynchronousApp.start();
  const times = options.isQuick ? { warmUp: 0.5, seconds: 2 } : { warmUp: 2, seconds: 5 };
  try {
    return [
      ...(await stage.trial([], (trial) => flooded(trial, app, times))),
      ...(await onSqlite((ground) => flooded(ground, app, times))),
    ];
  } finally {
    await app.stop();
  }
}

async function flooded(
  ground: Ground,
  app: AsynchronousApp,
  { warmUp, seconds }: { warmUp: number; seconds: number },
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, requests: each, bar } of await kindsOf(ground, app)) {
    const flood = { connections: CONNECTIONS, requests: each };
    await app.flood({ ...flood, seconds: warmUp });
    const measured = await ground.meter();
    const sent = await app.flood({ ...flood, seconds });
    const cost = await measured();
    const count = Object.values(sent.statuses).reduce((sum, of) => sum + of, 0);
    const workload = `${name}, ${ground.database}`;
    const rate = { workload, figure: 'rate', value: count / sent.seconds, unit: 'requests/s' };
    const cpu = { workload, unit: 's' };
    const per = (value: number) => (value / count) * 1000;
    const failed = count - (sent.statuses['200'] ?? 0);
    figures.push(
      bar !== undefined && ground.database === 'MariaDB' ? atLeast(bar, rate) : rate,
      atMost(0, { workload, figure: 'answers other than 200', value: failed, unit: '' }),
      { ...cpu, figure: 'service CPU per 1,000', value: per(cost.serviceCpu) },
    );
    if (Number.isNaN(cost.statements)) continue;
    figures.push(
      { ...cpu, figure: 'database CPU per 1,000', value: per(cost.databaseCpu) },
      { workload, figure: 'SQL statements per request', value: cost.statements / count, unit: '' },
    );
  }
  return figures;
}

/** Gives each tenant a job with one schedule and a run of it that was reported, and returns what is asked for. */
async function kindsOf(ground: Ground, app: AsynchronousApp): Promise<Kind[]> {
  const load = await appLoad(ground, app, { perSecond: TENANTS, span: SECOND_MS, isHolding: true });
  await pause(load.first + SECOND_MS - Date.now());
  await settled(ground, app, { heldRuns: TENANTS });
  const runs = await app.heldRuns();
  const reports = runs.map((run) => ({ ...run, body: REPORT }));
  await app.flood({ connections: CONNECTIONS, count: TENANTS });
  await settled(ground, app);
  const ofJobs = runs.map(({ path, tenant }) => ({ path: path.split('/schedules/')[0] ?? '', tenant }));
  const ofAll = (path: string) => runs.map(({ tenant }) => ({ path, tenant }));
  return [
    { name: 'a route that reads nothing', requests: ofAll(READS_NOTHING) },
    { name: 'jobCount', requests: ofAll('/scheduler/jobCount') },
    {
      name: 'a job with one schedule',
      requests: ofJobs.map(({ path, tenant }) => ({ path: `${path}?displaySchedules=true`, tenant })),
      bar: 2_000,
    },
    { name: 'a report that was taken before', requests: reports },
  ];
}

import { setTimeout as pause } from 'node:timers/promises';
import { AsynchronousApp, type SentReport } from '../support/asynchronous-app.js';
import { appLoad, settled, type AppLoad } from './async-load.js';
import { atLeast, atMost, percentile, type Figure } from './figures.js';
import { onSqlite, type Ground } from './ground.js';
import type { Options } from './options.js';
import { READS_NOTHING } from './requests.js';
import type { Stage } from './stage.js';
import type { Cost } from './trial.js';

const WARM_UP_MS = 5_000;
const SECOND_MS = 1_000;
/** Of the runs of a burst so many warm the service up. */
const WARM_UP_RUNS = 500;
const PER_SECOND_HELD = 500;
const CONNECTIONS = 64;

interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
}

const ON_MARIADB: Load = { perSecond: 500, p99Ms: 400 };
const ON_SQLITE: Load = { perSecond: 300, p99Ms: 250 };

/** Asynchronous runs: 202, and the report by PUT; all due on the second, and many reports at once. On both databases. */
export async function asynchronous(stage: Stage, options: Options): Promise<Figure[]> {
  const app = await AsynchronousApp.start();
  const open = options.isQuick ? 1_000 : 5_000;
  const seconds = options.isQuick ? 8 : 30;
  try {
    return [
      ...(await stage.trial([], (trial) => steady(trial, app, { ...ON_MARIADB, seconds }))),
      ...(await onSqlite((ground) => steady(ground, app, { ...ON_SQLITE, seconds }))),
      ...(await stage.trial([], (trial) => burst(trial, app, open))),
      ...(await onSqlite((ground) => burst(ground, app, open))),
    ];
  } finally {
    await app.stop();
  }
}

async function steady(
  ground: Ground,
  app: AsynchronousApp,
  { perSecond, p99Ms, seconds }: Load & { seconds: number },
): Promise<Figure[]> {
  const span = WARM_UP_MS + seconds * SECOND_MS;
  const load = await appLoad(ground, app, { perSecond, span, isHolding: false });
  const from = load.first + WARM_UP_MS;
  const to = load.first + span;
  await pause(from - Date.now());
  const before = await endedRuns(ground);
  const measured = await ground.meter();
  await pause(to - Date.now());
  await settled(ground, app);
  const cost = await measured();
  const ended = (await endedRuns(ground)) - before;
  const reports = (await app.reports()).filter(({ sentAt }) => sentAt >= from);
  const workload = `asynchronous ${perSecond}/s, on the second, ${ground.database}`;
  return [
    ...reportFigures(workload, reports, p99Ms),
    ...(await runFigures(ground, { workload, from, to, planned: perSecond * seconds })),
    ...costFigures(workload, cost, ended),
    peakMemory(workload, load),
  ];
}

function reportFigures(workload: string, reports: readonly SentReport[], p99Ms: number): Figure[] {
  const times = reports.map(({ ms }) => ms);
  const refused = reports.filter(({ status }) => status !== 200).length;
  return [
    { workload, figure: 'report p50', value: percentile(times, 0.5), unit: 'ms' },
    atMost(p99Ms, { workload, figure: 'report p99', value: percentile(times, 0.99), unit: 'ms' }),
    atMost(0, { workload, figure: 'answers other than 200', value: refused, unit: '' }),
  ];
}

async function runFigures(
  ground: Ground,
  { workload, from, to, planned }: { workload: string; from: number; to: number; planned: number },
): Promise<Figure[]> {
  const stretch = 'planned_at >= ? AND planned_at < ?';
  const late = await ground.numbers(
    `SELECT COALESCE(executed_at, ?) - planned_at FROM run WHERE ${stretch}`,
    [Date.now(), from, to],
  );
  const [done = 0] = await ground.numbers(`SELECT COUNT(*) FROM run WHERE state = 4 AND ${stretch}`, [
    from,
    to,
  ]);
  const [endedAt = NaN] = await ground.numbers(`SELECT MAX(completed_at) FROM run WHERE ${stretch}`, [
    from,
    to,
  ]);
  const behind = (endedAt - (to - SECOND_MS)) / SECOND_MS;
  return [
    { workload, figure: 'last record after the last second', value: behind, unit: 's' },
    atMost(0, { workload, figure: 'runs that did not end SUCCESS', value: planned - done, unit: '' }),
    { workload, figure: 'lateness of calls p99', value: percentile(late, 0.99), unit: 'ms' },
  ];
}

/** What the database costs is no figure of its own where it is part of the service. */
function costFigures(workload: string, cost: Cost, runs: number): Figure[] {
  const cpu = { workload, unit: 's' };
  const per = (value: number) => (value / runs) * 1000;
  const service = { ...cpu, figure: 'service CPU per 1,000 runs', value: per(cost.serviceCpu) };
  if (Number.isNaN(cost.statements)) return [atMost(0.9, service)];
  return [
    atMost(0.9, service),
    { ...cpu, figure: 'database CPU per 1,000 runs', value: per(cost.databaseCpu) },
    atMost(1.5, { workload, figure: 'SQL statements per run', value: cost.statements / runs, unit: '' }),
  ];
}

/** Runs that all wait for their report, reported at once, beside requests that read nothing. */
async function burst(ground: Ground, app: AsynchronousApp, runs: number): Promise<Figure[]> {
  const all = WARM_UP_RUNS + runs;
  const span = Math.ceil(all / PER_SECOND_HELD) * SECOND_MS;
  const load = await appLoad(ground, app, { perSecond: PER_SECOND_HELD, span, isHolding: true });
  await pause(load.first + span - Date.now());
  await acknowledged(ground, all);
  const connections = CONNECTIONS;
  await app.flood({ connections, count: WARM_UP_RUNS, path: READS_NOTHING });
  const reads = await app.flood({ connections, count: runs, path: READS_NOTHING });
  await app.flood({ connections, count: WARM_UP_RUNS });
  const measured = await ground.meter();
  const reports = await app.flood({ connections, count: runs });
  const cost = await measured();
  const [done = 0] = await ground.numbers('SELECT COUNT(*) FROM run WHERE state = 4');
  const workload = `burst of ${runs.toLocaleString('en')} reports, ${ground.database}`;
  const failed = 2 * runs - (reports.statuses['200'] ?? 0) - (reads.statuses['200'] ?? 0);
  const rate = { workload, figure: 'rate', value: runs / reports.seconds, unit: 'reports/s' };
  const peer = { name: 'requests that read nothing', value: runs / reads.seconds };
  return [
    { ...(ground.database === 'MariaDB' ? atLeast(1_500, rate) : rate), peer },
    atMost(0, { workload, figure: 'answers other than 200', value: failed, unit: '' }),
    atMost(0, { workload, figure: 'runs that did not end SUCCESS', value: all - done, unit: '' }),
    ...costFigures(workload, cost, runs),
    peakMemory(workload, load),
  ];
}

/** Resolves when so many runs wait for their report. Throws where they do not come. */
async function acknowledged(ground: Ground, runs: number): Promise<void> {
  const within = AbortSignal.timeout(30_000);
  for (;;) {
    const [waiting] = await ground.numbers('SELECT COUNT(*) FROM run WHERE state = 2');
    if (waiting === runs) return;
    if (within.aborted) throw new Error(`${waiting} runs wait for their report, not ${runs}.`);
    await pause(100);
  }
}

async function endedRuns(ground: Ground): Promise<number> {
  return (await ground.numbers('SELECT COUNT(*) FROM run WHERE state >= 4'))[0] ?? 0;
}

function peakMemory(workload: string, { service }: AppLoad): Figure {
  return { workload, figure: 'peak memory', value: service.peakMemory / 2 ** 20, unit: 'MB' };
}

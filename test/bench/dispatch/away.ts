import { setTimeout as pause } from 'node:timers/promises';
import { startEndpoint } from '../support/processes.js';
import { DATA } from './drain.js';
import { atMost, percentile, type Figure } from './figures.js';
import { latenessOf } from './lateness.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';
import type { Trial } from './trial.js';

const RUNS_PER_SECOND = Number(process.env['AWAY_RATE'] ?? 100);
const OTHERS = 20;
const S = 1_000;
const DAY_MS = 86_400_000;
const WARM_UP_MS = 6 * S;
const STRETCH_MS = 10 * S;
/** A probe may be up to 5 minutes away when the endpoint returns, and what waits is then released. */
const MOST_RETURN_MS = 340 * S;
const EACH_SECOND = '* * * * * * *';
const SUCCESS = 4;

type Call = readonly [at: number, wasAway: 0 | 1, runId: string];

/**
 * An endpoint with a breaker that is away under 100 runs a second, over three replicas: for as many seconds as
 * `AWAY_SECONDS` says (60 by default, 20 with --quick; `REPLICAS` for another number of these). Beside it endpoints without breaker,
 * of the same tenant and of another, with 20 runs a second each.
 */
export async function away(stage: Stage, options: Options): Promise<Figure[]> {
  const awayMs = Number(process.env['AWAY_SECONDS'] ?? (options.isQuick ? 20 : 60)) * S;
  const replicas = Number(process.env['REPLICAS'] ?? 3);
  const endpoint = await startEndpoint('support/away-endpoint.mjs');
  const begin = Math.ceil((Date.now() + DAY_MS) / S) * S;
  const all = { tenants: 1, data: DATA, plannedAt: () => begin, cron: EACH_SECOND };
  const seeds = [
    { ...all, schedules: RUNS_PER_SECOND, action: () => `${endpoint.url}/call` },
    { ...all, from: 1, schedules: OTHERS, action: () => stage.target() },
    { ...all, from: 2, schedules: OTHERS, action: () => stage.target() },
  ];
  try {
    return await stage.trial(seeds, async (trial) => {
      const [protectedId = 0, otherId = 0, besideId = 0] = trial.tenancies.flat();
      const policy = '{"breaker":true}';
      await trial.db.query('UPDATE job SET policy = ? WHERE tenancy_id = ?', [policy, protectedId]);
      const ofProtected = await trial.number('SELECT id FROM job WHERE tenancy_id = ?', [protectedId]);
      const ofBeside = await trial.number('SELECT id FROM job WHERE tenancy_id = ?', [besideId]);
      // The third seed is another endpoint of the same tenant.
      for (const table of ['job', 'schedule', 'run'])
        await trial.db.query(`UPDATE ${table} SET tenancy_id = ? WHERE tenancy_id = ?`, [
          protectedId,
          besideId,
        ]);
      const first = Math.ceil((Date.now() + 6 * S) / S) * S;
      await trial.shift(begin + 1, first - begin);
      for (let count = 0; count < replicas; count++) await trial.startService();
      await pause(first + WARM_UP_MS + STRETCH_MS - Date.now());
      const tell = async (path: string) => Number(await (await fetch(`${endpoint.url}${path}`)).text());
      const awayAt = await tell('/away');
      await pause(awayMs);
      const backAt = await tell('/back');
      console.log(
        `away for ${(backAt - awayAt) / S} s; waiting: ${await trial.number('SELECT COUNT(*) FROM breaker_wait')}`,
      );
      await untilReleased(trial);
      const overAt = Date.now();
      await pause(STRETCH_MS);
      const calls = (await (await fetch(`${endpoint.url}/log`)).json()) as Call[];
      const stretches = { awayAt, backAt, overAt };
      return [
        ...(await figuresOf(trial, calls, { ...stretches, jobId: ofProtected, first })),
        ...(await othersOf(trial, calls, { ...stretches, jobId: ofBeside, otherId })),
      ];
    });
  } finally {
    await endpoint.child.stop();
  }
}

async function untilReleased(trial: Trial): Promise<void> {
  const until = Date.now() + MOST_RETURN_MS;
  while ((await trial.number('SELECT COUNT(*) FROM breaker')) > 0 && Date.now() < until) await pause(S);
}

interface Known {
  readonly awayAt: number;
  readonly backAt: number;
  readonly overAt: number;
  readonly jobId: number;
}

async function figuresOf(
  trial: Trial,
  calls: readonly Call[],
  { awayAt, backAt, overAt, jobId, first }: Known & { readonly first: number },
): Promise<Figure[]> {
  const workload = 'endpoint away';
  const whileAway = calls.filter(([, wasAway]) => wasAway === 1).map(([at]) => at);
  // Calls that were being sent when it opened come within its first moments; each probe after that stands alone.
  const openAt = whileAway[FAILURES - 1] ?? awayAt;
  const late = whileAway.filter((at) => at > openAt + MOMENT_MS);
  const probes = probesUntil(openAt, backAt);
  const returned = calls.filter(([at, wasAway]) => wasAway === 0 && at >= backAt);
  const probedAt = returned[0]?.[0] ?? Number.NaN;
  const ofJob = 'schedule_id IN (SELECT id FROM schedule WHERE job_id = ?)';
  const held = `${ofJob} AND planned_at >= ? AND planned_at < ?`;
  const stretch = [jobId, awayAt, probedAt];
  const lastAt = await trial.number(
    `SELECT MAX(executed_at) FROM run WHERE ${held} AND state = ${SUCCESS}`,
    stretch,
  );
  const planned = RUNS_PER_SECOND * Math.floor((overAt - first) / S);
  const stored = await trial.number(`SELECT COUNT(*) FROM run WHERE ${ofJob} AND planned_at < ?`, [
    jobId,
    first + planned * (S / RUNS_PER_SECOND),
  ]);
  const lost = await trial.number(`SELECT COUNT(*) FROM run WHERE ${held} AND state < ${SUCCESS}`, stretch);
  const failed = await trial.number(`SELECT COUNT(*) FROM run WHERE ${held} AND state > ${SUCCESS}`, stretch);
  const ids = returned.map(([, , runId]) => runId);
  const worst = worstPace(returned.map(([at]) => at - probedAt));
  return [
    { workload, figure: 'away', value: (backAt - awayAt) / S, unit: 's' },
    { workload, figure: 'calls until it opened', value: whileAway.length - late.length, unit: '' },
    { workload, figure: 'calls while it was open', value: late.length, unit: '' },
    atMost(0, { workload, figure: 'calls beyond the probes', value: late.length - probes, unit: '' }),
    {
      workload,
      figure: 'held runs',
      value: await trial.number(`SELECT COUNT(*) FROM run WHERE ${held}`, stretch),
      unit: '',
    },
    atMost(0, { workload, figure: 'runs never planned', value: planned - stored, unit: '' }),
    atMost(0, { workload, figure: 'held runs that were not called', value: lost, unit: '' }),
    { workload, figure: 'runs that failed before it opened', value: failed, unit: '' },
    atMost(0, {
      workload,
      figure: 'runs called twice after its return',
      value: ids.length - new Set(ids).size,
      unit: '',
    }),
    { workload, figure: 'from return to its probe', value: (probedAt - backAt) / S, unit: 's' },
    atMost(30, {
      workload,
      figure: 'from its probe to the last held run',
      value: (lastAt - probedAt) / S,
      unit: 's',
    }),
    atMost(1.1, {
      workload,
      figure: 'calls by any second, of those that the pace permits',
      value: worst.sum,
      unit: '',
    }),
    {
      workload,
      figure: 'calls within a second, of those of its place in the pace',
      value: worst.second,
      unit: '',
    },
    { workload, figure: 'most calls within a second', value: worst.most, unit: '' },
  ];
}

const FAILURES = 10;
const MOMENT_MS = 1_000;

/** How many probes the time from the opening to the return has. */
function probesUntil(openAt: number, backAt: number): number {
  let count = 0;
  for (let at = openAt + 5 * S, delay = 5 * S; at <= backAt; count++) {
    delay = Math.min(300 * S, delay * 2);
    at += delay;
  }
  return count;
}

/** Compares calls, by milliseconds after the first answer, with a pace of one in the first second that doubles each second. */
function worstPace(calls: readonly number[]) {
  const perSecond: number[] = [];
  for (const ms of calls) {
    const second = Math.floor(ms / S);
    perSecond[second] = (perSecond[second] ?? 0) + 1;
  }
  let sum = 0;
  const worst = { sum: 0, second: 0, most: 0 };
  for (let second = 0; second < perSecond.length && second <= 16; second++) {
    const count = perSecond[second] ?? 0;
    sum += count;
    worst.most = Math.max(worst.most, count);
    // The probe itself is one more.
    worst.sum = Math.max(worst.sum, sum / 2 ** (second + 1));
    worst.second = Math.max(worst.second, count / (2 ** second + (second === 0 ? 1 : 0)));
  }
  console.log(
    `calls by second after its return: ${Array.from(perSecond.slice(0, 40), (count) => count ?? 0).join(' ')}`,
  );
  return worst;
}

async function othersOf(
  trial: Trial,
  calls: readonly Call[],
  { awayAt, backAt, overAt, jobId, otherId }: Known & { readonly otherId: number },
): Promise<Figure[]> {
  const probedAt = calls.find(([at, wasAway]) => wasAway === 0 && at >= backAt)?.[0] ?? backAt;
  const parts = [
    ['before', awayAt - STRETCH_MS, awayAt],
    ['while it is away', awayAt + STRETCH_MS / 2, backAt],
    ['while it is released', probedAt, probedAt + 30 * S],
    ['after', overAt, overAt + STRETCH_MS - 2 * S],
  ] as const;
  const workload = 'endpoint away';
  const figures: Figure[] = [];
  for (const [name, from, to] of parts) {
    const others = await latenessOf(trial, { from, to, tenancies: [otherId] });
    const own = await trial.numbers(
      `SELECT COALESCE(r.executed_at, ?) - r.planned_at FROM run r JOIN schedule s ON s.id = r.schedule_id
       WHERE s.job_id = ? AND r.planned_at >= ? AND r.planned_at < ?`,
      [Date.now(), jobId, from, to],
    );
    for (const [whose, late] of [
      ['of another tenant', others],
      ['of the same tenant', own],
    ] as const) {
      const figure = `lateness p99 of an endpoint ${whose}, ${name}`;
      figures.push({ workload, figure, value: percentile(late, 0.99), unit: 'ms' });
    }
  }
  return figures;
}

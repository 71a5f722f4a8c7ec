import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from '../support/processes.js';
import type { Seed } from '../support/seed.js';
import { DAILY, DATA } from './drain.js';
import { atMost, below, besidePeer, median, type Figure } from './figures.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';
import { costFigures, type Cost, type Trial } from './trial.js';

const TENANTS = 100;
const UNTIL_DUE_MS = 12_000;
const DAY_MS = 86_400_000;
const LEASE_MS = 10_000;
const GAVE_UP_AFTER_MS = 60_000;
const MOST_REPEATS = 2_000;
const ONCE = { isOnce: true } as const;

interface Drain {
  /** From the first call to the last record. */
  readonly runsPerSecond: number;
  readonly callsPerSecond: number;
  readonly lastCallS: number;
  readonly recordedAfterMs: number;
  readonly doubled: number;
  readonly peakMb: number;
  readonly cost: Cost;
}

/**
 * 20,000 schedules that fire once, all due at one instant, to the last record, in turns with as many recurring ones; then the same
 * with a kill in the middle.
 */
export async function oneTime(stage: Stage, options: Options): Promise<Figure[]> {
  const runs = options.isQuick ? 5_000 : 20_000;
  const once: Drain[] = [];
  const recurring: Drain[] = [];
  for (let round = 0; round < options.rounds; round++) {
    once.push(await drained(stage, runs, ONCE));
    recurring.push(await drained(stage, runs, DAILY));
    const rates = [once, recurring].map((drains) => Math.round(drains.at(-1)?.runsPerSecond ?? 0));
    console.log(`  round ${round + 1}: one-time ${rates[0]} runs/s, recurring ${rates[1]} runs/s`);
  }
  const of = (drains: readonly Drain[]) => median(drains.map(({ runsPerSecond }) => runsPerSecond));
  const count = runs.toLocaleString('en');
  const workload = `one-time, ${count} at once`;
  const rate = { workload, figure: 'rate to the last record', value: of(once), unit: 'runs/s' };
  return [
    besidePeer(1, rate, { name: 'recurring ones', value: of(recurring) }),
    ...drainFigures(workload, once, runs),
    ...drainFigures(`recurring, ${count} at once`, recurring, runs),
    ...(await killed(stage, runs)),
  ];
}

function drained(stage: Stage, runs: number, cron: Seed['cron']): Promise<Drain> {
  return staged(stage, { runs, cron }, async (trial, due) => {
    const service = await trial.startService();
    const measured = await trial.meter();
    const seen = await stage.calls(runs);
    const firstAt = seen.firstAt ?? Number.NaN;
    const lastAt = seen.lastAt ?? Number.NaN;
    const recordedAt = await lastRecord(trial, runs);
    const cost = await measured();
    const { count } = await stage.seen();
    return {
      runsPerSecond: runs / ((recordedAt - firstAt) / 1000),
      callsPerSecond: runs / ((lastAt - firstAt) / 1000),
      lastCallS: (lastAt - due) / 1000,
      recordedAfterMs: recordedAt - lastAt,
      doubled: count - runs,
      peakMb: service.peakMemory / 2 ** 20,
      cost,
    };
  });
}

function drainFigures(workload: string, drains: readonly Drain[], runs: number): Figure[] {
  const of = (pick: (drain: Drain) => number) => median(drains.map(pick));
  const worst = (pick: (drain: Drain) => number) => Math.max(...drains.map(pick));
  const cost = {
    seconds: 0,
    serviceCpu: of((each) => each.cost.serviceCpu),
    databaseCpu: of((each) => each.cost.databaseCpu),
    statements: of((each) => each.cost.statements),
  };
  return [
    { workload, figure: 'calls', value: of((each) => each.callsPerSecond), unit: 'calls/s' },
    atMost(4, { workload, figure: 'last call', value: worst((each) => each.lastCallS), unit: 's' }),
    atMost(500, {
      workload,
      figure: 'last record after it',
      value: worst((each) => each.recordedAfterMs),
      unit: 'ms',
    }),
    below(1, { workload, figure: 'doubled', value: worst((each) => each.doubled), unit: '' }),
    { workload, figure: 'peak memory', value: worst((each) => each.peakMb), unit: 'MB' },
    ...costFigures(workload, cost, runs),
  ];
}

function killed(stage: Stage, runs: number): Promise<Figure[]> {
  return staged(stage, { runs, cron: ONCE }, async (trial) => {
    const env = { LEASE_MS: String(LEASE_MS) };
    const first = await trial.startService(env);
    await stage.calls(runs / 2);
    const killedAt = await kill(first);
    await trial.startService(env);
    const recordedAt = await lastRecord(trial, runs);
    const { count } = await stage.seen();
    const recovery = (recordedAt - killedAt - LEASE_MS) / 1000;
    const workload = `one-time, ${runs.toLocaleString('en')} at once, killed in the middle`;
    return [
      atMost(MOST_REPEATS, { workload, figure: 'called again', value: count - runs, unit: '' }),
      atMost(5, { workload, figure: 'recovery after the lease', value: recovery, unit: 's' }),
    ];
  });
}

/** Seeds the schedules, due in some seconds, on a database of their own. */
function staged<T>(
  stage: Stage,
  { runs, cron }: { runs: number; cron: Seed['cron'] },
  work: (trial: Trial, due: number) => Promise<T>,
): Promise<T> {
  const begin = Date.now() + DAY_MS;
  const seed = {
    tenants: TENANTS,
    schedules: runs,
    plannedAt: () => begin,
    cron,
    data: DATA,
  };
  return stage.trial([{ ...seed, action: () => stage.target() }], async (trial) => {
    const due = Date.now() + UNTIL_DUE_MS;
    await trial.shift(begin + 1, due - begin);
    return work(trial, due);
  });
}

/** Resolves when so many runs are recorded, or no more of them come; returns when that was. */
async function lastRecord(trial: Trial, runs: number): Promise<number> {
  let ended = -1;
  for (let changedAt = Date.now(); ; await pause(20)) {
    const now = await trial.number('SELECT COUNT(*) FROM run WHERE state >= 4');
    if (now !== ended) changedAt = Date.now();
    ended = now;
    if (ended >= runs || Date.now() - changedAt > GAVE_UP_AFTER_MS) return changedAt;
  }
}

async function kill({ process }: Child): Promise<number> {
  const ended = once(process, 'exit');
  process.kill('SIGKILL');
  await ended;
  return Date.now();
}

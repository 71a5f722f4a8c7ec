import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from '../support/processes.js';
import { DATA } from './drain.js';
import { atMost, below, type Figure } from './figures.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';
import { costFigures, type Trial } from './trial.js';

const TENANTS = 100;
const UNTIL_DUE_MS = 12_000;
const DAY_MS = 86_400_000;
const LEASE_MS = 10_000;
const GAVE_UP_AFTER_MS = 60_000;
const MOST_REPEATS = 2_000;

/** 20,000 schedules that fire once, all due at one instant, to the last record; then the same with a kill in the middle. */
export async function oneTime(stage: Stage, options: Options): Promise<Figure[]> {
  const runs = options.isQuick ? 5_000 : 20_000;
  return [...(await untouched(stage, runs)), ...(await killed(stage, runs))];
}

function untouched(stage: Stage, runs: number): Promise<Figure[]> {
  return staged(stage, runs, async (trial, due) => {
    const service = await trial.startService();
    const measured = await trial.meter();
    const { firstAt, lastAt } = await stage.calls(runs);
    const recordedAt = await lastRecord(trial, runs);
    const cost = await measured();
    const { count } = await stage.seen();
    const workload = `one-time, ${runs.toLocaleString('en')} at once`;
    const seconds = ((lastAt ?? 0) - (firstAt ?? 0)) / 1000;
    return [
      { workload, figure: 'calls', value: runs / seconds, unit: 'calls/s' },
      atMost(4, { workload, figure: 'last call', value: ((lastAt ?? 0) - due) / 1000, unit: 's' }),
      atMost(500, {
        workload,
        figure: 'last record after it',
        value: recordedAt - (lastAt ?? 0),
        unit: 'ms',
      }),
      below(1, { workload, figure: 'doubled', value: count - runs, unit: '' }),
      { workload, figure: 'peak memory', value: service.peakMemory / 2 ** 20, unit: 'MB' },
      ...costFigures(workload, cost, runs),
    ];
  });
}

function killed(stage: Stage, runs: number): Promise<Figure[]> {
  return staged(stage, runs, async (trial) => {
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
function staged(
  stage: Stage,
  runs: number,
  work: (trial: Trial, due: number) => Promise<Figure[]>,
): Promise<Figure[]> {
  const begin = Date.now() + DAY_MS;
  const seed = {
    tenants: TENANTS,
    schedules: runs,
    plannedAt: () => begin,
    cron: { isOnce: true } as const,
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

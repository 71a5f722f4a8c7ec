import { setTimeout as pause } from 'node:timers/promises';
import { DAILY, DATA } from './drain.js';
import { atLeast, below, jainIndex, percentile, type Figure } from './figures.js';
import { latenessOf } from './lateness.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';

const QUIET = 50;
const NOISY_RUNS = 20_000;
const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;
const UNTIL_FIRST_MS = 6_000;
const WARM_UP_MS = 5_000;

/** One tenant has 20,000 due runs to an endpoint that takes 2 s; 50 quiet tenants have one run a second each. */
export async function noisy(stage: Stage, options: Options): Promise<Figure[]> {
  const seconds = options.isQuick ? 10 : 60;
  const begin = Math.ceil((Date.now() + DAY_MS) / SECOND_MS) * SECOND_MS;
  const all = { data: DATA, plannedAt: () => begin };
  const loud = {
    ...all,
    tenants: 1,
    schedules: NOISY_RUNS,
    cron: DAILY,
    action: () => stage.target('/slow?wait=2000'),
  };
  const quiet = {
    ...all,
    tenants: QUIET,
    from: 1,
    schedules: QUIET,
    cron: '* * * * * * *',
    action: () => stage.target(),
  };
  return stage.trial([loud, quiet], async (trial) => {
    const first = Math.ceil((Date.now() + UNTIL_FIRST_MS) / SECOND_MS) * SECOND_MS;
    await trial.shift(begin + 1, first - begin);
    await trial.startService();
    const from = first + WARM_UP_MS;
    const to = from + seconds * SECOND_MS;
    await pause(to + SECOND_MS - Date.now());
    const tenancies = trial.tenancies[1] ?? [];
    const late = await latenessOf(trial, { from, to, tenancies });
    const done: number[] = [];
    for (const tenancy of tenancies) {
      const sql =
        'SELECT COUNT(*) FROM run WHERE tenancy_id = ? AND state >= 4 AND completed_at BETWEEN ? AND ?';
      done.push(await trial.number(sql, [tenancy, from, to]));
    }
    const workload = 'noisy tenant';
    const total = done.reduce((sum, count) => sum + count, 0);
    const loudDone = await trial.number(
      'SELECT COUNT(*) FROM run WHERE tenancy_id = ? AND state >= 4',
      trial.tenancies[0],
    );
    return [
      below(250, {
        workload,
        figure: "quiet tenants' lateness p99",
        value: percentile(late, 0.99),
        unit: 'ms',
      }),
      { workload, figure: "quiet tenants' lateness p50", value: percentile(late, 0.5), unit: 'ms' },
      atLeast(0.99, { workload, figure: 'Jain index over quiet tenants', value: jainIndex(done), unit: '' }),
      {
        workload,
        figure: "quiet tenants' runs, of those planned",
        value: total / (QUIET * seconds),
        unit: '',
      },
      { workload, figure: "noisy tenant's runs done", value: loudDone, unit: '' },
    ];
  });
}

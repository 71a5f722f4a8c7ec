import { below, type Figure } from './figures.js';
import { DAILY, DATA } from './drain.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';
import { costFigures } from './trial.js';

const TENANTS = 100;
const UNTIL_DUE_MS = 12_000;
const DAY_MS = 86_400_000;

/** 100,000 schedules of 100 tenants due in the same second, the service up and idle before it. */
export async function herd(stage: Stage, options: Options): Promise<Figure[]> {
  const runs = options.isQuick ? 20_000 : 100_000;
  const begin = Date.now() + DAY_MS;
  const plannedAt = (place: number) => begin + (place % 1000);
  const seed = { tenants: TENANTS, schedules: runs, plannedAt, cron: DAILY, data: DATA };
  return stage.trial([{ ...seed, action: () => stage.target() }], async (trial) => {
    const due = Date.now() + UNTIL_DUE_MS;
    // Before the start: a replica that is alone is told of every change of plans by itself, and of this one by nobody.
    await trial.shift(begin + DAY_MS, due - begin);
    const service = await trial.startService();
    const { seconds, lost, doubled, cost } = await trial.burst(runs, due);
    const workload = `herd of ${runs.toLocaleString('en')}`;
    return [
      below(30, { workload, figure: 'time to drain', value: seconds, unit: 's' }),
      below(512, { workload, figure: 'peak memory', value: service.peakMemory / 2 ** 20, unit: 'MB' }),
      below(1, { workload, figure: 'lost', value: lost, unit: '' }),
      below(1, { workload, figure: 'doubled', value: doubled, unit: '' }),
      ...costFigures(workload, cost, runs),
    ];
  });
}

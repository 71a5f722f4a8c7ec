import { DAILY, DATA } from './drain.js';
import { below, type Figure } from './figures.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';
import { costFigures } from './trial.js';

const TENANTS = 100;
const REPLICAS = [1, 2, 3];
const UNTIL_DUE_MS = 12_000;
const DAY_MS = 86_400_000;
const WAIT_MS = 1_000;

/** A load that falls due at one instant, and what its endpoint does. */
interface Load {
  readonly name: string;
  readonly path: string;
  readonly runs: number;
}

/** The same load on one, two and three replicas: an endpoint that answers at once, where the cores limit, and one that takes a second, where the open calls do. */
export async function scale(stage: Stage, options: Options): Promise<Figure[]> {
  const loads: Load[] = [
    { name: 'answers at once', path: '/call', runs: options.isQuick ? 10_000 : 50_000 },
    { name: 'takes 1 s', path: `/call?wait=${WAIT_MS}`, runs: options.isQuick ? 3_000 : 10_000 },
  ];
  const figures: Figure[] = [];
  for (const load of loads) {
    for (const replicas of REPLICAS) figures.push(...(await drainBy(stage, load, replicas)));
  }
  return figures;
}

/** All replicas are up and idle before the load falls due. */
function drainBy(stage: Stage, { name, path, runs }: Load, replicas: number): Promise<Figure[]> {
  const begin = Date.now() + DAY_MS;
  const seed = { tenants: TENANTS, schedules: runs, plannedAt: () => begin, cron: DAILY, data: DATA };
  return stage.trial([{ ...seed, action: () => stage.target(path) }], async (trial) => {
    const due = Date.now() + UNTIL_DUE_MS;
    // Before the start: a replica that is alone is told of every change of plans by itself, and of this one by nobody.
    await trial.shift(begin + 1, due - begin);
    for (let replica = 0; replica < replicas; replica++) await trial.startService();
    const { seconds, ended, lost, doubled, cost } = await trial.burst(runs, due);
    const workload = `${replicas} x, endpoint ${name}`;
    return [
      { workload, figure: 'rate', value: ended / seconds, unit: 'runs/s' },
      below(1, { workload, figure: 'lost', value: lost, unit: '' }),
      below(1, { workload, figure: 'doubled', value: doubled, unit: '' }),
      ...costFigures(workload, cost, runs),
    ];
  });
}

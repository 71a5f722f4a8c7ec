import { once } from 'node:events';
import { startProgram } from '../support/processes.js';
import { besidePeer, type Figure } from './figures.js';

interface Timed {
  readonly expression: string;
  readonly ours: number;
  readonly croner: number;
}

/** The next run of 20 typical cron patterns, against croner on the patterns of the same meaning. */
export async function calculus(): Promise<Figure[]> {
  const program = startProgram('calculus.mjs', []);
  const [timed] = (await once(program.process, 'message', { signal: AbortSignal.timeout(120_000) })) as [
    Timed[],
  ];
  await program.stop();
  const mean = (pick: (each: Timed) => number) =>
    timed.reduce((sum, each) => sum + pick(each), 0) / timed.length;
  const slowest = timed.reduce((a, b) => (a.croner / a.ours < b.croner / b.ours ? a : b));
  return [
    timesFaster(
      'calls/s, mean of 20 patterns',
      mean((each) => each.ours),
      mean((each) => each.croner),
    ),
    timesFaster(`calls/s, least of them: ${slowest.expression}`, slowest.ours, slowest.croner),
    {
      workload: 'calculus',
      figure: 'next run, mean of 20 patterns',
      value: mean((each) => each.ours),
      unit: 'ns',
    },
  ];
}

/** In calls a second, so that more is better as everywhere beside peers. */
function timesFaster(figure: string, ours: number, croner: number): Figure {
  const value = 1e9 / ours;
  return besidePeer(
    1,
    { workload: 'calculus', figure, value, unit: '/s' },
    { name: 'croner', value: 1e9 / croner },
  );
}

import { lasting } from '../duration.js';
import { counted } from '../time.js';

const runs = (count: number) => (count === 1 ? '1 run' : `${counted(count)} runs`);

/** The words of the histograms of a schedule. */
export const TIMING = {
  title: (count: number) => `How late and how long, of the last ${runs(count)}`,
  lateness: 'Lateness',
  duration: 'Duration',
  late: (p50: number, p99: number) =>
    `Half were called at most ${lasting(p50)} late, 99 % at most ${lasting(p99)}.`,
  took: (p50: number, p99: number) => `Half took at most ${lasting(p50)}, 99 % at most ${lasting(p99)}.`,
  noneCalled: 'None was called.',
  asTable: 'Show as table',
  step: 'Up to',
  count: 'Runs',
  more: (ms: number) => `more than ${lasting(ms)}`,
  most: (count: number) => `highest: ${runs(count)}`,
} as const;

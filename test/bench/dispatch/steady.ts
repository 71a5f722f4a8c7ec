import { setTimeout as pause } from 'node:timers/promises';
import { startProgram } from '../support/processes.js';
import { DAILY, DATA } from './drain.js';
import { atMost, below, besidePeer, percentile, type Figure } from './figures.js';
import { latenessOf } from './lateness.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';
import { costFigures } from './trial.js';

const TENANTS = 100;
const UNTIL_FIRST_MS = 10_000;
const WARM_UP_MS = 10_000;
const EVERY_MS = 5_000;
const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

interface Load {
  readonly perSecond: number;
  /** Whether the runs of a second are spread over it, or all planned on it as cron schedules are. */
  readonly isSpread: boolean;
  readonly bars: { readonly p50?: number; readonly p99?: number };
}

const LOADS: readonly Load[] = [
  { perSecond: 200, isSpread: true, bars: { p50: 10, p99: 50 } },
  { perSecond: 500, isSpread: true, bars: { p99: 250 } },
  { perSecond: 200, isSpread: false, bars: {} },
];

/** A steady load for a minute beside 100,000 further schedules: how late calls start, and what a run costs. */
export async function steady(stage: Stage, options: Options): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const load of LOADS) figures.push(...(await measure(stage, load, options)));
  return figures;
}

async function measure(stage: Stage, load: Load, options: Options): Promise<Figure[]> {
  const seconds = options.isQuick ? 10 : 60;
  const floor = load.isSpread ? await callsAlone(stage, load.perSecond, seconds) : null;
  const begin = secondAfter(Date.now() + DAY_MS);
  return stage.trial(
    seedsOf(stage, load, { begin, further: options.isQuick ? 20_000 : 100_000 }),
    async (trial) => {
      const first = secondAfter(Date.now() + UNTIL_FIRST_MS);
      await trial.shift(begin + DAY_MS, first - begin);
      const service = await trial.startService();
      const from = first + WARM_UP_MS;
      const to = from + seconds * SECOND_MS;
      await pause(from - Date.now());
      const measured = await trial.meter();
      await pause(to - Date.now());
      const cost = await measured();
      await pause(SECOND_MS);
      const late = await latenessOf(trial, { from, to, tenancies: trial.tenancies[0] ?? [] });
      const workload = `steady ${load.perSecond}/s${load.isSpread ? '' : ', on the second'}`;
      const p50 = { workload, figure: 'lateness p50', value: percentile(late, 0.5), unit: 'ms' };
      const p99 = { workload, figure: 'lateness p99', value: percentile(late, 0.99), unit: 'ms' };
      const short = seconds * load.perSecond - late.length;
      return [
        load.bars.p50 === undefined ? p50 : atMost(load.bars.p50, p50),
        load.bars.p99 === undefined ? p99 : atMost(load.bars.p99, p99),
        below(1, { workload, figure: 'runs short of the plan', value: short, unit: '' }),
        ...costFigures(workload, cost, late.length).map((figure) =>
          floor !== null && figure.figure.startsWith('service CPU')
            ? besidePeer(null, figure, floor)
            : figure,
        ),
        { workload, figure: 'peak memory', value: service.peakMemory / 2 ** 20, unit: 'MB' },
      ];
    },
  );
}

/** What a process costs that makes the same calls and does nothing else, in CPU seconds per 1,000 of them. */
async function callsAlone(stage: Stage, perSecond: number, seconds: number) {
  const words = [stage.target(), String(perSecond), DATA];
  const child = startProgram('peers/steady-caller.mjs', words);
  try {
    await pause(WARM_UP_MS);
    const before = { cpu: child.cpuSeconds, calls: (await stage.seen()).count };
    await pause(seconds * SECOND_MS);
    const calls = (await stage.seen()).count - before.calls;
    return { name: 'the calls alone', value: ((child.cpuSeconds - before.cpu) / calls) * 1000 };
  } finally {
    await child.stop();
  }
}

/** The load itself, beginning at `begin`; and the further schedules, due a day later. */
function seedsOf(stage: Stage, load: Load, { begin, further }: { begin: number; further: number }) {
  const all = { tenants: TENANTS, action: () => stage.target(), data: DATA };
  const stored = {
    ...{ ...all, from: TENANTS, schedules: further, cron: DAILY },
    plannedAt: (place: number) => begin + DAY_MS + place * 100,
  };
  if (!load.isSpread) {
    const cron = '* * * * * * *';
    return [{ ...all, schedules: load.perSecond, cron, plannedAt: () => begin }, stored];
  }
  const schedules = (load.perSecond * EVERY_MS) / SECOND_MS;
  const plannedAt = (place: number) => begin + (place * SECOND_MS) / load.perSecond;
  return [{ ...all, schedules, cron: { everyMs: EVERY_MS }, plannedAt }, stored];
}

function secondAfter(at: number): number {
  return (Math.floor(at / SECOND_MS) + 1) * SECOND_MS;
}

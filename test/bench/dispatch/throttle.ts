import { setTimeout as pause } from 'node:timers/promises';
import { atLeast, atMost, type Figure } from './figures.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';

const REPLICAS = 3;
const PER_MINUTE = 600;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
const DAY_MS = 24 * 3_600_000;
const UNTIL_FIRST_MS = 8_000;
/** Schedules of every second: twice as many firings as may be called. */
const SCHEDULES = (2 * PER_MINUTE) / 60;

/** One job that may be called 600 times a minute has 1,200 firings a minute, on three replicas together. */
export async function throttle(stage: Stage, options: Options): Promise<Figure[]> {
  const minutes = options.isQuick ? 2 : 3;
  const begin = Math.ceil((Date.now() + DAY_MS) / SECOND_MS) * SECOND_MS;
  const firings = {
    ...{ tenants: 1, schedules: SCHEDULES, cron: '* * * * * * *', plannedAt: () => begin },
    action: () => stage.target(),
  };
  return stage.trial([firings], async (trial) => {
    const policy = JSON.stringify({ throttle: { calls: PER_MINUTE, per: '1 minute' } });
    await trial.db.query('UPDATE job SET policy = ?', [policy]);
    const first = Math.ceil((Date.now() + UNTIL_FIRST_MS) / SECOND_MS) * SECOND_MS;
    await trial.shift(begin + 1, first - begin);
    for (let replica = 0; replica < REPLICAS; replica++) await trial.startService();
    const measured = await trial.meter();
    await pause(first + minutes * MINUTE_MS - Date.now());
    const cost = await measured();
    const [rows] = await trial.db.query(
      'SELECT executed_at AS at, claimed_by AS by_replica FROM run WHERE executed_at IS NOT NULL',
    );
    const calls = rows as { at: number; by_replica: number }[]; // the columns that were asked for
    const counts = [];
    for (let from = first + MINUTE_MS; from + MINUTE_MS <= first + minutes * MINUTE_MS; from += SECOND_MS)
      counts.push(calls.filter(({ at }) => at >= from && at < from + MINUTE_MS).length / PER_MINUTE);
    const most = Math.max(
      ...calls.map(({ at: from }) => calls.filter(({ at }) => at >= from && at < from + MINUTE_MS).length),
    );
    const workload = `throttled to ${PER_MINUTE} a minute, twice as many due, ${REPLICAS} replicas`;
    return [
      atMost(1.1, {
        workload,
        figure: 'most calls in any minute, to the rate',
        value: most / PER_MINUTE,
        unit: '',
      }),
      atLeast(0.9, {
        workload,
        figure: 'least calls in a minute after the first',
        value: Math.min(...counts),
        unit: '',
      }),
      {
        workload,
        figure: 'replicas that called',
        value: new Set(calls.map((each) => each.by_replica)).size,
        unit: '',
      },
      { workload, figure: 'SQL statements per call', value: cost.statements / calls.length, unit: '' },
      { workload, figure: 'service CPU', value: cost.serviceCpu / cost.seconds, unit: 'cores' },
    ];
  });
}

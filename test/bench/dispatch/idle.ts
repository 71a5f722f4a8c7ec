import { setTimeout as pause } from 'node:timers/promises';
import { DAILY } from './drain.js';
import { below, type Figure } from './figures.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';

const TENANTS = 100;
const SETTLE_MS = 15_000;
const DAY_MS = 86_400_000;

/** 500,000 schedules stored and nothing due: what the service costs while it waits. */
export async function idle(stage: Stage, options: Options): Promise<Figure[]> {
  const schedules = options.isQuick ? 50_000 : 500_000;
  const begin = Date.now() + DAY_MS;
  const plannedAt = (place: number) => begin + place * 100;
  const seed = { tenants: TENANTS, schedules, plannedAt, cron: DAILY, action: () => stage.target() };
  return stage.trial([seed], async (trial) => {
    const service = await trial.startService();
    await pause(SETTLE_MS);
    const measured = await trial.meter();
    await pause(options.idleSeconds * 1000);
    const cost = await measured();
    const workload = `idle beside ${schedules.toLocaleString('en')}`;
    const share = (cpu: number) => (cpu / cost.seconds) * 100;
    const perMinute = (cost.statements / cost.seconds) * 60;
    return [
      below(1, { workload, figure: 'service CPU', value: share(cost.serviceCpu), unit: '%' }),
      below(120, { workload, figure: 'SQL statements', value: perMinute, unit: '/min' }),
      { workload, figure: 'database CPU', value: share(cost.databaseCpu), unit: '%' },
      { workload, figure: 'peak memory', value: service.peakMemory / 2 ** 20, unit: 'MB' },
    ];
  });
}

import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { DAILY } from './drain.js';
import { atMost, percentile, type Figure } from './figures.js';
import { latenessOf } from './lateness.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';
import type { Trial } from './trial.js';

const OTHERS = 19;
const SCHEDULES = 1_000;
const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const UNTIL_FIRST_MS = 6_000;
/** From the first runs of the other tenants to the limit of the overdue ones. */
const WARM_UP_MS = 5_000;
const UNTIL_LIMIT_MS = 15_000;
const GAVE_UP_AFTER_MS = 600_000;
const LOOK_EVERY_MS = 250;

/** One of 20 tenants has 100,000 runs whose report never came, all at their limit at once; the others have a run a second each. */
export async function overdue(stage: Stage, options: Options): Promise<Figure[]> {
  const runs = options.isQuick ? 5_000 : 100_000;
  const begin = secondAfter(Date.now() + DAY_MS);
  const all = { plannedAt: () => begin, action: () => stage.target() };
  const silent = { ...all, tenants: 1, schedules: SCHEDULES, plannedAt: () => begin + DAY_MS, cron: DAILY };
  const others = { ...all, tenants: OTHERS, from: 1, schedules: OTHERS, cron: '* * * * * * *' };
  return stage.trial([silent, others], async (trial) => {
    await seedOverdue(trial.db, trial.tenancies[0]?.[0] ?? 0, runs);
    const first = secondAfter(Date.now() + UNTIL_FIRST_MS);
    const limit = first + UNTIL_LIMIT_MS;
    await trial.shift(begin + 1, first - begin);
    await trial.db.query(
      `UPDATE run SET executed_at = ? - (SELECT MAX(async_timeout_s) * 1000 FROM instance), acked_at = executed_at WHERE state = 2`,
      [limit],
    );
    await trial.startService();
    await pause(first + WARM_UP_MS - Date.now());
    const before = await trial.meter();
    // Not up to the limit itself: the meter takes its time too.
    await pause(limit - SECOND_MS / 2 - Date.now());
    const usual = await before();
    const measured = await trial.meter();
    const { endedAt, looks } = await lastEnd(trial, limit);
    const spent = await measured();
    const cost = { ...spent, statements: spent.statements - looks };
    await pause(SECOND_MS);
    const left = await trial.number('SELECT COUNT(*) FROM run WHERE state = 2');
    // At least one second of theirs, however soon the end came.
    const stretch = { from: limit, to: secondAfter(endedAt), tenancies: trial.tenancies[1] ?? [] };
    const late = await latenessOf(trial, stretch);
    const workload = `${runs.toLocaleString('en')} reports overdue at once`;
    const per = (value: (of: typeof cost) => number) =>
      ((value(cost) - (value(usual) / usual.seconds) * cost.seconds) / (runs - left)) * 1000;
    const beside = 'per 1,000 ended runs';
    return [
      atMost(60, { workload, figure: 'until all ended', value: (endedAt - limit) / SECOND_MS, unit: 's' }),
      atMost(0, { workload, figure: 'not ended', value: left, unit: '' }),
      atMost(100, { workload, figure: "others' lateness p99", value: percentile(late, 0.99), unit: 'ms' }),
      { workload, figure: "others' lateness, most", value: percentile(late, 1), unit: 'ms' },
      { workload, figure: `SQL statements ${beside}`, value: per((of) => of.statements), unit: '' },
      { workload, figure: `service CPU ${beside}`, value: per((of) => of.serviceCpu), unit: 's' },
      { workload, figure: `database CPU ${beside}`, value: per((of) => of.databaseCpu), unit: 's' },
    ];
  });
}

/** Gives the tenant's schedules runs that were called and acknowledged, the same number each. */
async function seedOverdue(db: Connection, tenancy: number, runs: number): Promise<void> {
  await db.query('SET GLOBAL innodb_flush_log_at_trx_commit = 0');
  // Long before their calls: whatever the time limit is, only the time of the call decides.
  const planned = Date.now() - 2 * DAY_MS;
  for (let round = 0; round < runs / SCHEDULES; round++) {
    const at = planned + round * SECOND_MS;
    await db.query(
      `INSERT INTO run (id, schedule_id, tenancy_id, origin, state, planned_at, due_at, created_at, executed_at, acked_at,
         http_status, ack_text, is_reported)
       SELECT UNHEX(CONCAT(LPAD(HEX(?), 12, '0'), '7', SUBSTR(HEX(RANDOM_BYTES(10)), 1, 3), '8', SUBSTR(HEX(RANDOM_BYTES(10)), 1, 15))),
         id, tenancy_id, 0, 2, ?, ?, ?, ?, ?, 202, '', 0 FROM schedule WHERE tenancy_id = ?`,
      [at, at, at, at, at, at, tenancy],
    );
  }
  await db.query('ANALYZE TABLE run');
  await db.query('SET GLOBAL innodb_flush_log_at_trx_commit = 1');
}

/** Resolves when no run waits for a report any more; returns when that was, and how many statements it took to see it. */
async function lastEnd(trial: Trial, limit: number): Promise<{ endedAt: number; looks: number }> {
  await pause(limit - Date.now());
  for (let looks = 1; ; looks++) {
    const isLeft = await trial.number('SELECT EXISTS (SELECT 1 FROM run WHERE state = 2)');
    const endedAt = Date.now();
    if (isLeft === 0 || endedAt > limit + GAVE_UP_AFTER_MS) return { endedAt, looks };
    await pause(LOOK_EVERY_MS);
  }
}

function secondAfter(at: number): number {
  return (Math.floor(at / SECOND_MS) + 1) * SECOND_MS;
}

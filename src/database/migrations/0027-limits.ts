import type { MigrationInterface, QueryRunner } from 'typeorm';
import { parseCron } from '../../core/cron/cron.js';
import { firingsPerHour } from '../../core/plan/firings.js';
import { SCHEDULE_KINDS } from '../entities/schedule.row.js';
import { chunks } from '../lists.js';
import { ddl } from './ddl.js';

const LIMITS = [
  'max_schedules_per_job',
  'max_schedules',
  'max_firings_per_minute',
  'max_calls_per_host_per_second',
];
/** Schedules that are read at a time. */
const STEP = 5_000;

interface Row {
  id: Buffer;
  kind: number;
  expression: string;
  meaning: number | string | null;
}

/** Limits of tenants, and how much of them each tenant uses. */
export class Limits1700000000027 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      ...LIMITS.map((column) => `ALTER TABLE tenancy ADD COLUMN ${column} {int}`),
      'ALTER TABLE tenancy ADD COLUMN max_log_bytes_per_day {bigint}',
      `CREATE TABLE log_bytes (
        tenancy_id {int} NOT NULL, day {bigint} NOT NULL, bytes {bigint} NOT NULL,
        PRIMARY KEY (tenancy_id, day), UNIQUE (day, tenancy_id)
      ) {table}`,
      'ALTER TABLE schedule ADD COLUMN firings_per_hour {int}',
      `CREATE TABLE plan_count (
        tenancy_id {int} NOT NULL, shard {int} NOT NULL, schedules {int} NOT NULL, firings_per_hour {bigint} NOT NULL,
        PRIMARY KEY (tenancy_id, shard)
      ) {table}`,
    ]);
    await fillFirings(runner);
    await ddl(runner, [
      `INSERT INTO plan_count (tenancy_id, shard, schedules, firings_per_hour)
       SELECT s.tenancy_id, 0, COUNT(*),
         SUM(CASE WHEN s.active = 1 AND j.active = 1 THEN s.firings_per_hour ELSE 0 END)
       FROM schedule s JOIN job j ON j.id = s.job_id GROUP BY s.tenancy_id`,
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

async function fillFirings(runner: QueryRunner): Promise<void> {
  let after = Buffer.alloc(16);
  for (;;) {
    // The answer of the driver is a list of rows.
    const rows = (await runner.query(
      `SELECT id, kind, expression, meaning FROM schedule WHERE id > ? ORDER BY id LIMIT ${STEP}`,
      [after],
    )) as Row[];
    const last = rows.at(-1);
    if (!last) return;
    const byFirings = new Map<number, Buffer[]>();
    for (const row of rows) {
      const firings = firingsOf(row);
      byFirings.set(firings, [...(byFirings.get(firings) ?? []), row.id]);
    }
    await ddl(
      runner,
      [...byFirings].flatMap(([firings, ids]) =>
        chunks(ids).map((part) => {
          const literals = part.map((id) => `X'${id.toString('hex')}'`).join(',');
          return `UPDATE schedule SET firings_per_hour = ${firings} WHERE id IN (${literals})`;
        }),
      ),
    );
    after = Buffer.from(last.id);
  }
}

/** A stored pattern that cannot be read fires nothing: its schedule is switched off at its next run. */
function firingsOf({ kind, expression, meaning }: Row): number {
  const value = Number(meaning ?? 0);
  switch (SCHEDULE_KINDS[kind]) {
    case 'cron':
      try {
        return firingsPerHour(parseCron(expression));
      } catch {
        return 0;
      }
    case 'interval':
      return value > 0 ? firingsPerHour({ kind: 'interval', everyMs: value }) : 0;
    case 'dailyAt':
      return firingsPerHour({ kind: 'dailyAt', msOfDay: value });
    default:
      return 0;
  }
}

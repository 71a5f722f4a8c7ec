import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl, isSqlite } from './ddl.js';

/**
 * When a run is due, beside the instant that it was planned for, and the optional settings of jobs and schedules.
 * Statements that define tables commit one by one on MariaDB: each step here looks first whether it is done.
 */
export class DueAtPolicy1700000000022 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('run', 'due_at'))) {
      await ddl(runner, isSqlite(runner) ? dueAtOnSqlite : dueAtOnMysql);
    }
    for (const table of ['job', 'schedule']) {
      if (await runner.hasColumn(table, 'policy')) continue;
      await ddl(runner, [`ALTER TABLE ${table} ADD COLUMN policy {text}`]);
    }
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/**
 * One statement: it happens or it does not, and the table is rewritten once. The default also serves replicas of the
 * version before that still plan runs while the others start.
 */
const dueAtOnMysql = [
  `ALTER TABLE run ADD COLUMN due_at {bigint} NOT NULL DEFAULT (planned_at),
   DROP INDEX run_queue, ADD INDEX run_queue (state, tenancy_id, due_at)`,
];

/** SQLite knows constant defaults only; whoever inserts a run says when it is due. */
const dueAtOnSqlite = [
  'DROP INDEX run_queue',
  'ALTER TABLE run ADD COLUMN due_at {bigint} NOT NULL DEFAULT 0',
  'UPDATE run SET due_at = planned_at',
  'CREATE INDEX run_queue ON run (state, tenancy_id, due_at)',
];

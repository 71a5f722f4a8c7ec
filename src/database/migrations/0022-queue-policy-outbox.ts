import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl, isSqlite } from './ddl.js';

/**
 * When a run is due, beside the instant that it was planned for; the optional settings of jobs and schedules; and one
 * outbox with a channel for each kind of receiver, in place of a table for brokers and one for registries. Statements that define tables commit one by one on MariaDB: each step here looks first whether it is done.
 */
export class QueuePolicyOutbox1700000000022 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('run', 'due_at'))) {
      await ddl(runner, isSqlite(runner) ? dueAtOnSqlite : dueAtOnMysql);
    }
    for (const table of ['job', 'schedule']) {
      if (await runner.hasColumn(table, 'policy')) continue;
      await ddl(runner, [`ALTER TABLE ${table} ADD COLUMN policy {text}`]);
    }
    if (!(await runner.hasColumn('notification', 'channel'))) {
      await ddl(runner, [...newOutbox, ...(isSqlite(runner) ? renamedOnSqlite : renamedOnMysql)]);
    }
    await ddl(runner, ['DROP TABLE IF EXISTS old_notification', 'DROP TABLE IF EXISTS status_callback']);
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

/** Made beside the old one and then put in its place: what was begun and not ended is begun anew. */
const newOutbox = [
  'DROP TABLE IF EXISTS new_notification',
  // `tenancy_id` says whose it is, `waits_for` which tenancy must be emptied first.
  `CREATE TABLE new_notification (
    id {id}, channel {name} NOT NULL, tenancy_id {int}, waits_for {int}, payload {text} NOT NULL,
    created_at {bigint} NOT NULL, next_at {bigint} NOT NULL, tries {int} NOT NULL
  ) {table}`,
  'CREATE INDEX notification_due ON new_notification (channel, next_at)',
  `INSERT INTO new_notification (id, channel, tenancy_id, payload, created_at, next_at, tries)
   SELECT id, 'amqp', tenancy_id, JSON_OBJECT('type', type, 'uri', uri), at, at, 0 FROM notification`,
  `INSERT INTO new_notification (channel, waits_for, payload, created_at, next_at, tries)
   SELECT 'status-callback', tenancy_id, JSON_OBJECT('path', path, 'body', body), created_at, next_at, tries
   FROM status_callback ORDER BY id`,
];
const renamedOnMysql = ['RENAME TABLE notification TO old_notification, new_notification TO notification'];
const renamedOnSqlite = [
  'ALTER TABLE notification RENAME TO old_notification',
  'ALTER TABLE new_notification RENAME TO notification',
];

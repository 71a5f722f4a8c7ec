import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

const DAY_MS = 86_400_000;
/** The final states; all but the first of them are failures. */
const ENDED = '4, 5, 6, 7, 8';
const SUCCESS = 4;
const DAY = `r.due_at - r.due_at % ${DAY_MS}`;
const LATE = 'CASE WHEN r.executed_at > r.due_at THEN r.executed_at - r.due_at ELSE 0 END';
const STEP = `CASE WHEN l.late < 1000 THEN l.late - l.late % 10
  WHEN l.late < 10000 THEN l.late - l.late % 100
  WHEN l.late < 60000 THEN l.late - l.late % 1000
  WHEN l.late < 600000 THEN l.late - l.late % 10000
  WHEN l.late < 3600000 THEN l.late - l.late % 60000
  WHEN l.late < ${DAY_MS} THEN l.late - l.late % 3600000
  ELSE ${DAY_MS} END`;

/**
 * What each tenancy used on each day, so that nobody counts runs: how many ended, how many of them failed, and how many
 * calls were late by how much. A run that ends adds a row to `usage_change`, which waits for nobody; these rows are added
 * up from time to time. The tables begin with the runs that are kept.
 */
export class Usage1700000000033 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE usage_change (
        id {id}, tenancy_id {int} NOT NULL, day {bigint} NOT NULL, late {bigint}, runs {int} NOT NULL,
        failures {int} NOT NULL
      ) {table}`,
      `CREATE TABLE usage_day (
        tenancy_id {int} NOT NULL, day {bigint} NOT NULL, instance_id {int} NOT NULL, runs {bigint} NOT NULL,
        failures {bigint} NOT NULL, PRIMARY KEY (tenancy_id, day)
      ) {table}`,
      'CREATE INDEX usage_day_instance ON usage_day (instance_id, day, tenancy_id)',
      'CREATE INDEX usage_day_day ON usage_day (day)',
      `CREATE TABLE usage_late (
        tenancy_id {int} NOT NULL, day {bigint} NOT NULL, late {bigint} NOT NULL, calls {bigint} NOT NULL,
        PRIMARY KEY (tenancy_id, day, late)
      ) {table}`,
      'CREATE INDEX usage_late_day ON usage_late (day)',
      `INSERT INTO usage_day (tenancy_id, day, instance_id, runs, failures)
       SELECT d.tenancy_id, d.day, t.instance_id, SUM(d.runs), SUM(d.failures) FROM (
         SELECT r.tenancy_id, ${DAY} AS day, 1 AS runs, CASE WHEN r.state = ${SUCCESS} THEN 0 ELSE 1 END AS failures
         FROM run r WHERE r.state IN (${ENDED})
         UNION ALL SELECT tenancy_id, day, 0, 0 FROM log_bytes
       ) d JOIN tenancy t ON t.id = d.tenancy_id GROUP BY d.tenancy_id, d.day, t.instance_id`,
      `INSERT INTO usage_late (tenancy_id, day, late, calls)
       SELECT s.tenancy_id, s.day, s.late, COUNT(*) FROM (
         SELECT l.tenancy_id, l.day, ${STEP} AS late FROM (
           SELECT r.tenancy_id, ${DAY} AS day, ${LATE} AS late FROM run r
           WHERE r.state IN (${ENDED}) AND r.executed_at IS NOT NULL
         ) l
       ) s JOIN tenancy t ON t.id = s.tenancy_id GROUP BY s.tenancy_id, s.day, s.late`,
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

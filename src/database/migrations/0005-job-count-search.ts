import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

const NO_SCHEDULE = `X'${'00'.repeat(16)}'`;
const body = (described: string) =>
  `CAST(SUBSTR(LOWER(CONCAT(j.name, X'0A', ${described}.description)), 1, 15000) AS {bytes})`;

/**
 * What lists and searches of many jobs need: their number without counting them, their order without sorting
 * them, and their texts in a narrow table of their own, lower case, as the bytes of UTF-8: the same search on
 * every database, and a scan that reads nothing else.
 */
export class JobCountSearch1700000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      // The number of a tenancy's jobs is the sum of its shards: changes that come at once seldom meet in one row.
      `CREATE TABLE job_count (
        instance_id {int} NOT NULL, tenancy_id {int} NOT NULL, shard {int} NOT NULL,
        active {bigint} NOT NULL, inactive {bigint} NOT NULL, PRIMARY KEY (instance_id, tenancy_id, shard)
      ) {table}`,
      `INSERT INTO job_count (instance_id, tenancy_id, shard, active, inactive)
       SELECT instance_id, tenancy_id, 0, SUM(active), COUNT(*) - SUM(active) FROM job GROUP BY instance_id, tenancy_id`,
      'CREATE INDEX job_tenancy ON job (tenancy_id)',
      'CREATE INDEX job_instance ON job (instance_id)',
      // kind 0 is a job (its schedule_id is empty), 1 a schedule.
      `CREATE TABLE search_text (
        kind {tiny} NOT NULL, instance_id {int} NOT NULL, tenancy_id {int} NOT NULL, job_id {bigint} NOT NULL,
        schedule_id {uuid} NOT NULL, body {rowBytes} NOT NULL,
        PRIMARY KEY (kind, instance_id, tenancy_id, job_id, schedule_id)
      ) {table}`,
      `INSERT INTO search_text (kind, instance_id, tenancy_id, job_id, schedule_id, body)
       SELECT 0, j.instance_id, j.tenancy_id, j.id, ${NO_SCHEDULE}, ${body('j')} FROM job j`,
      `INSERT INTO search_text (kind, instance_id, tenancy_id, job_id, schedule_id, body)
       SELECT 1, s.instance_id, s.tenancy_id, s.job_id, s.id, ${body('s')}
       FROM schedule s JOIN job j ON j.id = s.job_id`,
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

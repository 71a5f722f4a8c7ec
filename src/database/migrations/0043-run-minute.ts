import type { MigrationInterface, QueryRunner } from 'typeorm';
import { countColumns, countsOfRuns, countSums } from './count-sql.js';
import { ddl } from './ddl.js';

const MINUTE_MS = 60_000;
const SHOWN_MS = 2 * 60 * MINUTE_MS;

/**
 * What became of the calls of each instance by the minute in which their runs were due, so that nobody counts runs. It begins
 * with the last two hours in which the service was up.
 */
export class RunMinute1700000000043 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE run_minute (
        instance_id {int} NOT NULL, minute {bigint} NOT NULL, ${countColumns()},
        PRIMARY KEY (instance_id, minute)
      ) {table}`,
      'CREATE INDEX run_minute_minute ON run_minute (minute)',
      `INSERT INTO run_minute SELECT c.instance_id, c.at, ${countSums()}
       FROM (${countsOfRuns(MINUTE_MS, `AND r.due_at >= (SELECT COALESCE(MAX(h.beat_at), 0) FROM heartbeat h) - ${SHOWN_MS}`)}) c
       GROUP BY c.instance_id, c.at`,
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { countColumns, countsOfRuns, countSums } from './count-sql.js';
import { ddl } from './ddl.js';

const HOUR_MS = 3_600_000;

/** The same as `run_minute` by hour and tenancy. It begins with the runs that are kept. */
export class RunHour1700000000044 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE run_hour (
        instance_id {int} NOT NULL, hour {bigint} NOT NULL, tenancy_id {int} NOT NULL, ${countColumns()},
        PRIMARY KEY (instance_id, hour, tenancy_id)
      ) {table}`,
      'CREATE INDEX run_hour_tenancy ON run_hour (tenancy_id, hour)',
      `INSERT INTO run_hour SELECT c.instance_id, c.at, c.tenancy_id, ${countSums()}
       FROM (${countsOfRuns(HOUR_MS, '')}) c GROUP BY c.instance_id, c.at, c.tenancy_id`,
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

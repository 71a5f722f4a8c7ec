import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * What a change of a job still has to do with its schedules, batch after batch: one row for each job that has something
 * left. The index lets a batch begin where the one before ended.
 */
export class JobWork1700000000036 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE job_work (
        job_id {bigint} NOT NULL PRIMARY KEY, tenancy_id {int} NOT NULL, kind {tiny} NOT NULL, at {bigint} NOT NULL,
        actor {name} NOT NULL, after_id {uuid}, up_to {uuid}
      ) {table}`,
      'CREATE INDEX schedule_of_job ON schedule (job_id, id)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

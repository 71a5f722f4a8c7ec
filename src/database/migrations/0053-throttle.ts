import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** The pace of each throttled job, and the runs that wait because of it: a table of its own, so that other runs have no column and no index more. */
export class Throttle1700000000053 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE throttle (job_id {bigint} NOT NULL PRIMARY KEY, revision {bigint} NOT NULL, pace {text}) {table}`,
      `CREATE TABLE throttle_wait (run_id {uuid} NOT NULL PRIMARY KEY, job_id {bigint} NOT NULL, waits_for {tiny} NOT NULL,
        since {bigint} NOT NULL, until_at {bigint}) {table}`,
      'CREATE INDEX throttle_wait_line ON throttle_wait (job_id, waits_for, since)',
      'CREATE INDEX throttle_wait_since ON throttle_wait (since)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

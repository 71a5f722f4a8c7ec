import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * When a schedule last ran, because its run logs are kept for a shorter time than the schedule, and when each rare chore
 * was last done, because a process may live for a shorter time than the chore's pace.
 */
export class LastRunLastChore1700000000023 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      'ALTER TABLE schedule ADD COLUMN last_run_at {bigint}',
      'CREATE TABLE chore_done (name {name} NOT NULL PRIMARY KEY, done_at {bigint} NOT NULL) {table}',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

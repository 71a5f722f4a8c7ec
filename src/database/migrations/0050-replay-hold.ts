import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * Runs that stand for another run or for a past instant, and with which data each was called; and runs that wait because their
 * endpoint is protected: what holds them, and since when.
 */
export class ReplayHold1700000000050 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      'ALTER TABLE run ADD COLUMN original_at {bigint}',
      'ALTER TABLE run ADD COLUMN replay_of {uuid}',
      'ALTER TABLE run ADD COLUMN data_version {int} NOT NULL DEFAULT 0',
      'ALTER TABLE run ADD COLUMN hold {tiny}',
      'ALTER TABLE run ADD COLUMN held_since {bigint}',
      'ALTER TABLE schedule ADD COLUMN data_version {int} NOT NULL DEFAULT 0',
      `CREATE TABLE schedule_data (schedule_id {uuid} NOT NULL, version {int} NOT NULL, data {text}, replaced_at {bigint} NOT NULL,
        PRIMARY KEY (schedule_id, version)) {table}`,
      'CREATE INDEX schedule_data_age ON schedule_data (replaced_at)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

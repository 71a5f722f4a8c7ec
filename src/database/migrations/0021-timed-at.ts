import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** Since when a schedule has its timing: a run from before it is not followed by instants that were never planned. */
export class TimedAt1700000000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, ['ALTER TABLE schedule ADD COLUMN timed_at {bigint} NOT NULL DEFAULT 0']);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

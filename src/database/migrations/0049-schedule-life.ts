import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * How many planned runs a schedule has had, how many failed in a row up to the latest, and since when both are counted;
 * null where no setting asks for it.
 */
export class ScheduleLife1700000000049 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      'ALTER TABLE schedule ADD COLUMN claimed_runs {int}',
      'ALTER TABLE schedule ADD COLUMN failed_runs {int}',
      'ALTER TABLE schedule ADD COLUMN counted_since {bigint}',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

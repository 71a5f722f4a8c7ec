import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** How much later than the instants of its pattern a schedule is due, in milliseconds; null where its settings do not spread it. */
export class SpreadOffset1700000000055 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, ['ALTER TABLE schedule ADD COLUMN spread_offset {int}']);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

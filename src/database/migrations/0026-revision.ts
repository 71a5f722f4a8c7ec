import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * How often a row was held by a change of what belongs to it. Nobody reads the number: it lets a change write the row
 * that it holds, which is all that the nodes of a Galera cluster compare at the commit.
 */
export class Revision1700000000026 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const tables = ['job', 'schedule', 'tenancy'];
    await ddl(
      runner,
      tables.map((table) => `ALTER TABLE ${table} ADD COLUMN revision {bigint} NOT NULL DEFAULT 0`),
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

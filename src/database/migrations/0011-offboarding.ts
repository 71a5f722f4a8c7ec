import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** Tenancies that are gone and whose jobs and runs are still to be deleted: the work that a restart goes on with. */
export class Offboarding1700000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      'CREATE TABLE offboarding (tenancy_id {int} NOT NULL PRIMARY KEY, started_at {bigint} NOT NULL) {table}',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

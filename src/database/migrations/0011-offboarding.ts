import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** Tenancies that are gone and whose rows are still to be deleted, and who is to be told: the work that a restart goes on with. */
export class Offboarding1700000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE offboarding (
        tenancy_id {int} NOT NULL PRIMARY KEY, started_at {bigint} NOT NULL, emptied_at {bigint}
      ) {table}`,
      // What a registry is still to be told; with a tenancy, once that tenancy is emptied.
      `CREATE TABLE status_callback (
        id {id}, path {text} NOT NULL, body {text} NOT NULL, tenancy_id {int},
        created_at {bigint} NOT NULL, next_at {bigint} NOT NULL, tries {int} NOT NULL
      ) {table}`,
      'CREATE INDEX status_callback_next ON status_callback (next_at)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** The values of the additional headers of a job's calls, as one sealed text; null where it has none. */
export class JobHeaders1700000000051 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, ['ALTER TABLE job ADD COLUMN headers {text}']);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

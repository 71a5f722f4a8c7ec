import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** How often a run has been called, and how the calls before the latest one ended. */
export class Attempts1700000000047 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      'ALTER TABLE run ADD COLUMN attempt {tiny} NOT NULL DEFAULT 1',
      'ALTER TABLE run ADD COLUMN attempts {text}',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

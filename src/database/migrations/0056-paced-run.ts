import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** Which operation makes a run as one of many, little by little; null for any other run. */
export class PacedRun1700000000056 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, ['ALTER TABLE run ADD COLUMN paced_by {uuid}']);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

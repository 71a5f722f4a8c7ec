import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * Jobs that run a command of a Cloud Foundry application: `kind` says which they are, and the claim of a run needs no
 * more than that. Whoever performs the run reads the rest. All jobs from before call an endpoint.
 */
export class Task1700000000038 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      'ALTER TABLE job ADD COLUMN kind {tiny} NOT NULL DEFAULT 0',
      `CREATE TABLE task (
        job_id {bigint} NOT NULL PRIMARY KEY, instance_id {int} NOT NULL, tenancy_id {int} NOT NULL,
        runner_id {uuid} NOT NULL, app_id {uuid} NOT NULL, app_name {name} NOT NULL, process_id {uuid}, options {text}
      ) {table}`,
      'CREATE INDEX task_instance ON task (instance_id, job_id)',
      'CREATE INDEX task_runner ON task (runner_id)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * Tasks under way: `task_run` has a row for each run whose request may have been sent, from before it is sent until the
 * end of the task is known (its id is the run's); `stop_order` one for each task that is still to be stopped. A GUID is
 * '' while none is known: the task is then looked for by its label.
 */
export class TaskRun1700000000039 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE task_run (
        id {uuid} NOT NULL PRIMARY KEY, runner_id {uuid} NOT NULL, app_id {uuid} NOT NULL, guid {name} NOT NULL,
        sent_at {bigint} NOT NULL, looked_at {bigint}
      ) {table}`,
      'CREATE INDEX task_run_runner ON task_run (runner_id)',
      `CREATE TABLE stop_order (
        id {id}, run_id {uuid} NOT NULL, runner_id {uuid} NOT NULL, app_id {uuid} NOT NULL, guid {name} NOT NULL,
        ordered_at {bigint} NOT NULL, try_at {bigint} NOT NULL, tries {int} NOT NULL, looked_at {bigint}
      ) {table}`,
      'CREATE UNIQUE INDEX stop_order_task ON stop_order (run_id, guid)',
      'CREATE INDEX stop_order_due ON stop_order (try_at)',
      'CREATE INDEX stop_order_runner ON stop_order (runner_id)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl, isSqlite } from './ddl.js';

/**
 * What the dashboard asks of the jobs on a page: how many schedules each has, from an index alone, and which of them failed
 * last, by one look. `schedule_of_job` serves what the index of jobs alone was for.
 */
export class JobScheduleIndex1700000000045 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      'CREATE INDEX schedule_job_active ON schedule (job_id, active)',
      isSqlite(runner) ? 'DROP INDEX schedule_job' : 'DROP INDEX schedule_job ON schedule',
      'CREATE INDEX failing_schedule_job ON failing_schedule (job_id, standing, last_at, id)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

const SUCCESS = 4;
const FAILED = '5, 6, 7, 8';
const ENDED = `${SUCCESS}, ${FAILED}`;
const FAILING = 0;
/** The failed runs of a schedule since its last success. */
const STREAK = `FROM run x WHERE x.schedule_id = n.id AND x.state IN (${FAILED}) AND x.planned_at > n.healthy_at`;

/**
 * The schedules whose newest ended run is no SUCCESS, so that nobody looks for them among the runs. `id` is the
 * schedule's; `planned_at` and `last_at` say when its newest ended run was planned for and ended, `run_id` is its newest
 * failed run, and the `since` columns are of the first run that failed. The table begins with the runs that are kept.
 */
export class FailingSchedule1700000000041 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE failing_schedule (
        id {uuid} NOT NULL PRIMARY KEY, instance_id {int} NOT NULL, tenancy_id {int} NOT NULL, job_id {bigint} NOT NULL,
        standing {tiny} NOT NULL, planned_at {bigint} NOT NULL, last_at {bigint} NOT NULL, run_id {uuid} NOT NULL,
        since_at {bigint} NOT NULL, since_planned_at {bigint} NOT NULL, times {int} NOT NULL
      ) {table}`,
      'CREATE INDEX failing_schedule_instance ON failing_schedule (instance_id, standing, last_at, job_id)',
      'CREATE INDEX failing_schedule_tenancy ON failing_schedule (tenancy_id, standing, last_at, job_id)',
      'CREATE INDEX failing_schedule_standing ON failing_schedule (standing, last_at)',
      `INSERT INTO failing_schedule (id, instance_id, tenancy_id, job_id, standing, planned_at, last_at, run_id, since_at,
         since_planned_at, times)
       SELECT n.id, n.instance_id, n.tenancy_id, n.job_id, ${FAILING}, n.planned_at, n.ended_at, n.run_id,
         (SELECT MIN(COALESCE(x.completed_at, x.planned_at)) ${STREAK}), (SELECT MIN(x.planned_at) ${STREAK}),
         (SELECT COUNT(*) ${STREAK})
       FROM (
         SELECT s.id, s.instance_id, s.tenancy_id, s.job_id, r.planned_at, r.id AS run_id,
           COALESCE(r.completed_at, r.planned_at) AS ended_at,
           COALESCE((SELECT y.planned_at FROM run y WHERE y.schedule_id = s.id AND y.state = ${SUCCESS}
             ORDER BY y.planned_at DESC LIMIT 1), -1) AS healthy_at
         FROM (SELECT DISTINCT schedule_id FROM run WHERE state IN (${FAILED})) d JOIN schedule s ON s.id = d.schedule_id
         JOIN run r ON r.id = (SELECT z.id FROM run z WHERE z.schedule_id = s.id AND z.state IN (${ENDED})
           ORDER BY z.planned_at DESC LIMIT 1)
         WHERE r.state IN (${FAILED})
       ) n`,
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * The circuits of endpoints that fail or are away: one per tenancy and origin, known by a hash of the two, and none for an endpoint
 * that answers. `breaker_wait` are the runs that wait for one, so that the oldest is found by one look into an index.
 */
export class Breaker1700000000054 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE breaker (id {uuid} NOT NULL PRIMARY KEY, tenancy_id {int} NOT NULL, origin VARCHAR(300) NOT NULL,
        state {tiny} NOT NULL, failures {int} NOT NULL, since {bigint} NOT NULL, probes {int} NOT NULL, probe_at {bigint},
        probe_run {uuid}, place {bigint} NOT NULL, unanswered {int} NOT NULL, answered {int} NOT NULL, moved_at {bigint} NOT NULL,
        hold_for {bigint} NOT NULL, next_at {bigint}) {table}`,
      'CREATE INDEX breaker_tenancy ON breaker (tenancy_id)',
      'CREATE INDEX breaker_next ON breaker (next_at)',
      `CREATE TABLE breaker_wait (run_id {uuid} NOT NULL PRIMARY KEY, breaker_id {uuid} NOT NULL, since {bigint} NOT NULL,
        ends_at {bigint} NOT NULL) {table}`,
      'CREATE INDEX breaker_wait_age ON breaker_wait (breaker_id, since, run_id)',
      'CREATE INDEX breaker_wait_end ON breaker_wait (ends_at)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

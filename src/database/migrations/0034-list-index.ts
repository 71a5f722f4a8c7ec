import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * Lists in the order of every key that they are sorted by, and the live bindings of an instance in theirs. The id stands
 * in the indexes by itself: it is the row's own key.
 */
export class ListIndex1700000000034 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      'CREATE INDEX job_tenancy_created ON job (tenancy_id, created_at)',
      'CREATE INDEX job_instance_created ON job (instance_id, created_at)',
      'CREATE INDEX job_tenancy_active ON job (tenancy_id, active)',
      'CREATE INDEX job_instance_active ON job (instance_id, active)',
      'CREATE INDEX binding_live ON binding (instance_id, revoked_at, created_at, id)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

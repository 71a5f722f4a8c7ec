import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** Who did something last to a tenant, however much has been written down since. */
export class AuditTenantIndex1700000000046 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, ['CREATE INDEX audit_log_tenant ON audit_log (instance_id, tenant_id, event)']);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

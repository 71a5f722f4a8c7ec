import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** Who did what to subscriptions, credentials and instances, kept for a year. */
export class AuditLog1700000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE audit_log (
        id {id}, at {bigint} NOT NULL, instance_id {int}, tenant_id {uuid}, actor {name} NOT NULL,
        event {name} NOT NULL, details {text} NOT NULL
      ) {table}`,
      'CREATE INDEX audit_log_instance ON audit_log (instance_id, id)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

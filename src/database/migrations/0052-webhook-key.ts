import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** The keys by which calls of a tenancy are signed (Standard Webhooks): the secret sealed, of a pair the public key beside it. */
export class WebhookKey1700000000052 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE webhook_key (
        id {uuid} NOT NULL PRIMARY KEY, instance_id {int} NOT NULL, tenancy_id {int} NOT NULL, kind {tiny} NOT NULL,
        secret {text} NOT NULL, public_key {name}, created_at {bigint} NOT NULL
      ) {table}`,
      'CREATE INDEX webhook_key_tenancy ON webhook_key (tenancy_id)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

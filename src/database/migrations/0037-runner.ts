import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** Where the tasks of an instance run: its connections to spaces of Cloud Foundry, with their sealed secrets. */
export class Runner1700000000037 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE runner (
        id {uuid} NOT NULL PRIMARY KEY, instance_id {int} NOT NULL, name {name} NOT NULL, kind {tiny} NOT NULL,
        api {name} NOT NULL, space_id {uuid} NOT NULL, space_name {name}, app_id {uuid},
        login_kind {tiny} NOT NULL, login_name {name} NOT NULL, origin {name}, secret {text} NOT NULL,
        ca_certificate {text}, state {tiny} NOT NULL, problem {text}, checked_at {bigint} NOT NULL,
        refused_logins {int} NOT NULL, next_login_at {bigint}, version {int} NOT NULL,
        revision {bigint} NOT NULL DEFAULT 0, created_at {bigint} NOT NULL, modified_at {bigint} NOT NULL
      ) {table}`,
      'CREATE UNIQUE INDEX runner_name ON runner (instance_id, name)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * The feed by which replicas hear of changed tenancies, bindings and keys. The one row of `access_lock` is held
 * by every transaction that appends to it, so that changes become visible in the order of their ids.
 */
export class AccessChange1700000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE access_change (
        id {id}, topic {tiny} NOT NULL, ref {name} NOT NULL, at {bigint} NOT NULL
      ) {table}`,
      'CREATE INDEX access_change_at ON access_change (at)',
      'CREATE TABLE access_lock (id {int} NOT NULL PRIMARY KEY, revision {bigint} NOT NULL) {table}',
      'INSERT INTO access_lock (id, revision) VALUES (1, 0)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

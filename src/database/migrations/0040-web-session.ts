import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * Sessions of the dashboard and links that sign in once, by the digests of their secrets. `granted` is JSON: which roles
 * where. A session by typed credentials names the client, and the newest secret that it had then: with another one it
 * is over. `idle_expires_at` is never later than `expires_at`.
 */
export class WebSession1700000000040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE web_session (
        digest {name} NOT NULL PRIMARY KEY, person {name} NOT NULL, way {tiny} NOT NULL, granted {text} NOT NULL,
        client_id {name}, secret_id {bigint}, started_at {bigint} NOT NULL, expires_at {bigint} NOT NULL,
        idle_expires_at {bigint} NOT NULL
      ) {table}`,
      'CREATE INDEX web_session_end ON web_session (idle_expires_at)',
      `CREATE TABLE sign_in_link (
        digest {name} NOT NULL PRIMARY KEY, granted {text} NOT NULL, expires_at {bigint} NOT NULL
      ) {table}`,
      'CREATE INDEX sign_in_link_end ON sign_in_link (expires_at)',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * What an event stream ends with: the binding that it was created with, and the last moment of its token. Streams from
 * before have neither; they live for an hour at most.
 */
export class StreamEnds1700000000028 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      'ALTER TABLE event_stream ADD COLUMN client_id {name}',
      'ALTER TABLE event_stream ADD COLUMN ends_at {bigint}',
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

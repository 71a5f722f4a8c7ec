import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * What an event stream ends with: the binding that it was created with, and the last moment of its token. Streams from
 * before have neither; they live for an hour at most. Each step looks first whether it is done.
 */
export class StreamEnds1700000000028 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const columns = { client_id: '{name}', ends_at: '{bigint}' };
    for (const [name, type] of Object.entries(columns)) {
      if (await runner.hasColumn('event_stream', name)) continue;
      await ddl(runner, [`ALTER TABLE event_stream ADD COLUMN ${name} ${type}`]);
    }
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

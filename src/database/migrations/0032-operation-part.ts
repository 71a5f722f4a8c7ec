import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/**
 * The parts of a large order, one row for each batch: a batch reads its own part and not the whole order. `bytes` tells
 * how large they are without reading them.
 */
export class OperationPart1700000000032 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE operation_part (
        operation_id {uuid} NOT NULL, number {int} NOT NULL, bytes {int} NOT NULL, input {text} NOT NULL,
        PRIMARY KEY (operation_id, number)
      ) {table}`,
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

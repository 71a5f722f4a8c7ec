import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Dialect } from '../dialects/dialect.js';

/**
 * Inserts, changes and deletes a row in a transaction that is rolled back. Throws the driver's error where that is
 * refused: by a server that is read-only or writes its binary log by statements, by rights that are missing, by a full
 * disk. A service that found out only later would seem to have started.
 */
export async function tryToWrite(source: DataSource, dialect: Dialect): Promise<void> {
  const key = randomBytes(16);
  const runner = source.createQueryRunner();
  try {
    for (const statement of dialect.sessionStatements()) await runner.query(statement);
    await runner.startTransaction();
    try {
      await runner.query('INSERT INTO run_purge (schedule_id) VALUES (?)', [key]);
      await runner.query('UPDATE run_purge SET schedule_id = schedule_id WHERE schedule_id = ?', [key]);
      await runner.query('DELETE FROM run_purge WHERE schedule_id = ?', [key]);
    } finally {
      await runner.rollbackTransaction();
    }
  } finally {
    await runner.release();
  }
}

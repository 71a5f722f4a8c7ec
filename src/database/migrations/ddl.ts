import type { QueryRunner } from 'typeorm';
import { MigrationSteps } from '../start/migration-steps.js';

const TYPES: Record<string, { sqlite: string; mysql: string }> = {
  '{id}': {
    sqlite: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    mysql: 'BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY',
  },
  '{smallId}': {
    sqlite: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    mysql: 'INT NOT NULL AUTO_INCREMENT PRIMARY KEY',
  },
  '{uuid}': { sqlite: 'BLOB', mysql: 'BINARY(16)' },
  '{bigint}': { sqlite: 'INTEGER', mysql: 'BIGINT' },
  '{int}': { sqlite: 'INTEGER', mysql: 'INT' },
  '{tiny}': { sqlite: 'INTEGER', mysql: 'TINYINT' },
  '{name}': { sqlite: 'TEXT', mysql: 'VARCHAR(255)' },
  '{text}': { sqlite: 'TEXT', mysql: 'MEDIUMTEXT' },
  // Only within CAST.
  '{bytes}': { sqlite: 'BLOB', mysql: 'BINARY' },
  // Kept within the row: a scan reads it nearly twice as fast as a BLOB.
  '{rowBytes}': { sqlite: 'BLOB', mysql: 'VARBINARY(60000)' },
  // Text is compared exactly on every database: case and accents count.
  '{table}': {
    sqlite: '',
    mysql: 'ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC',
  },
};

/** Returns whether a migration runs on SQLite, where what defines tables is part of the transaction. */
export function isSqlite(runner: QueryRunner): boolean {
  return runner.dataSource.options.type === 'better-sqlite3';
}

/**
 * Runs statements of which only the type names differ between the databases: `{uuid}`, `{bigint}`, ... stand for them.
 * On MySQL and MariaDB each is noted, so that a migration that was killed goes on with the statement at which it was. A
 * migration defines tables in no other way; rows that it computes itself it changes so that it may do so again.
 */
export async function ddl(runner: QueryRunner, statements: readonly string[]): Promise<void> {
  const database = isSqlite(runner) ? 'sqlite' : 'mysql';
  const steps = database === 'mysql' ? await MigrationSteps.read(runner) : null;
  for (const statement of statements) {
    const sql = statement.replace(/\{\w+\}/g, (name) => {
      const type = TYPES[name];
      if (!type) throw new Error(`Migration uses the unknown type ${name}.`);
      return type[database];
    });
    await (steps ? steps.take(sql) : runner.query(sql));
  }
}

import { randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { openDatabase } from '../../src/database/open-database.js';

/**
 * What a start makes of an empty database. It is made once in a test run and copied after that: a schema that is written
 * down costs a tenth of its migrations. That a copy is what a start makes is tested (database/migrations.test.ts).
 */

/** Makes a file with a migrated SQLite database. */
export async function copySqlite(to: string): Promise<void> {
  const made = await keptInRun('migrated.sqlite', async (file) => {
    await (await openDatabase(`sqlite:${file}`)).close();
  });
  copyFileSync(made, to);
}

/** Returns the statements that make of an empty MariaDB a migrated one; `createUrl` makes an empty one to write them down from. */
export async function mariaDbScript(createUrl: () => Promise<string>): Promise<string> {
  const made = await keptInRun('migrated.sql', async (file) => {
    const url = await createUrl();
    await (await openDatabase(url)).close();
    writeFileSync(file, await writtenDown(url));
  });
  return readFileSync(made, 'utf8');
}

/** Returns a file of the run's folder, which whoever needs it first makes. */
async function keptInRun(name: string, make: (file: string) => Promise<void>): Promise<string> {
  const run = process.env['CARILLON_TEST_FOLDER'] ?? '';
  const file = join(run, name);
  if (existsSync(file)) return file;
  const folder = mkdtempSync(join(run, 'making-'));
  const draft = join(folder, randomUUID());
  await make(draft);
  // In one step: another worker may want the same one now.
  renameSync(draft, file);
  rmSync(folder, { recursive: true });
  return file;
}

/** Returns a MariaDB, its tables and all that is in them, as statements that make it. */
export async function writtenDown(url: string): Promise<string> {
  const connection = await createConnection({ uri: url });
  const query = async (sql: string) => (await connection.query<RowDataPacket[]>(sql))[0];
  const statements: string[] = [];
  for (const row of await query('SHOW TABLES')) {
    const table = String(Object.values(row)[0]);
    const [made] = await query(`SHOW CREATE TABLE ${table}`);
    statements.push(String(made?.['Create Table']));
    const rows = await query(`SELECT * FROM ${table}`);
    if (rows.length === 0) continue;
    const values = [table, Object.keys(rows[0] ?? {}), rows.map((row) => Object.values(row))];
    statements.push(connection.format('INSERT INTO ?? (??) VALUES ?', values));
  }
  await connection.end();
  return statements.join(';\n');
}

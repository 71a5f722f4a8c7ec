import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { openDatabase } from '../../src/database/open-database.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { MIGRATIONS, migrateKilled, migrationFiles, migrationSource } from '../support/migrations.js';

/** What the database is made of, as text. */
async function schemaOf(url: string): Promise<unknown> {
  const database = await openDatabase(url);
  try {
    return await database.read(async (tx) => {
      if (tx.dialect.isSerial) return tx.query('SELECT name, tbl_name, sql FROM sqlite_master ORDER BY name');
      const [columns, indexes, locks] = [
        await tx.query(
          `SELECT table_name, column_name, column_type, is_nullable, column_default, extra
           FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, ordinal_position`,
        ),
        await tx.query(
          `SELECT table_name, index_name, non_unique, seq_in_index, column_name
           FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY 1, 2, 4`,
        ),
        await tx.query('SELECT id, revision FROM access_lock'),
      ];
      return { columns, indexes, locks };
    });
  } finally {
    await database.close();
  }
}

describe.each(databaseKinds)('a first start on $name that is killed after each statement in turn', (kind) => {
  it('is ended by the next starts, with the schema of a start that nobody killed', async () => {
    const url = await kind.createEmptyUrl();
    const whole = await schemaOf(await kind.createEmptyUrl());
    const source = await migrationSource(url);
    const kills = await migrateKilled(source);
    expect(kills).toBeGreaterThan(migrationFiles().length);
    expect(await schemaOf(url)).toEqual(whole);
  });
});

describe('a database in which a table of ours is already, made by somebody else', () => {
  it('is not taken for a migration that was begun, however often it is tried', async () => {
    const url = await mariaDb.createEmptyUrl();
    const admin = await createConnection({ uri: url });
    atEndOfFile(() => admin.end());
    await admin.query('CREATE TABLE tenancy (of_others INT)');
    for (let tries = 0; tries < 2; tries++) {
      await expect(openDatabase(url)).rejects.toThrow("Table 'tenancy' already exists");
    }
  });
});

describe('a process that ends while others wait for its migration', () => {
  it('frees them, killed in the middle', async () => {
    const url = await mariaDb.createEmptyUrl();
    const script = `
      import { dialectFor } from './src/database/open-database.ts';
      import { createConnection } from 'mysql2/promise';
      const connection = await createConnection({ uri: process.argv[1] });
      const query = async (sql, parameters) => (await connection.query(sql, parameters))[0];
      await dialectFor(process.argv[1]).withMigrationLock({ query }, () => {
        process.stdout.write('holds');
        return new Promise(() => undefined);
      });
    `;
    const loader = ['--import', './scripts/typescript-loader.mjs', '--input-type=module'];
    const holder = spawn(process.execPath, [...loader, '--eval', script, url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');

    const opened = openDatabase(url);
    const admin = await createConnection({ uri: url });
    const isWaited = async () => {
      const [rows] = await admin.query(
        "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND state = 'User lock'",
      );
      return (rows as unknown[]).length > 0;
    };
    while (!(await isWaited()));
    holder.kill('SIGKILL');

    const database = await opened;
    await database.ping();
    await database.close();
    await admin.end();
  });
});

describe('the migrations', () => {
  it.each(migrationFiles())('%s defines tables by ddl alone, which notes each step', (file) => {
    const text = readFileSync(`${MIGRATIONS}/${file}`, 'utf8');
    expect(text).not.toMatch(/\.query\(\s*[`'"]\s*(CREATE|ALTER|DROP|RENAME|TRUNCATE)/i);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { dialectFor, openDatabase } from '../../src/database/open-database.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';

const FOLDER = 'src/database/migrations';
const LOOKS_ONLY =
  /^\s*(SELECT|PRAGMA|SHOW|START|BEGIN|COMMIT|ROLLBACK|CREATE TABLE IF NOT EXISTS migration_step)/i;

const migrationFiles = () => readdirSync(FOLDER).filter((file) => /^\d{4}-/.test(file));

async function everyMigration(): Promise<(new () => MigrationInterface)[]> {
  const files = migrationFiles().sort();
  const modules = files.map((file) => import(`../../${FOLDER}/${file.replace('.ts', '.js')}`));
  return (await Promise.all(modules)).flatMap((module) =>
    Object.values<new () => MigrationInterface>(module),
  );
}

class Killed extends Error {}

/** A process that ends after so many statements that change something: from then on nothing of it reaches the database. */
class DyingProcess {
  lastStatement = '';
  private isDead = false;

  constructor(private left: number) {}

  wrap(runner: QueryRunner): QueryRunner {
    const query = async (...[sql, ...rest]: Parameters<QueryRunner['query']>): Promise<unknown> => {
      // As the server does for a process that is gone; on MariaDB the statements that define tables stay.
      if (this.isDead && sql !== 'ROLLBACK') throw new Killed();
      const answer: unknown = await runner.query(sql, ...rest);
      if (LOOKS_ONLY.test(sql) || saysDone(sql, rest[0]) || --this.left > 0) return answer;
      this.isDead = true;
      this.lastStatement = `${sql} ${JSON.stringify(rest)}`;
      throw new Killed();
    };
    return new Proxy(runner, {
      get: (target, name) => (name === 'query' ? query : (Reflect.get(target, name, target) as unknown)),
    });
  }
}

/** To die after the note that a step is done is to die before the next one. */
const saysDone = (sql: string, parameters: unknown) =>
  /INTO migration_step/.test(sql) && (parameters as unknown[]).at(-1) === 1;

/** Migrates as a start does, and returns whether it came to its end. */
async function migrate(source: DataSource, dying: DyingProcess): Promise<boolean> {
  const create = source.createQueryRunner.bind(source);
  source.createQueryRunner = (...mode) => dying.wrap(create(...mode));
  try {
    await source.runMigrations({ transaction: 'each' });
    return true;
  } catch (error) {
    if (dying.lastStatement === '') throw error;
    return false;
  } finally {
    source.createQueryRunner = create;
  }
}

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
    const url = await kind.createUrl();
    const whole = await schemaOf(await kind.createUrl());
    const options = {
      ...dialectFor(url).dataSourceOptions(),
      migrations: await everyMigration(),
      logging: false,
    };
    const source = await new DataSource(options).initialize();
    atEndOfFile(() => source.destroy());
    let kills = 0;
    let statements = 1;
    const seen = new Set<string>();
    for (; ; kills++) {
      const dying = new DyingProcess(statements);
      if (await migrate(source, dying)) break;
      // A statement that was rolled back with the process comes again: the next process gets one further.
      if (seen.has(dying.lastStatement)) statements++;
      else if (kind.name === 'MariaDB') statements = 1;
      seen.add(dying.lastStatement);
    }
    expect(kills).toBeGreaterThan(migrationFiles().length);
    expect(await schemaOf(url)).toEqual(whole);
  });
});

describe('a database in which a table of ours is already, made by somebody else', () => {
  it('is not taken for a migration that was begun, however often it is tried', async () => {
    const url = await mariaDb.createUrl();
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
    const url = await mariaDb.createUrl();
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
    const text = readFileSync(`${FOLDER}/${file}`, 'utf8');
    expect(text).not.toMatch(/\.query\(\s*[`'"]\s*(CREATE|ALTER|DROP|RENAME|TRUNCATE)/i);
  });
});

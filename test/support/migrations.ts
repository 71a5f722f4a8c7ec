import { readdirSync } from 'node:fs';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { dialectFor } from '../../src/database/open-database.js';
import { atEndOfFile } from './end-of-file.js';

export const MIGRATIONS = 'src/database/migrations';
const LOOKS_ONLY =
  /^\s*(SELECT|PRAGMA|SHOW|START|BEGIN|COMMIT|ROLLBACK|CREATE TABLE IF NOT EXISTS migration_step)/i;

/** Returns the files of the migrations, oldest first, up to a number. */
export const migrationFiles = (last = Infinity) =>
  readdirSync(MIGRATIONS)
    .filter((file) => /^\d{4}-/.test(file) && Number(file.slice(0, 4)) <= last)
    .sort();

/** Connects to a database with the migrations up to a number, and runs none of them. */
export async function migrationSource(url: string, last = Infinity): Promise<DataSource> {
  const files = migrationFiles(last);
  const modules = await Promise.all(
    files.map((file) => import(`../../${MIGRATIONS}/${file.replace('.ts', '.js')}`)),
  );
  const migrations = modules.flatMap((module) => Object.values<new () => MigrationInterface>(module));
  const options = { ...dialectFor(url).dataSourceOptions(), migrations, logging: false };
  const source = await new DataSource(options).initialize();
  atEndOfFile(() => (source.isInitialized ? source.destroy() : Promise.resolve()));
  return source;
}

/** Migrates by starts that are killed, each after another statement, until one comes to its end. Returns how many were killed. */
export async function migrateKilled(source: DataSource): Promise<number> {
  let kills = 0;
  let statements = 1;
  const seen = new Set<string>();
  for (; ; kills++) {
    const dying = new DyingProcess(statements);
    if (await migrate(source, dying)) return kills;
    // A statement that was rolled back with the process comes again: the next process gets one further.
    if (seen.has(dying.lastStatement)) statements++;
    else if (source.options.type !== 'better-sqlite3') statements = 1;
    seen.add(dying.lastStatement);
  }
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

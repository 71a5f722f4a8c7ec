import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { EntityTarget } from 'typeorm';
import type { Database } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open-database.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { writtenDown } from '../support/migrated.js';

async function open(url: string): Promise<Database> {
  const database = await openDatabase(url);
  atEndOfFile(() => database.close());
  return database;
}

async function applied(database: Database): Promise<string[]> {
  const rows = await database.read((tx) =>
    tx.query<{ name: string }>('SELECT name FROM migrations ORDER BY id'),
  );
  return rows.map(({ name }) => name);
}

/** Returns every class that stands for a table: a new one that is not registered is found here. */
async function rowClasses(): Promise<EntityTarget<object>[]> {
  const files = readdirSync('src/database/entities').filter((file) => file.endsWith('.row.ts'));
  const modules = files.map((file) => import(`../../src/database/entities/${file.replace('.ts', '.js')}`));
  const exported = (await Promise.all(modules)).flatMap((module) =>
    Object.entries<EntityTarget<object>>(module),
  );
  return exported.filter(([name]) => name.endsWith('Row')).map(([, row]) => row);
}

describe.each(databaseKinds)('the schema on $name', (kind) => {
  const setup = async () => {
    const url = await kind.createEmptyUrl();
    return { url, database: await open(url) };
  };

  it('is made from nothing, with every column that a row of the product has', async () => {
    const { database } = await setup();
    expect((await applied(database)).length).toBeGreaterThan(0);
    const rows = await rowClasses();
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      expect(await database.read((tx) => tx.manager.find(row, { take: 1 }))).toEqual([]);
    }
  });

  it('stays as it is when the service starts again', async () => {
    const { url, database } = await setup();
    const before = await applied(database);
    await database.close();
    expect(await applied(await open(url))).toEqual(before);
  });

  it('takes its migrations in the order of their numbers', async () => {
    const { database } = await setup();
    const numbers = (await applied(database)).map((name) => Number(/\d{13}$/.exec(name)?.[0]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe('the copy of a migrated MariaDB, with which other tests begin', () => {
  it('is what a start makes of an empty one, to the last row', async () => {
    const [empty, copy] = [await mariaDb.createEmptyUrl(), await mariaDb.createUrl()];
    await open(empty);
    expect(await writtenDown(copy)).toBe(await writtenDown(empty));
  });
});

describe('replicas that start at the same moment on an empty MariaDB', () => {
  it('migrate it once, all four connections of one process', async () => {
    const url = await mariaDb.createEmptyUrl();
    const databases = await Promise.all([open(url), open(url), open(url), open(url)]);
    const names = await applied(databases[0]);
    expect(new Set(names).size).toBe(names.length);
    for (const database of databases) expect(await applied(database)).toEqual(names);
  });

  it('migrate it once, four processes', async () => {
    const url = await mariaDb.createEmptyUrl();
    const script = `
      import { openDatabase } from './src/database/open-database.ts';
      const database = await openDatabase(process.argv[1]);
      await database.close();
    `;
    const start = async () => {
      const loader = ['--import', './scripts/typescript-loader.mjs', '--input-type=module'];
      const child = spawn(process.execPath, [...loader, '--eval', script, url], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
      return { code, complaint };
    };
    const ends = await Promise.all([start(), start(), start(), start()]);
    expect(ends.filter(({ code }) => code !== 0)).toEqual([]);
    const names = await applied(await open(url));
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
  });
});

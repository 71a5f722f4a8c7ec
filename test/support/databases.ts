import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createConnection, type ConnectionOptions } from 'mysql2/promise';
import type { Database } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open-database.js';
import { atEndOfFile } from './end-of-file.js';
import { copySqlite, mariaDbScript } from './migrated.js';
import { makeScratchFolder } from './scratch.js';

/** A kind of database that every suite about stored things runs on. */
export interface DatabaseKind {
  readonly name: 'SQLite' | 'MariaDB';
  /** Makes a new database, migrated and otherwise empty, and returns its DATABASE_URL; it is dropped when the test file has ended. */
  createUrl(): Promise<string>;
  /** The same without any table: for what is about migrations, or about the first start of a process. */
  createEmptyUrl(): Promise<string>;
  /** Makes a new database, migrated and open; it is closed and dropped when the test file has ended. */
  open(): Promise<Database>;
}

// Asked for while the file is loaded, where no test's time limit runs: a first start may install a server.
const server = new URL(await serverUrl());

export const sqlite = kindOf('SQLite', createSqlite, (url) => copySqlite(url.slice('sqlite:'.length)));
export const mariaDb = kindOf('MariaDB', createMariaDb, fillMariaDb);

/** Every database: `describe.each(databaseKinds)('... on $name', (kind) => { ... })`. */
export const databaseKinds: readonly DatabaseKind[] = [sqlite, mariaDb];

function kindOf(
  name: DatabaseKind['name'],
  createEmptyUrl: () => Promise<string>,
  fill: (url: string) => Promise<void>,
): DatabaseKind {
  const createUrl = async () => {
    const url = await createEmptyUrl();
    await fill(url);
    return url;
  };
  const open = async () => {
    const database = await openDatabase(await createUrl());
    atEndOfFile(() => database.close());
    return database;
  };
  return { name, createUrl, createEmptyUrl, open };
}

async function createSqlite(): Promise<string> {
  const folder = makeScratchFolder('carillon-test-');
  atEndOfFile(() => rmSync(folder, { recursive: true }));
  return `sqlite:${join(folder, 'carillon.sqlite')}`;
}

async function createMariaDb(): Promise<string> {
  const name = `carillon_test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name}`);
  atEndOfFile(() => onServer(`DROP DATABASE ${name}`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function fillMariaDb(url: string): Promise<void> {
  await query({ uri: url, multipleStatements: true }, await mariaDbScript(createMariaDb));
}

async function onServer(sql: string): Promise<void> {
  await query({ uri: server.href }, sql);
}

async function query(options: ConnectionOptions, sql: string): Promise<void> {
  const connection = await createConnection(options);
  await connection.query(sql);
  await connection.end();
}

/** Returns the URL of the server of this run: the one that was given, else the run's own (see jest/test-run.ts). */
async function serverUrl(): Promise<string> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) {
    const url = new URL(given);
    url.pathname = '/';
    return url.href;
  }
  const desk = process.env['CARILLON_TEST_DESK'] ?? '';
  return new Promise((resolve, reject) => {
    get(desk, { agent: false }, (response) => {
      text(response).then((said) => {
        if (response.statusCode === 200) resolve(said);
        else reject(new Error(said));
      }, reject);
    }).on('error', reject);
  });
}

import { createConnection } from 'mysql2/promise';
import { openDatabase } from '../../../src/database/open-database.js';
import { PrivateMariaDb } from '../../support/mariadb/private-mariadb.js';
import { ON_MARIADB, ON_SQLITE, seedStatements, type Volume } from './seed.js';

/** Starts a server of its own with memory for the full volume, and an empty database `bench`. */
export async function startServer(): Promise<PrivateMariaDb> {
  const settings = ['--innodb-buffer-pool-size=2G', '--innodb-log-file-size=1G'];
  const server = await PrivateMariaDb.start({ settings });
  const admin = await createConnection({ uri: server.url() });
  await admin.query('CREATE DATABASE bench CHARACTER SET utf8mb4 COLLATE utf8mb4_bin');
  await admin.end();
  return server;
}

/** Fills a database that a service has started on once, and that nothing uses now. */
export function fill(databaseUrl: string, volume: Omit<Volume, 'instance'>): Promise<void> {
  return databaseUrl.startsWith('sqlite:') ? fillFile(databaseUrl, volume) : fillServer(databaseUrl, volume);
}

async function fillServer(uri: string, volume: Omit<Volume, 'instance'>): Promise<void> {
  const db = await createConnection({ uri });
  const [[row]] = (await db.query('SELECT id FROM instance LIMIT 1')) as unknown as [[{ id: number }]];
  for (const statement of seedStatements(ON_MARIADB, { ...volume, instance: row.id }))
    await db.query(statement);
  await db.end();
}

async function fillFile(url: string, volume: Omit<Volume, 'instance'>): Promise<void> {
  const database = await openDatabase(url);
  const [row] = await database.read((tx) => tx.query<{ id: number }>('SELECT id FROM instance LIMIT 1'));
  const statements = seedStatements(ON_SQLITE, { ...volume, instance: row?.id ?? 0 });
  for (const statement of statements) await database.transaction((tx) => tx.execute(statement));
  await database.close();
}

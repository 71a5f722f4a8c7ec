import { DataSource } from 'typeorm';
import { createConnection } from 'mysql2/promise';
import { atEndOfFile } from './end-of-file.js';
import { beforeLookingAgain } from './look-again.js';

/** Asks a database for rows, as a person with a client of the database would. */
export type Spectator = <Row>(sql: string) => Promise<Row[]>;

const spectators = new Map<string, Promise<Spectator>>();

/** Looks into the database of a service that is running: the file of an embedded one is not opened as a second service. */
export function spectatorOf(databaseUrl: string): Promise<Spectator> {
  const known = spectators.get(databaseUrl) ?? open(databaseUrl).then(unhurried);
  spectators.set(databaseUrl, known);
  return known;
}

function unhurried(ask: Spectator): Spectator {
  let last = '';
  return async (sql) => {
    if (sql === last) await beforeLookingAgain();
    last = sql;
    return ask(sql);
  };
}

async function open(databaseUrl: string): Promise<Spectator> {
  if (!databaseUrl.startsWith('sqlite:')) {
    const connection = await createConnection({ uri: databaseUrl });
    atEndOfFile(() => connection.end());
    return async (sql) => {
      const [rows] = await connection.query(sql);
      return rows as never; // the caller names the shape of a row beside its SQL
    };
  }
  const database = databaseUrl.slice('sqlite:'.length);
  const source = await new DataSource({ type: 'better-sqlite3', database }).initialize();
  atEndOfFile(() => source.destroy());
  return (sql) => source.query(sql);
}

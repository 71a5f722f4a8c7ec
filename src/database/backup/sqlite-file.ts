import { DataSource } from 'typeorm';
import { driverCode } from '../dialects/driver-error.js';
import { numberOf } from '../start/refuse-newer.js';

/** What of better-sqlite3's connection is used here. */
export interface FileConnection {
  pragma(text: string, options?: { readonly simple: boolean }): unknown;
  exec(sql: string): unknown;
  prepare(sql: string): { get(): unknown };
  backup(file: string, options: { progress: () => number }): Promise<unknown>;
  close(): unknown;
}

/** What a file holds: how far its schema is migrated, and when the service that wrote it last gave a sign of life. */
export interface Contents {
  /** The number of the latest migration; null where the service has never started on this file. */
  readonly schema: string | null;
  /** Epoch ms; null where no replica has dispatched yet. */
  readonly aliveAt: number | null;
}

/** A file cannot be used as a database; the message is why, without a full stop. */
export class UnusableFile extends Error {}

/** Opens a file of SQLite that is there, beside whoever else has it open, and runs work on the connection. */
export async function withFile<T>(
  file: string,
  work: (connection: FileConnection) => T | Promise<T>,
): Promise<T> {
  let connection: FileConnection | null = null;
  const source = new DataSource({
    type: 'better-sqlite3',
    database: file,
    fileMustExist: true,
    prepareDatabase: (own: FileConnection) => void (connection = own),
  });
  await source.initialize();
  try {
    if (connection === null) throw new Error('The driver gave no connection.');
    return await work(connection);
  } finally {
    await source.destroy();
  }
}

/**
 * Makes a copy a file of its own, with no log beside it, reads all of it, and returns what it holds. Throws UnusableFile
 * where it is damaged or no database.
 */
export async function checkCopy(file: string): Promise<Contents> {
  try {
    return await withFile(file, (connection) => {
      connection.pragma('journal_mode = DELETE');
      const verdict = connection.pragma('integrity_check', { simple: true });
      if (verdict !== 'ok') throw new UnusableFile(`it is damaged (${String(verdict).split('\n')[0]})`);
      return contentsOf(connection);
    });
  } catch (error) {
    const code = driverCode(error);
    if (code === 'SQLITE_NOTADB') throw new UnusableFile('it is no SQLite database', { cause: error });
    if (code.startsWith('SQLITE_CORRUPT')) {
      throw new UnusableFile(`it is damaged (${code})`, { cause: error });
    }
    throw error;
  }
}

function contentsOf(connection: FileConnection): Contents {
  const find = (sql: string) => connection.prepare(sql).get() as Record<string, unknown> | undefined;
  // Other programs have a table `migrations` too.
  const ours = find("SELECT COUNT(*) AS n FROM sqlite_master WHERE name IN ('migrations', 'heartbeat')");
  if (ours?.['n'] !== 2) return { schema: null, aliveAt: null };
  const latest = find('SELECT name FROM migrations ORDER BY id DESC LIMIT 1');
  const beat = find('SELECT beat_at FROM heartbeat WHERE id = 1');
  return {
    schema: latest === undefined ? null : numberOf(String(latest['name'])),
    aliveAt: beat === undefined ? null : Number(beat['beat_at']),
  };
}

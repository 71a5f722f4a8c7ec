import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CannotStart } from '../../config/cannot-start.js';
import { driverCode } from '../dialects/driver-error.js';

const ASK_EVERY_MS = 100;

/** What of better-sqlite3's connection is used here. */
interface FileConnection {
  pragma(text: string): unknown;
  exec(sql: string): unknown;
  close(): unknown;
}

/**
 * The lock that gives the file of the embedded database to one process. It is SQLite's own lock on a second, empty file
 * beside it (`<file>.lock`), held by a transaction that never ends: the system frees it when the process ends, however that
 * happens. Who holds it is written beside it, for people (`<file>.holder`).
 */
export class FileLock {
  private constructor(
    private readonly source: DataSource,
    private readonly holderFile: string,
  ) {}

  /**
   * Takes the lock, and waits up to `waitMs` for another process to end. Throws CannotStart where it is still held then.
   */
  static async take(file: string, waitMs: number): Promise<FileLock> {
    const holderFile = `${file}.holder`;
    const until = performance.now() + waitMs;
    for (let isTold = false; ; isTold = true) {
      const source = await locked(`${file}.lock`);
      if (source !== null) {
        writeFileSync(holderFile, holder(), { mode: 0o600 });
        return new FileLock(source, holderFile);
      }
      const place = `The database file ${file} is in use by ${holderOf(holderFile)}`;
      if (performance.now() >= until) {
        throw new CannotStart(
          `${place}: stop that process first, or name another file in DATABASE_URL. SQLite is for one process; several replicas need MySQL or MariaDB.`,
        );
      }
      if (!isTold) new Logger('Database').log(`${place}: waiting up to ${waitMs / 1_000} s for it to end.`);
      await pause(ASK_EVERY_MS);
    }
  }

  /** Gives the lock back; a second time it does nothing. */
  async release(): Promise<void> {
    if (!this.source.isInitialized) return;
    rmSync(this.holderFile, { force: true });
    await this.source.destroy();
  }
}

/** Returns a connection that holds the lock; null where another one does. Throws where the file cannot be opened. */
async function locked(lockFile: string): Promise<DataSource | null> {
  const source = new DataSource({
    type: 'better-sqlite3',
    database: lockFile,
    prepareDatabase: (connection: FileConnection) => {
      try {
        connection.pragma('busy_timeout = 0');
        connection.exec('BEGIN EXCLUSIVE');
      } catch (error) {
        connection.close();
        throw error;
      }
    },
  });
  try {
    return await source.initialize();
  } catch (error) {
    if (driverCode(error).startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}

function holder(): string {
  return `process ${process.pid} on ${hostname()}`;
}

function holderOf(holderFile: string): string {
  try {
    return readFileSync(holderFile, 'utf8').trim() || 'another process';
  } catch {
    return 'another process';
  }
}

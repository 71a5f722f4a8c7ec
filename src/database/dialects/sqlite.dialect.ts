import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DataSourceOptions } from 'typeorm';
import { makeFolder } from '../../config/make-folder.js';
import type { Instant } from '../../core/instant.js';
import type { Sql } from '../sql.js';
import { wellFormed } from './bulk-rows.js';
import { FileLock } from '../connection/file-lock.js';
import { driverCode } from './driver-error.js';
import type { BulkUpdate, Cell, ClaimQuota, Dialect } from './dialect.js';
import { claimParts } from './claim-parts.js';
import { marks } from '../lists.js';
import { sqliteStartFailure } from '../start/start-failure.js';

/** SQLite refuses a statement with more bound values than this. */
const MOST_PARAMETERS = 32_000;

/** What the file system may do to a database: I/O errors (a quota is one), a file system that has become read-only. */
const UNUSABLE = /^SQLITE_(IOERR|CANTOPEN|READONLY)/;

/** The embedded default: one file, one connection, one process, one transaction at a time. */
export class SqliteDialect implements Dialect {
  readonly name = 'sqlite';
  readonly isSerial = true;
  readonly mostRequests = 1;
  readonly forUpdate = '';
  readonly skipLocked = '';
  readonly orderedJoin = 'CROSS JOIN';
  private readonly file: string;

  /** Takes `sqlite:<file>`, or `sqlite::memory:` for a database that dies with the process. */
  constructor(url: string) {
    this.file = url.slice('sqlite:'.length);
  }

  isThere(): boolean {
    return existsSync(this.file);
  }

  async reserve(waitMs: number): Promise<() => Promise<void>> {
    if (this.file === ':memory:') return () => Promise.resolve();
    makeForOwner(this.file);
    const lock = await FileLock.take(this.file, waitMs);
    return () => lock.release();
  }

  dataSourceOptions(): DataSourceOptions {
    const { file } = this;
    return {
      type: 'better-sqlite3',
      database: file,
      enableWAL: file !== ':memory:',
      statementCacheSize: 500,
      prepareDatabase: (connection: { pragma(text: string): unknown }) => {
        // FULL: a commit that was answered survives a power cut, as on the other databases.
        connection.pragma('synchronous = FULL');
        // Waiting here would stop the whole process; Database waits between two tries without that.
        connection.pragma('busy_timeout = 0');
      },
    };
  }

  unfitness(): Promise<string | null> {
    return Promise.resolve(null);
  }

  optionsAfter(): null {
    return null;
  }

  startFailure(error: unknown): unknown {
    return sqliteStartFailure(error, this.file);
  }

  useIndex(name: string): string {
    return `INDEXED BY ${name}`;
  }

  sessionStatements(): readonly string[] {
    return [];
  }

  isDuplicateKey(error: unknown): boolean {
    const code = driverCode(error);
    return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
  }

  isTransient(error: unknown): boolean {
    return isBusy(error);
  }

  isRolledBack(): boolean {
    return false;
  }

  outageOf(error: unknown): string | null {
    const code = driverCode(error);
    if (isBusy(error)) return 'The database file is locked by another program.';
    if (code === 'SQLITE_FULL') return 'The database cannot be written: its disk is full.';
    return UNUSABLE.test(code) ? `The database file cannot be read or written (${code}).` : null;
  }

  async databaseNow(): Promise<Instant | null> {
    return null;
  }

  withMigrationLock<T>(_sql: Sql, work: () => Promise<T>): Promise<T> {
    return work();
  }

  async claimDue(sql: Sql, quotas: readonly ClaimQuota[], dueUntil: Instant): Promise<Buffer[]> {
    const ids: Buffer[] = [];
    for (const { state, tenancyId, limit } of claimParts(quotas)) {
      const rows = await sql.query<{ id: Buffer }>(
        `SELECT id FROM run ${this.useIndex('run_queue')}
         WHERE state = ${state} AND tenancy_id = ? AND due_at <= ? ORDER BY due_at LIMIT ?`,
        [tenancyId, dueUntil, limit],
      );
      for (const row of rows) ids.push(row.id);
    }
    return ids;
  }

  async insertIgnore(
    sql: Sql,
    table: string,
    columns: readonly string[],
    rows: readonly (readonly Cell[])[],
  ): Promise<number> {
    const perStatement = Math.floor(MOST_PARAMETERS / columns.length);
    const tuple = `(${marks(columns)})`;
    let inserted = 0;
    for (let from = 0; from < rows.length; from += perStatement) {
      const part = rows.slice(from, from + perStatement);
      const values = part.map(() => tuple).join(',');
      inserted += await sql.execute(
        `INSERT INTO ${table} (${columns.join(',')}) VALUES ${values} ON CONFLICT DO NOTHING`,
        part.flat(),
      );
    }
    return inserted;
  }

  onTaken(keys: readonly string[]): string {
    return `ON CONFLICT (${keys.join(',')}) DO UPDATE SET`;
  }

  incoming(column: string): string {
    return `excluded.${column}`;
  }

  /**
   * One statement, run for each row: there is no round trip to save. Joined to a list of the rows, the planner may take the
   * table first and read the whole list for each of its rows (seconds, where rows hold long texts).
   */
  async bulkUpdate(sql: Sql, update: BulkUpdate): Promise<number> {
    const { matched, also, guard, guardParameters } = update;
    const [, ...names] = Object.keys(update.columns);
    const place = matched === undefined ? -1 : names.indexOf(matched);
    const isSet = (_: unknown, at: number) => at !== place;
    const sets = names.filter(isSet).map((name) => `${name} = ?`);
    if (also !== undefined) sets.push(also);
    const rows = update.rows.map(([id, ...cells]) => [
      ...cells.filter(isSet).map(wellFormed),
      id,
      ...(place < 0 ? [] : [cells[place] ?? null]),
      ...guardParameters,
    ]);
    const match = matched === undefined ? '' : ` AND t.${matched} = ?`;
    return sql.executeEach(
      `UPDATE ${update.table} AS t SET ${sets.join(', ')} WHERE t.id = ?${match} AND (${guard})`,
      rows,
    );
  }

  lockById(_sql: Sql, _table: string, ids: readonly Buffer[]): Promise<Buffer[]> {
    return Promise.resolve([...ids]);
  }

  async upsertHeartbeat(sql: Sql, now: Instant): Promise<Instant | null> {
    const [row] = await sql.query<{ beat_at: number }>('SELECT beat_at FROM heartbeat WHERE id = 1');
    await sql.execute(
      `INSERT INTO heartbeat (id, beat_at) VALUES (1, ?)
       ON CONFLICT (id) DO UPDATE SET beat_at = MAX(beat_at, excluded.beat_at)`,
      [now],
    );
    return row ? Number(row.beat_at) : null;
  }
}

/** Returns whether another program (a backup, a shell) holds the lock on the file; SQLite has variants of the code. */
function isBusy(error: unknown): boolean {
  return driverCode(error).startsWith('SQLITE_BUSY');
}

/** The file holds keys and credentials: it is made readable by its owner only, and what SQLite puts beside it follows. */
function makeForOwner(file: string): void {
  makeFolder(dirname(file));
  closeSync(openSync(file, 'a', 0o600));
}

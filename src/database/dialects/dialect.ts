import type { DataSourceOptions } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import type { Sql } from '../sql.js';

/** The JSON-safe value of one cell in a bulk statement: UUIDs travel as Buffers of 16 bytes. */
export type Cell = string | number | boolean | null | Buffer;

/** How a column of a bulk update is typed on the way into the database. */
export type CellType = 'uuid' | 'integer' | 'text';

/** One tenancy's part of a claim: at most `limit` of its due runs. */
export interface ClaimQuota {
  readonly tenancyId: number;
  readonly limit: number;
  /** Whether runs that went back to the queue are due, too: they get an equal part of the limit. */
  readonly hasWaiting?: boolean;
}

/** Rows to change by primary key, all columns of all rows at once, where `guard` (SQL over alias `t`) still holds. */
export interface BulkUpdate {
  readonly table: string;
  readonly columns: Readonly<Record<string, CellType>>;
  /** Cells in the order of `columns`; the first column is the key `id` (a UUID) and is matched, not set. */
  readonly rows: readonly (readonly Cell[])[];
  readonly guard: string;
  /** One of the columns: a row is changed only where it has the value of its cell. It is matched, not set. */
  readonly matched?: string;
  /** More assignments, the same for all rows: SQL whose expressions name the row `t`. */
  readonly also?: string;
  readonly guardParameters: readonly (string | number)[];
}

/**
 * What differs between the databases, and nothing else. One contract suite (test/database) runs on every
 * dialect.
 */
export interface Dialect {
  readonly name: 'sqlite' | 'mysql';
  /** True where only one transaction can be open at a time, so that all database work must queue. */
  readonly isSerial: boolean;
  /** How many requests may work at a time; what the pool has beyond is kept for upkeep. Where transactions are serial: one, upkeep among them. */
  readonly mostRequests: number;

  /** Returns whether there may be a database: false where it would be made by being opened. */
  isThere(): boolean;

  /**
   * Reserves the database for this process where it serves one only, and returns how to give it back. Waits up to `waitMs`
   * for another process to end; throws CannotStart where it does not.
   */
  reserve(waitMs: number): Promise<() => Promise<void>>;
  dataSourceOptions(): DataSourceOptions;
  /** Returns what about the settings of the server the service cannot work with, as a sentence with the remedy; null for nothing. */
  unfitness(sql: Sql): Promise<string | null>;
  /** Returns how else to connect where the first connection failed so; null where there is no other way. */
  optionsAfter(error: unknown): DataSourceOptions | null;
  /** Returns an error of the start as a CannotStart where an operator can mend its cause; any other as it is. */
  startFailure(error: unknown): unknown;
  /** Statements that each new connection runs once before its first use. */
  sessionStatements(): readonly string[];
  /** Returns whether this error of the driver says that a unique key is violated. */
  isDuplicateKey(error: unknown): boolean;
  /** Returns whether the work may succeed when its transaction is run again: deadlock, lock wait, connection lost before commit. */
  isTransient(error: unknown): boolean;
  /** Returns, as a sentence, why the database cannot work at all now (it is away, its disk is full); null for any other error. */
  outageOf(error: unknown): string | null;
  /**
   * Returns whether this error at the COMMIT says that the transaction was not committed and will not be once its
   * connection is free or gone. Clusters that certify what their nodes changed say so only there.
   */
  isRolledBack(error: unknown): boolean;
  /** Returns the database's own time, or null where the database shares the host's clock. */
  databaseNow(sql: Sql): Promise<Instant | null>;
  /** Runs `work` while no other process migrates the same database. */
  withMigrationLock<T>(sql: Sql, work: () => Promise<T>): Promise<T>;

  /** Locks and returns the ids (16 bytes) of due runs, planned ones and ones that wait, oldest first within each tenancy; rows locked by others are skipped. */
  claimDue(sql: Sql, quotas: readonly ClaimQuota[], dueUntil: Instant): Promise<Buffer[]>;
  /** Inserts rows; one that violates a unique key is left out in silence. Returns how many went in. */
  insertIgnore(
    sql: Sql,
    table: string,
    columns: readonly string[],
    rows: readonly (readonly Cell[])[],
  ): Promise<number>;
  /**
   * Returns what stands after an INSERT and before assignments, so that a row that is there already is changed by them. They
   * are worked off from left to right on one database and at once on the other: none may read what one before it sets.
   */
  onTaken(keys: readonly string[]): string;
  /** Returns, within those assignments, the value that was to be inserted. */
  incoming(column: string): string;
  /** Updates many rows in one statement and returns how many matched key and guard. */
  bulkUpdate(sql: Sql, update: BulkUpdate): Promise<number>;
  /** Raises the shared heartbeat to `now` (never lowers it) and returns what it was before, null on the very first beat. Locks the row until commit. */
  upsertHeartbeat(sql: Sql, now: Instant): Promise<Instant | null>;
  /**
   * How the optimizer is told what it cannot know: statistics lag behind a queue that fills and drains within
   * seconds, and a plan chosen by them reads the whole table. `orderedJoin` joins in the order written;
   * `useIndex` names the index of a table to use.
   */
  readonly orderedJoin: string;
  useIndex(name: string): string;
  /** SQL that locks the rows a SELECT answers until commit; empty where transactions are serial. */
  readonly forUpdate: string;
  /** Like `forUpdate`, and leaves out the rows that others hold: each of several claimants finds rows of its own. */
  readonly skipLocked: string;
  /**
   * Locks rows of a table until commit, in the order of these ids, and returns the ids of those that it has: with
   * `skipsHeld` not those that others hold. A condition on a list of ids would do where the table is large; in a small
   * one the optimizer reads all rows instead, and waits for each that somebody holds. Where transactions are serial all are returned,
   * and nothing is asked.
   */
  lockById(
    sql: Sql,
    table: string,
    ids: readonly Buffer[],
    how: { readonly skipsHeld: boolean },
  ): Promise<Buffer[]>;
}

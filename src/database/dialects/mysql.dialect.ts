import type { DataSourceOptions } from 'typeorm';
import { CannotStart } from '../../config/cannot-start.js';
import { parseDatabaseUrl, type MysqlPlace } from '../../config/database-url.js';
import type { Instant } from '../../core/instant.js';
import type { Sql } from '../sql.js';
import { bulkRows, splitConstants } from './bulk-rows.js';
import { driverCode } from './driver-error.js';
import { isMysqlTransient, isMysqlUndone, mysqlOutage } from './mysql-errors.js';
import type { BulkUpdate, Cell, CellType, ClaimQuota, Dialect } from './dialect.js';
import { claimParts } from './claim-parts.js';
import { mysqlOptions, type MysqlOptions } from '../start/mysql-options.js';
import { mysqlStartFailure } from '../start/start-failure.js';

const POOL_SIZE = 24;
const KEPT_FOR_UPKEEP = 6;
const LOCK_WAIT_SECONDS = 2;
/** See `idleSeconds`. */
const LEAST_IDLE_SECONDS = 2;
/** The default of MariaDB; the largest statements record many answers at once. */
const LEAST_PACKET = 16 * 2 ** 20;
const MIGRATION_LOCK = 'carillon-';
const MIGRATION_WAIT_SECONDS = 120;
/** Half of the time that others wait: who migrates gives a sign of life every few seconds. */
const LOCK_IDLE_SECONDS = 60;
const LOCK_SIGN_MS = 5_000;

const JSON_TYPE: Record<CellType, string> = {
  uuid: 'CHAR(32) CHARACTER SET utf8mb4',
  integer: 'BIGINT',
  text: 'MEDIUMTEXT CHARACTER SET utf8mb4',
};

/** MySQL 8 and MariaDB 10.6 and later, and the clusters that speak their protocol. */
export class MysqlDialect implements Dialect {
  readonly name = 'mysql';
  readonly isSerial = false;
  readonly mostRequests = POOL_SIZE - KEPT_FOR_UPKEEP;
  readonly forUpdate = 'FOR UPDATE';
  readonly skipLocked = 'FOR UPDATE SKIP LOCKED';
  readonly orderedJoin = 'STRAIGHT_JOIN';

  private readonly place: MysqlPlace;

  /** Takes `mysql://user:password@host:port/database`, and how long a replica's lease is. */
  constructor(
    url: string,
    private readonly leaseMs: number,
  ) {
    const place = parseDatabaseUrl(url);
    if (!('host' in place)) throw new Error('This is no URL of a server.');
    this.place = place;
  }

  isThere(): boolean {
    return true;
  }

  reserve(): Promise<() => Promise<void>> {
    return Promise.resolve(() => Promise.resolve());
  }

  dataSourceOptions(): DataSourceOptions {
    return this.optionsWith(mysqlOptions(this.place));
  }

  /** A server that offers no encryption, where none was asked for by name: it is not asked again while this process runs. */
  optionsAfter(error: unknown): DataSourceOptions | null {
    const isOffered = this.place.tls.kind === 'offered';
    if (!isOffered || driverCode(error) !== 'HANDSHAKE_NO_SSL_SUPPORT') return null;
    return this.optionsWith(mysqlOptions(this.place, true));
  }

  startFailure(error: unknown): unknown {
    return mysqlStartFailure(error, this.place);
  }

  private optionsWith({ extra, ...connection }: MysqlOptions): DataSourceOptions {
    return {
      type: 'mysql',
      ...connection,
      charset: 'utf8mb4_bin',
      timezone: 'Z',
      supportBigNumbers: true,
      bigNumberStrings: false,
      poolSize: POOL_SIZE,
      connectTimeout: 10_000,
      extra: { ...extra, maxIdle: POOL_SIZE },
    };
  }

  async unfitness(sql: Sql): Promise<string | null> {
    const [row] = await sql.query<{ log: number; format: string; packet: number }>(
      'SELECT @@log_bin AS log, @@binlog_format AS format, @@max_allowed_packet AS packet',
    );
    if (Number(row?.log) === 1 && row?.format === 'STATEMENT') {
      return 'writes its binary log as statements, which READ COMMITTED transactions cannot: set binlog_format=ROW (or MIXED).';
    }
    if (Number(row?.packet) < LEAST_PACKET) {
      return `takes statements of ${row?.packet} bytes at most: set max_allowed_packet to ${LEAST_PACKET} or more.`;
    }
    return null;
  }

  useIndex(name: string): string {
    return `FORCE INDEX (${name})`;
  }

  sessionStatements(): readonly string[] {
    // READ COMMITTED: claims must not take gap locks, and a second statement must see what a lock waited for.
    // Who waits for a row of others gives its connection back after a while, and asks again.
    const timeouts = `innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}, SESSION wait_timeout = ${this.idleSeconds}`;
    return [
      'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
      `SET SESSION ${timeouts}, SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'`,
    ];
  }

  /**
   * After how long the server ends a connection that says nothing, and rolls its transaction back. A replica that was
   * frozen or cut off in the middle of a transaction leaves its locks there, and the others cannot beat before they
   * are gone: by the server's own setting after eight hours.
   */
  private get idleSeconds(): number {
    return Math.max(LEAST_IDLE_SECONDS, Math.ceil(this.leaseMs / 4_000));
  }

  isDuplicateKey(error: unknown): boolean {
    return driverCode(error) === 'ER_DUP_ENTRY';
  }

  isTransient(error: unknown): boolean {
    return isMysqlTransient(error);
  }

  outageOf(error: unknown): string | null {
    return mysqlOutage(error);
  }

  isRolledBack(error: unknown): boolean {
    return isMysqlUndone(error);
  }

  async databaseNow(sql: Sql): Promise<Instant | null> {
    // Counted in UTC: local time happens twice in the hour in which summer time ends.
    const [row] = await sql.query<{ now: number }>(
      "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000 AS now",
    );
    return Number(row?.now);
  }

  async withMigrationLock<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
    // Each database of a server has a lock of its own. The server frees it when the connection of its holder ends.
    const [row] = await sql.query<{ name: string; got: number | null }>(
      'SELECT names.name, GET_LOCK(names.name, ?) AS got FROM (SELECT CONCAT(?, MD5(DATABASE())) AS name) AS names',
      [MIGRATION_WAIT_SECONDS, MIGRATION_LOCK],
    );
    if (Number(row?.got) !== 1) {
      throw new CannotStart(
        `Another process has been migrating the database of DATABASE_URL for ${MIGRATION_WAIT_SECONDS} s: start again when it is done.`,
      );
    }
    // A holder that is frozen or cut off says nothing any more; the server then ends its connection, and the lock is free.
    await sql.query(`SET SESSION wait_timeout = ${LOCK_IDLE_SECONDS}`);
    const sign = setInterval(() => void sql.query('SELECT 1').catch(() => undefined), LOCK_SIGN_MS);
    try {
      return await work();
    } finally {
      clearInterval(sign);
      await sql.query('SELECT RELEASE_LOCK(?)', [row?.name ?? '']).catch(() => undefined);
    }
  }

  async claimDue(sql: Sql, quotas: readonly ClaimQuota[], dueUntil: Instant): Promise<Buffer[]> {
    if (quotas.length === 0) return [];
    const part = (state: number) => `(SELECT id FROM run ${this.useIndex('run_queue')}
      WHERE state = ${state} AND tenancy_id = ? AND due_at <= ? ORDER BY due_at LIMIT ? ${this.skipLocked})`;
    const parts = claimParts(quotas);
    const rows = await sql.query<{ id: Buffer }>(
      parts.map(({ state }) => part(state)).join(' UNION ALL '),
      parts.flatMap(({ tenancyId, limit }) => [tenancyId, dueUntil, limit]),
    );
    return rows.map((row) => row.id);
  }

  async insertIgnore(
    sql: Sql,
    table: string,
    columns: readonly string[],
    rows: readonly (readonly Cell[])[],
  ): Promise<number> {
    if (rows.length === 0) return 0;
    return sql.execute(`INSERT IGNORE INTO ${table} (${columns.join(',')}) VALUES ?`, [rows]);
  }

  onTaken(): string {
    return 'ON DUPLICATE KEY UPDATE';
  }

  incoming(column: string): string {
    return `VALUES(${column})`;
  }

  async bulkUpdate(sql: Sql, update: BulkUpdate): Promise<number> {
    const { names, rows, constants } = splitConstants(update);
    const typed = names.map(
      (name, place) => `c${place} ${JSON_TYPE[update.columns[name] ?? 'text']} PATH '$[${place}]'`,
    );
    const varying = names.slice(1).map((name, index) => {
      const cell = `j.c${index + 1}`;
      return { name, sql: `t.${name} = ${update.columns[name] === 'uuid' ? `UNHEX(${cell})` : cell}` };
    });
    const same = constants.map(({ name, cell }) => ({ name, sql: `t.${name} = ?`, cell }));
    const isMatched = ({ name }: { name: string }) => name === update.matched;
    const isSet = (one: { name: string }) => !isMatched(one);
    const sets = [...varying, ...same].filter(isSet).map(({ sql }) => sql);
    if (update.also !== undefined) sets.push(update.also);
    const matches = [...varying, ...same].filter(isMatched).map(({ sql }) => ` AND ${sql}`);
    return sql.execute(
      `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (${typed.join(', ')})) AS j
       STRAIGHT_JOIN ${update.table} AS t ON t.id = UNHEX(j.c0)
       SET ${sets.join(', ')} WHERE (${update.guard})${matches.join('')}`,
      [
        bulkRows(rows),
        ...same.filter(isSet).map(({ cell }) => cell),
        ...update.guardParameters,
        ...same.filter(isMatched).map(({ cell }) => cell),
      ],
    );
  }

  async lockById(
    sql: Sql,
    table: string,
    ids: readonly Buffer[],
    { skipsHeld }: { readonly skipsHeld: boolean },
  ): Promise<Buffer[]> {
    const rows = await sql.query<{ id: Buffer }>(
      `SELECT t.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id CHAR(32) PATH '$')) AS j
       STRAIGHT_JOIN ${table} AS t ON t.id = UNHEX(j.id) ${skipsHeld ? this.skipLocked : this.forUpdate}`,
      [JSON.stringify(ids.map((id) => id.toString('hex')))],
    );
    return rows.map(({ id }) => id);
  }

  async upsertHeartbeat(sql: Sql, now: Instant): Promise<Instant | null> {
    const [row] = await sql.query<{ beat_at: number }>(
      'SELECT beat_at FROM heartbeat WHERE id = 1 FOR UPDATE',
    );
    await sql.execute(
      `INSERT INTO heartbeat (id, beat_at) VALUES (1, ?)
       ON DUPLICATE KEY UPDATE beat_at = GREATEST(beat_at, VALUES(beat_at))`,
      [now],
    );
    return row ? Number(row.beat_at) : null;
  }
}

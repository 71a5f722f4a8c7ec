import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { Availability, DatabaseUnavailable } from './availability.js';
import type { Dialect } from './dialect.js';

/** Work that is open for longer than this has its connection cut: a stalled statement must not hold a caller for ever. */
const WORK_DEADLINE_MS = 30_000;
const MOST_TRIES = 6;

/**
 * The right to speak SQL, handed to the work of a transaction or a read and worthless after it.
 * `manager` is TypeORM's, for ordinary rows; `query` and `execute` are for the hot paths.
 */
export interface Tx {
  readonly manager: EntityManager;
  readonly dialect: Dialect;
  /** Runs a SELECT and answers its rows. */
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Runs any other statement and answers how many rows it matched. */
  execute(sql: string, parameters?: readonly unknown[]): Promise<number>;
}

/** The work was open for too long. It is not run again: its caller has waited long enough. */
class WorkOverdue extends Error {
  override message = `Database work was given up after ${WORK_DEADLINE_MS / 1000} s without an end.`;
}

/** The connection broke during COMMIT: the work may or may not have happened, so it is not run again here. */
class CommitUnknown extends Error {}

/**
 * The one seam to the database: no Tx, no SQL (design.md, section 4). A transaction that fails by deadlock or
 * by a lost connection is run again (bounded, jittered), so the work must have no effect but its SQL. The
 * network is never awaited inside.
 */
export class Database {
  private readonly open = new AsyncLocalStorage<true>();
  private readonly prepared = new WeakSet<object>();
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly availability = new Availability();
  private queue: Promise<unknown> = Promise.resolve();
  private isClosed = false;

  /**
   * `watchesNesting` lets work that is opened inside other work throw at once. On a serial database that is needed
   * always: such work would wait for itself. Elsewhere it costs a sixth of the dispatch rate (the runtime then
   * follows every promise), so production does without.
   */
  constructor(
    private readonly source: DataSource,
    readonly dialect: Dialect,
    private readonly watchesNesting: boolean,
  ) {}

  /** What keeps the database from work, as a sentence; null once a transaction was committed again. */
  get trouble(): string | null {
    return this.availability.trouble;
  }

  /** Runs the work in one transaction and answers what it answers; any error rolls everything back. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.enter(() => this.retrying(() => this.attempt(work, true)));
  }

  /** Runs work that only reads, on one connection, without a transaction. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.enter(() => this.retrying(() => this.attempt(work, false)));
  }

  /** Closes every connection once the work under way is done; work that comes later is refused. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled(this.underWay);
    if (this.source.isInitialized) await this.source.destroy();
  }

  private async enter<T>(run: () => Promise<T>): Promise<T> {
    if (this.open.getStore()) {
      throw new Error('Database work was opened inside database work: pass the Tx on instead.');
    }
    if (this.isClosed) throw new Error('The database is closed: the process is stopping.');
    const entered = this.watchesNesting ? () => this.open.run(true, run) : run;
    const result = this.dialect.isSerial ? this.queue.then(entered, entered) : entered();
    if (this.dialect.isSerial) this.queue = result;
    this.underWay.add(result);
    try {
      return await result;
    } finally {
      this.underWay.delete(result);
    }
  }

  private async retrying<T>(run: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await run();
      } catch (error) {
        if (error instanceof CommitUnknown) throw this.toTell(error.cause);
        if (this.isClosed || tries >= MOST_TRIES || !this.dialect.isTransient(error))
          throw this.toTell(error);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** tries));
      }
    }
  }

  /** What keeps the database from any work is told as that, to callers and once in the log; other errors are the work's own. */
  private toTell(error: unknown): unknown {
    const reason = this.dialect.outageOf(error);
    if (reason === null || this.isClosed) return error;
    this.availability.failed(reason);
    return new DatabaseUnavailable(reason, error);
  }

  private async attempt<T>(work: (tx: Tx) => Promise<T>, isTransaction: boolean): Promise<T> {
    const runner = this.source.createQueryRunner();
    // `connect` answers the driver's connection as `any`; only its identity and its socket are used. The socket is
    // cut and not the connection destroyed: the driver then tells the statement that waits for an answer.
    const connection = (await runner.connect()) as { stream?: { destroy(error: Error): void } };
    const deadline = setTimeout(() => connection.stream?.destroy(new WorkOverdue()), WORK_DEADLINE_MS);
    try {
      await this.prepare(connection, runner);
      await clear(runner);
      if (!isTransaction) return await work(txOf(runner, this.dialect));
      await runner.startTransaction();
      try {
        const result = await work(txOf(runner, this.dialect));
        await this.commit(runner);
        this.availability.succeeded();
        return result;
      } catch (error) {
        // The first error is the one to tell; a rollback fails only where the database has rolled back by itself.
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      }
    } finally {
      clearTimeout(deadline);
      await runner.release();
    }
  }

  private async commit(runner: QueryRunner): Promise<void> {
    try {
      await runner.commitTransaction();
    } catch (error) {
      throw new CommitUnknown('The commit was not confirmed.', { cause: error });
    }
  }

  private async prepare(connection: object, runner: QueryRunner): Promise<void> {
    if (this.prepared.has(connection)) return;
    for (const statement of this.dialect.sessionStatements()) await runner.query(statement);
    this.prepared.add(connection);
  }
}

/**
 * Makes sure that a runner is in no transaction. SQLite rolls back by itself where its disk is full, the ROLLBACK that
 * follows fails, and TypeORM then believes its one runner to be in that transaction for ever: each later one would be
 * a savepoint within it, reported as done and never committed.
 */
async function clear(runner: QueryRunner): Promise<void> {
  if (!runner.isTransactionActive) return;
  await runner.rollbackTransaction().catch(async () => {
    // Given a transaction to end, TypeORM's account becomes true again, however deep it believed to be.
    await runner.startTransaction();
    while (runner.isTransactionActive) await runner.rollbackTransaction();
  });
}

function txOf(runner: QueryRunner, dialect: Dialect): Tx {
  return {
    manager: runner.manager,
    dialect,
    query: async (sql, parameters = []) => {
      const rows: unknown = await runner.query(sql, [...parameters]);
      // The caller names the row's shape beside its SQL: nothing else knows it.
      return rows as never;
    },
    execute: async (sql, parameters = []) => {
      const result = await runner.query(sql, [...parameters], true);
      return result.affected ?? 0;
    },
  };
}

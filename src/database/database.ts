import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, QueryRunner } from 'typeorm';
import { Logger } from '@nestjs/common';
import { pauseAfter } from '../core/backoff.js';
import {
  Availability,
  DatabaseBusy,
  DatabaseUnavailable,
  logUnlessUnavailable,
} from './connection/availability.js';
import { Connections, WorkOverdue } from './connection/connections.js';
import type { Dialect } from './dialects/dialect.js';
import { LoopTurns } from './connection/loop-turns.js';
import { sqlOf } from './connection/runner-sql.js';
import { Turns, type Turn } from './connection/turns.js';
import { Wait, type DatabaseLoad, type DatabaseWatcher, type RepeatReason } from './database-watcher.js';
import type { Sql } from './sql.js';
import type { AfterCommit, Lane, Tx } from './tx.js';

/** For how long a piece of work may wait and run, its repetitions included: a stalled statement must not hold a caller for ever. */
const MOST_WORK_MS = 30_000;
const LEAST_WORK_MS = 1_000;
const MOST_TRIES = 6;
const CONTENDED = 'Others go on changing the same rows.';
/** For some seconds: another program holds the lock on a file for longer than two transactions deadlock. */
const MOST_TRIES_SERIAL = 24;
const PAUSES = { firstMs: 20, longestMs: 320 };

export interface DatabaseOptions {
  /**
   * Lets work that is opened inside other work throw at once. A serial database always does: such work would wait for
   * itself. Elsewhere it costs a twentieth of the CPU time of dispatch (the runtime then follows every promise), so
   * production does without.
   */
  readonly watchesNesting: boolean;
  /** How long a replica's lease is: upkeep that hangs is given up within a part of it. */
  readonly leaseMs: number;
  /** Gives the database back to other processes once it is closed; undefined where nobody waits for it. */
  readonly release?: () => Promise<void>;
}

/** The connection broke during COMMIT: the work may or may not have happened, so it is not run again here. */
class CommitUnknown extends Error {}

/**
 * The one seam to the database: no Tx, no SQL (architecture.md, "The seams"). A transaction that fails by deadlock or
 * by a lost connection is run again (bounded, jittered), so the work must have no effect but its SQL. The
 * network is never awaited inside.
 */
export class Database {
  private readonly log = new Logger('Database');
  private readonly open = new AsyncLocalStorage<true>();
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly availability = new Availability();
  /** Errors at a COMMIT that say that the transaction was undone. */
  private readonly undone = new WeakSet<object>();
  private watcher: DatabaseWatcher | null = null;
  private isClosed = false;

  private readonly connections: Connections;
  private readonly turns: Turns;

  constructor(
    private readonly source: DataSource,
    readonly dialect: Dialect,
    private readonly options: DatabaseOptions,
  ) {
    this.connections = new Connections(source, dialect);
    this.turns = new Turns(dialect.mostRequests, dialect.isSerial ? new LoopTurns() : null);
  }

  /** What keeps the database from work, as a sentence; null once a transaction was committed again. */
  get trouble(): string | null {
    return this.availability.trouble;
  }

  /** Tells somebody from now on how long work waits and why it is repeated. */
  watch(watcher: DatabaseWatcher): void {
    this.watcher = watcher;
  }

  /** What the connections do now. */
  get load(): DatabaseLoad {
    const { inside, crowded } = this.turns;
    if (this.dialect.isSerial) return { used: inside, idle: 1 - inside, waiting: crowded };
    const { used, idle, waiting } = this.connections.pool;
    return { used, idle, waiting: waiting + crowded };
  }

  /**
   * Runs the work in one transaction, then what it asked for after the commit, and returns what the work returned; any
   * error of the work rolls everything back.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>, lane: Lane = 'requests'): Promise<T> {
    const followUps = new Set<AfterCommit>();
    const result = await this.enter(lane, (runner) => {
      followUps.clear(); // of an attempt that was rolled back
      return this.transact(runner, (sql) =>
        work(this.txOf(runner, sql, (followUp) => followUps.add(followUp))),
      );
    });
    for (const followUp of followUps) await this.follow(followUp);
    return result;
  }

  /** Runs work that only reads, on one connection, without a transaction. */
  read<T>(work: (tx: Tx) => Promise<T>, lane: Lane = 'requests'): Promise<T> {
    return this.enter(lane, (runner) => work(this.txOf(runner, sqlOf(runner), refuseFollowUp)));
  }

  /**
   * Runs work of one statement, which commits by itself: two round trips less than a transaction. Where its connection
   * is lost it is run again, so it must do no harm twice.
   */
  single<T>(work: (tx: Tx) => Promise<T>, lane: Lane = 'requests'): Promise<T> {
    return this.read(work, lane);
  }

  /** Asks the database whether it answers, beside the requests that wait for it. Throws where it does not. */
  async ping(): Promise<void> {
    await this.read((tx) => tx.query('SELECT 1'), 'upkeep');
  }

  /** Closes every connection once the work under way is done; work that comes later is refused. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled(this.underWay);
    // A storage that was used costs every promise of the process something, for as long as the process lives.
    this.open.disable();
    if (this.source.isInitialized) await this.source.destroy();
    await this.options.release?.();
  }

  /** A lease outlives several beats that hang; and work that is given up too early would only be begun again. */
  private get upkeepLimitMs(): number {
    return Math.min(MOST_WORK_MS, Math.max(LEAST_WORK_MS, this.options.leaseMs / 4));
  }

  private async enter<T>(lane: Lane, attempt: (runner: QueryRunner) => Promise<T>): Promise<T> {
    if (this.open.getStore()) {
      throw new Error('Database work was opened inside database work: pass the Tx on instead.');
    }
    if (this.isClosed) throw new Error('The database is closed: the process is stopping.');
    const run = () => this.within(lane, attempt);
    const entered =
      this.options.watchesNesting || this.dialect.isSerial ? () => this.open.run(true, run) : run;
    const result = entered();
    this.underWay.add(result);
    try {
      return await result;
    } finally {
      this.underWay.delete(result);
    }
  }

  /** Runs an attempt, and more of them where that may help, within the time of its lane. */
  private async within<T>(lane: Lane, attempt: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const limitMs = lane === 'upkeep' ? this.upkeepLimitMs : MOST_WORK_MS;
    const wait = new Wait(this.watcher);
    const untilMs = wait.beganMs + limitMs;
    // An error is made only where it is needed: its stack would be felt in every piece of work.
    const overdue = () => new WorkOverdue(limitMs);
    const begin = (runner: QueryRunner) => {
      wait.end();
      return attempt(runner);
    };
    const use = (tries: number) => {
      if (tries > 1) wait.begin();
      return this.connections.use(untilMs, overdue, begin);
    };
    try {
      if (lane === 'upkeep' && !this.dialect.isSerial) return await this.retrying(untilMs, use);
      return await this.turns.pass(turnOf(lane), untilMs, crowdedOut, () => this.retrying(untilMs, use));
    } catch (error) {
      wait.end();
      throw this.toTell(error instanceof CommitUnknown ? error.cause : error);
    }
  }

  private async retrying<T>(untilMs: number, run: (tries: number) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await run(tries);
      } catch (error) {
        const pauseMs = Math.random() * pauseAfter(tries, PAUSES);
        if (error instanceof CommitUnknown || !this.dialect.isTransient(error) || this.isClosed) throw error;
        // Who waits for the changes of others goes on as long as there is time; without the database that is in vain. What
        // an embedded database is known to suffer from is not tried again by each piece of work in the queue behind it.
        const isOut = this.dialect.outageOf(error) !== null;
        const isKnown = this.dialect.isSerial && this.availability.trouble !== null;
        const isInVain = isOut && (isKnown || tries >= this.mostTries);
        if (isInVain || performance.now() + pauseMs >= untilMs) throw error;
        this.watcher?.onRepeated(this.reasonOf(error, isOut));
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  /** Another program that holds the file of an embedded database is one who is waited for, not a database that is lost. */
  private reasonOf(error: unknown, isOut: boolean): RepeatReason {
    if (this.undone.has(error as Error)) return 'commit';
    return isOut && !this.dialect.isSerial ? 'lost' : 'deadlock';
  }

  /** What keeps the database from any work is told as that, to callers and once in the log; other errors are the work's own. */
  private toTell(error: unknown): unknown {
    const reason = error instanceof WorkOverdue ? error.message : this.dialect.outageOf(error);
    if (this.isClosed) return error;
    if (reason === null) return this.dialect.isTransient(error) ? new DatabaseBusy(CONTENDED, error) : error;
    this.availability.failed(reason);
    return new DatabaseUnavailable(reason, error);
  }

  private get mostTries(): number {
    return this.dialect.isSerial ? MOST_TRIES_SERIAL : MOST_TRIES;
  }

  private txOf(runner: QueryRunner, sql: Sql, afterCommit: (work: AfterCommit) => void): Tx {
    return { manager: runner.manager, dialect: this.dialect, ...sql, afterCommit };
  }

  /** Nobody who asked for the transaction is told that a hint failed: what was asked for is done. */
  private async follow(followUp: AfterCommit): Promise<void> {
    try {
      await followUp();
    } catch (error) {
      logUnlessUnavailable(error, (reason) => this.log.warn(`What follows a commit failed: ${reason}`));
    }
  }

  private async transact<T>(runner: QueryRunner, work: (sql: Sql) => Promise<T>): Promise<T> {
    await clear(runner);
    await runner.startTransaction();
    try {
      const result = await work(sqlOf(runner));
      await this.commit(runner);
      this.availability.succeeded();
      return result;
    } catch (error) {
      // The first error is the one to tell. A rollback fails where the database has rolled back by itself, and where it
      // takes no statements at all: there the transaction is still open.
      if (runner.isTransactionActive) {
        await runner
          .rollbackTransaction()
          .catch(() => this.connections.abandon(runner).catch(() => undefined));
      }
      throw error;
    }
  }

  private async commit(runner: QueryRunner): Promise<void> {
    try {
      await runner.commitTransaction();
    } catch (error) {
      if (this.dialect.isRolledBack(error)) {
        this.undone.add(error as Error); // a driver throws nothing else
        throw error;
      }
      throw new CommitUnknown('The commit was not confirmed.', { cause: error });
    }
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

function turnOf(lane: Lane): Turn {
  if (lane === 'requests') return { holder: 'service' };
  if (lane === 'upkeep') return { holder: lane };
  const { tenancyId, alone } = lane;
  return { holder: tenancyId, ...(alone !== undefined && { alone: `${tenancyId} ${alone}` }) };
}

function crowdedOut(): DatabaseBusy {
  return new DatabaseBusy('The request waited for others of the same tenant until its time was over.');
}

function refuseFollowUp(): never {
  throw new Error('A read commits nothing: ask for what follows a commit in a transaction.');
}

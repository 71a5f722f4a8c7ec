import type { DataSource, QueryRunner } from 'typeorm';
import type { DatabaseLoad } from '../database-watcher.js';
import type { Dialect } from '../dialects/dialect.js';

/** Work took longer than it may. It is not run again: its caller has waited long enough. */
export class WorkOverdue extends Error {
  constructor(limitMs: number) {
    super(`The database work was given up after ${Math.round(limitMs / 1000)} s without an end.`);
  }
}

/** What is used of the driver's connection: its identity, and where it has one, its socket. */
interface DriverConnection {
  readonly stream?: { destroy(error?: Error): void };
  destroy?(): void;
}

/** What the driver's pool keeps and does not declare. */
interface DriverPool {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number };
  readonly _connectionQueue: { readonly length: number };
}

/**
 * The pool's connections, each made ready for its first use and lent for a limited time. A network may lose a
 * connection without a word (a host that is gone, a firewall that forgot): nothing that is sent on it ever comes
 * back, and so it is with most of the others of that moment. Where one brought no answer in time, those that rest
 * are not tried one after the other, each for as long: new ones take their place.
 */
export class Connections {
  /** Which epoch a connection was made in. An epoch ends when a connection brought no answer. */
  private readonly madeIn = new WeakMap<object, number>();
  private epoch = 0;

  constructor(
    private readonly source: DataSource,
    private readonly dialect: Dialect,
  ) {}

  /** The pool as it is now; an embedded database has none. */
  get pool(): DatabaseLoad {
    const { pool } = this.source.driver as { readonly pool?: DriverPool }; // TypeORM declares it as `any`
    if (!pool) return { used: 0, idle: 0, waiting: 0 };
    const idle = pool._freeConnections.length;
    return { used: pool._allConnections.length - idle, idle, waiting: pool._connectionQueue.length };
  }

  /**
   * Runs work on a connection of its own. Throws what `overdue` returns when it has no end by `untilMs` (of `performance`), whether
   * it waits for a connection or for an answer; the connection is cut then.
   */
  async use<T>(
    untilMs: number,
    overdue: () => WorkOverdue,
    work: (runner: QueryRunner) => Promise<T>,
  ): Promise<T> {
    let over: WorkOverdue | null = null;
    let taken: DriverConnection | undefined;
    let giveUp: (error: Error) => void = () => undefined;
    const waited = new Promise<never>((_resolve, reject) => (giveUp = reject));
    const timer = setTimeout(() => {
      over = overdue();
      if (taken) this.epoch++;
      // The socket is cut and not the connection destroyed: the driver then tells the statement that waits.
      taken?.stream?.destroy(over);
      giveUp(over);
    }, untilMs - performance.now());
    const connecting = this.connect((connection) => {
      if (over) throw over;
      taken = connection;
    });
    try {
      const runner = await Promise.race([connecting, waited]);
      return await work(runner).finally(() => runner.release());
    } catch (error) {
      throw over ?? error;
    } finally {
      clearTimeout(timer);
      if (over) connecting.then((runner) => runner.release()).catch(() => undefined);
    }
  }

  /**
   * Cuts the connection of a runner that would not end its transaction, and with it the transaction. Back in the pool it
   * would be committed with the next START TRANSACTION. An embedded database has nothing to cut.
   */
  async abandon(runner: QueryRunner): Promise<void> {
    const connection = (await runner.connect()) as DriverConnection; // the driver's own, `any` to TypeORM
    if (connection.stream !== undefined) cut(connection);
  }

  private async connect(take: (connection: DriverConnection) => void): Promise<QueryRunner> {
    for (;;) {
      const runner = this.source.createQueryRunner();
      try {
        const connection = (await runner.connect()) as DriverConnection; // the driver's own, `any` to TypeORM
        if (!this.isForgotten(connection)) {
          take(connection);
          await this.prepare(connection, runner);
          return runner;
        }
        cut(connection);
      } catch (error) {
        await runner.release();
        throw error;
      }
      await runner.release();
    }
  }

  private isForgotten(connection: DriverConnection): boolean {
    return connection.stream !== undefined && (this.madeIn.get(connection) ?? this.epoch) < this.epoch;
  }

  private async prepare(connection: DriverConnection, runner: QueryRunner): Promise<void> {
    if (this.madeIn.has(connection)) return;
    const { epoch } = this;
    for (const statement of this.dialect.sessionStatements()) await runner.query(statement);
    this.madeIn.set(connection, epoch);
  }
}

function cut(connection: DriverConnection): void {
  connection.destroy?.();
  connection.stream?.destroy();
}

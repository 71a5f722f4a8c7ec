import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { startWatchdog } from '../../support/mariadb/watchdog.js';
import { PrivateMariaDb } from '../../support/mariadb/private-mariadb.js';
import { freePort } from '../../support/free-port.js';
import { cpuSecondsOf, startEcho, startService, type Child } from '../support/processes.js';
import { seed, type Seed } from '../support/seed.js';
import { Trial } from './trial.js';

/** What secrets of the benchmark's databases are sealed with. */
export const BENCH_SECRET = 'only for the benchmark';
const BUFFER_POOL_BYTES = 2 ** 30;
const REDO_LOG_BYTES = 2 ** 30;

/** What the echo server saw since it was last told to forget. */
export interface Seen {
  readonly count: number;
  /** When the first call came, in epoch milliseconds; null before. */
  readonly firstAt: number | null;
  /** When the latest call came, in epoch milliseconds; null before the first. */
  readonly lastAt: number | null;
}

/** What the workloads share: a durable MariaDB of our own, the endpoint that is called, and fresh databases. */
export class Stage {
  private made = 0;
  /** Where the services run and leave the credentials of their first start. */
  readonly folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  private readonly watchdog = startWatchdog(`rm -rf '${this.folder}'`);

  private constructor(
    private readonly server: PrivateMariaDb,
    private readonly admin: Connection,
    private readonly serverPid: number,
    private readonly echo: { child: Child; url: string },
  ) {}

  static async open(): Promise<Stage> {
    const server = await PrivateMariaDb.start({ durable: true });
    const admin = await createConnection(server.url());
    await admin.query(`SET GLOBAL innodb_buffer_pool_size = ${BUFFER_POOL_BYTES}`);
    // Dynamic from MariaDB 10.9; MySQL has another name for it and its default does.
    await admin.query(`SET GLOBAL innodb_log_file_size = ${REDO_LOG_BYTES}`).catch(() => undefined);
    return new Stage(server, admin, await pidOf(admin), await startEcho());
  }

  /** The address to call; `path` may ask the endpoint to wait. */
  target(path = '/call'): string {
    return `${this.echo.url}${path}`;
  }

  async seen(): Promise<Seen> {
    return (await (await fetch(`${this.echo.url}/seen`)).json()) as Seen;
  }

  async forget(): Promise<void> {
    await fetch(`${this.echo.url}/forget`).then((answer) => answer.arrayBuffer());
  }

  /** Resolves when the endpoint has had so many calls, or none for `patienceMs`; returns what it saw. */
  async calls(count: number, patienceMs = 60_000): Promise<Seen> {
    let seen = await this.seen();
    let changedAt = performance.now();
    while (seen.count < count && performance.now() - changedAt < patienceMs) {
      await pause(50);
      const now = await this.seen();
      if (now.count !== seen.count) changedAt = performance.now();
      seen = now;
    }
    return seen;
  }

  /** CPU seconds that the database server has used. */
  get databaseCpuSeconds(): number {
    return this.serverPid === 0 ? Number.NaN : cpuSecondsOf(this.serverPid);
  }

  /** How many statements the database server has been sent. */
  async statements(): Promise<number> {
    const [rows] = await this.admin.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'Questions'");
    return Number(rows[0]?.['Value']);
  }

  /** Makes a fresh, migrated database, seeds it, and hands it to the work; afterwards it is dropped. */
  async trial<T>(seeds: readonly Seed[], work: (trial: Trial) => Promise<T>): Promise<T> {
    const name = `bench_${++this.made}`;
    await this.admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    const url = this.server.url(name);
    const env = {
      DATABASE_URL: url,
      BENCH_CWD: this.folder,
      NODE_ENV: 'production',
      KEY_ENCRYPTION_SECRET: BENCH_SECRET,
      // All tenants of a load call one host, as fast as they can.
      MAX_CALLS_PER_HOST_PER_SECOND: '1000000',
      OUTBOUND_ALLOW: 'http://127.0.0.1,127.0.0.0/8',
    };
    const start = async (more: Record<string, string> = {}) =>
      startService({ ...env, PORT: String(await freePort()), ...more });
    await (await start({ DISPATCH: 'off' })).stop();
    const db = await createConnection(url);
    const trial = new Trial(this, db, url, start);
    try {
      trial.tenancies = await this.seedAll(db, seeds);
      await this.forget();
      return await work(trial);
    } finally {
      await trial.end();
      await db.end();
      await this.admin.query(`DROP DATABASE ${name}`);
    }
  }

  async close(): Promise<void> {
    await this.echo.child.stop();
    await this.admin.end();
    await this.server.stop();
    await this.watchdog.dismiss();
  }

  /** Seeding need not survive a crash; what is measured must. */
  private async seedAll(db: Connection, seeds: readonly Seed[]): Promise<number[][]> {
    await this.admin.query('SET GLOBAL innodb_flush_log_at_trx_commit = 0');
    const tenancies: number[][] = [];
    for (const each of seeds) tenancies.push(await seed(db, each));
    await db.query('ANALYZE TABLE tenancy, job, schedule, run');
    await this.admin.query('SET GLOBAL innodb_flush_log_at_trx_commit = 1');
    return tenancies;
  }
}

/** The process of the server; 0 where it runs elsewhere (in a container). */
async function pidOf(admin: Connection): Promise<number> {
  const [rows] = await admin.query<RowDataPacket[]>('SELECT @@pid_file AS file');
  try {
    return Number(readFileSync(String(rows[0]?.['file']), 'utf8'));
  } catch {
    return 0;
  }
}

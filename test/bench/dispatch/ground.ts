import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { startService, type Child } from '../support/processes.js';
import type { Cost } from './trial.js';

/** What a workload stands on that runs on either database. */
export interface Ground {
  readonly database: 'MariaDB' | 'SQLite';
  /** Where the first start leaves its credentials. */
  readonly folder: string;
  startService(env: Record<string, string>): Promise<Child>;
  /** Begins to count what the work costs; the function that is answered ends it. */
  meter(): Promise<() => Promise<Cost>>;
  /** Returns the first column of what a query finds. */
  numbers(sql: string, parameters?: readonly unknown[]): Promise<number[]>;
}

/** Runs the work on an SQLite file of its own; what the database costs is part of the service there. */
export async function onSqlite<T>(work: (ground: Ground) => Promise<T>): Promise<T> {
  const ground = new SqliteGround();
  try {
    return await work(ground);
  } finally {
    await ground.end();
  }
}

class SqliteGround implements Ground {
  readonly database = 'SQLite';
  readonly folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  private readonly file = join(this.folder, 'bench.sqlite');
  private readonly running: Child[] = [];
  private spectator: DataSource | null = null;

  async startService(env: Record<string, string>): Promise<Child> {
    const own = { DATABASE_URL: `sqlite:${this.file}`, BENCH_CWD: this.folder };
    const child = await startService({ ...own, ...env });
    this.running.push(child);
    this.spectator ??= await new DataSource({ type: 'better-sqlite3', database: this.file }).initialize();
    return child;
  }

  meter(): Promise<() => Promise<Cost>> {
    const at = performance.now();
    const cpu = this.cpuSeconds;
    return Promise.resolve(() =>
      Promise.resolve({
        seconds: (performance.now() - at) / 1000,
        serviceCpu: this.cpuSeconds - cpu,
        databaseCpu: Number.NaN,
        statements: Number.NaN,
      }),
    );
  }

  async numbers(sql: string, parameters: readonly unknown[] = []): Promise<number[]> {
    const rows = await this.spectator?.query<object[]>(sql, [...parameters]);
    return (rows ?? []).map((row) => Number(Object.values(row)[0]));
  }

  async end(): Promise<void> {
    await this.spectator?.destroy();
    await Promise.all(this.running.map((child) => child.stop()));
    rmSync(this.folder, { recursive: true });
  }

  private get cpuSeconds(): number {
    return this.running.reduce((sum, child) => sum + child.cpuSeconds, 0);
  }
}

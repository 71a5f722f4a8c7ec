import { setTimeout as pause } from 'node:timers/promises';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Child } from '../support/processes.js';
import type { Figure } from './figures.js';
import type { Ground } from './ground.js';
import type { Stage } from './stage.js';

const SETTLE_WITHIN_MS = 60_000;
const FINAL = 'state >= 4';

/** What a stretch of work cost. */
export interface Cost {
  readonly seconds: number;
  readonly serviceCpu: number;
  readonly databaseCpu: number;
  readonly statements: number;
}

/** How a load that fell due at one instant was worked off. */
export interface Burst {
  /** From the instant that it was due. */
  readonly seconds: number;
  readonly ended: number;
  readonly lost: number;
  readonly doubled: number;
  readonly cost: Cost;
}

/** One database of its own and, once started, the replicas of the service on it. */
export class Trial implements Ground {
  readonly database = 'MariaDB';
  private readonly running: Child[] = [];
  /** The tenancies that each seed made. */
  tenancies: readonly (readonly number[])[] = [];

  constructor(
    readonly stage: Stage,
    readonly db: Connection,
    readonly url: string,
    private readonly start: (env?: Record<string, string>) => Promise<Child>,
  ) {}

  /** Starts a replica of the service, with more settings where they are given. */
  async startService(env: Record<string, string> = {}): Promise<Child> {
    const replica = await this.start(env);
    this.running.push(replica);
    return replica;
  }

  /** Begins to count what the work costs; the function that is answered ends it. */
  async meter(): Promise<() => Promise<Cost>> {
    const before = await this.reading();
    return async () => {
      const after = await this.reading();
      return {
        seconds: (after.at - before.at) / 1000,
        serviceCpu: after.serviceCpu - before.serviceCpu,
        databaseCpu: after.databaseCpu - before.databaseCpu,
        statements: after.statements - before.statements,
      };
    };
  }

  get folder(): string {
    return this.stage.folder;
  }

  async number(sql: string, parameters: readonly unknown[] = []): Promise<number> {
    return (await this.numbers(sql, parameters))[0] ?? Number.NaN;
  }

  async numbers(sql: string, parameters: readonly unknown[] = []): Promise<number[]> {
    const [rows] = await this.db.query<RowDataPacket[]>(sql, [...parameters]);
    return rows.map((row) => Number(Object.values(row)[0]));
  }

  /** Moves the runs planned before `limit` by so many milliseconds: seeding takes as long as it takes. */
  async shift(limit: number, byMs: number): Promise<void> {
    await this.db.query(
      'UPDATE run SET planned_at = planned_at + ?, due_at = due_at + ? WHERE planned_at < ?',
      [byMs, byMs, limit],
    );
  }

  /** Resolves when so many runs have ended and are recorded, or no more of them do; returns how many have. */
  async recorded(count: number): Promise<number> {
    const within = AbortSignal.timeout(SETTLE_WITHIN_MS);
    for (;;) {
      const ended = await this.number(`SELECT COUNT(*) FROM run WHERE ${FINAL}`);
      if (ended >= count || within.aborted) return ended;
      await pause(10);
    }
  }

  /** Sees so many runs that fall due at one instant through to the last record. */
  async burst(runs: number, dueAtMs: number): Promise<Burst> {
    const measured = await this.meter();
    await this.stage.calls(runs);
    const ended = await this.recorded(runs);
    const seconds = (Date.now() - dueAtMs) / 1000;
    const cost = await measured();
    const { count } = await this.stage.seen();
    return { seconds, ended, lost: runs - ended, doubled: count - runs, cost };
  }

  async end(): Promise<void> {
    await Promise.all(this.running.splice(0).map((replica) => replica.stop()));
  }

  private async reading() {
    return {
      at: performance.now(),
      serviceCpu: this.running.reduce((sum, replica) => sum + replica.cpuSeconds, 0),
      databaseCpu: this.stage.databaseCpuSeconds,
      statements: await this.stage.statements(),
    };
  }
}

/** The figures of what so many runs cost, per 1,000 of them. */
export function costFigures(workload: string, cost: Cost, runs: number): Figure[] {
  const per = (value: number) => (value / runs) * 1000;
  return [
    { workload, figure: 'service CPU per 1,000 runs', value: per(cost.serviceCpu), unit: 's' },
    { workload, figure: 'database CPU per 1,000 runs', value: per(cost.databaseCpu), unit: 's' },
    { workload, figure: 'SQL statements per 1,000 runs', value: per(cost.statements), unit: '' },
  ];
}

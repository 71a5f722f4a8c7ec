import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { RUN_STATES } from '../core/run-state.js';
import { Database, type Tx } from '../database/database.js';

/** Rows that one transaction deletes: small enough that others hardly wait for it. */
const BATCH = 500;
const JOB_BATCH = 100;
const PLANNED = RUN_STATES.indexOf('SCHEDULED');

/**
 * Deletes what a tenant leaves behind: planned runs first, then jobs with their schedules and action logs, then
 * the runs that were. Each batch is a transaction of its own, and a process that dies goes on at its next start.
 */
@Injectable()
export class Offboarding implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Offboarding');
  private isStopping = false;
  private resumed: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Goes on with what an earlier process left unfinished, in the background. */
  onApplicationBootstrap(): void {
    this.resumed = this.resume().catch((error: unknown) => this.log.error(`Cannot go on: ${String(error)}`));
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    await this.resumed;
  }

  /** Notes within the transaction that ends a tenancy that its rows are to be deleted. */
  async begin(tx: Tx, tenancyId: number): Promise<void> {
    const row = [tenancyId, this.clock.now()];
    await tx.dialect.insertIgnore(tx, 'offboarding', ['tenancy_id', 'started_at'], [row]);
  }

  /** Deletes everything of a tenancy that is gone, in bounded batches; it may be run again at any time. */
  async finish(tenancyId: number): Promise<void> {
    await this.untilNone((tx) => deleteRuns(tx, tenancyId, PLANNED));
    await this.untilNone((tx) => deleteJobs(tx, tenancyId));
    for (const [state] of RUN_STATES.entries())
      await this.untilNone((tx) => deleteRuns(tx, tenancyId, state));
    if (this.isStopping) return;
    await this.database.transaction((tx) =>
      tx.execute('DELETE FROM offboarding WHERE tenancy_id = ?', [tenancyId]),
    );
  }

  private async resume(): Promise<void> {
    const rows = await this.database.read((tx) =>
      tx.query<{ tenancy_id: number }>('SELECT tenancy_id FROM offboarding ORDER BY started_at'),
    );
    for (const row of rows) await this.finish(row.tenancy_id);
  }

  private async untilNone(deleteSome: (tx: Tx) => Promise<number>): Promise<void> {
    let deleted = 1;
    while (deleted > 0 && !this.isStopping) deleted = await this.database.transaction(deleteSome);
  }
}

const marks = (values: readonly unknown[]) => values.map(() => '?').join(',');

async function deleteRuns(tx: Tx, tenancyId: number, state: number): Promise<number> {
  const rows = await tx.query<{ id: Buffer }>(
    'SELECT id FROM run WHERE state = ? AND tenancy_id = ? LIMIT ?',
    [state, tenancyId, BATCH],
  );
  const ids = rows.map((row) => row.id);
  if (ids.length > 0) await tx.execute(`DELETE FROM run WHERE id IN (${marks(ids)})`, ids);
  return ids.length;
}

async function deleteJobs(tx: Tx, tenancyId: number): Promise<number> {
  const rows = await tx.query<{ id: number }>('SELECT id FROM job WHERE tenancy_id = ? LIMIT ?', [
    tenancyId,
    JOB_BATCH,
  ]);
  const ids = rows.map((row) => Number(row.id));
  if (ids.length === 0) return 0;
  for (const [table, column] of [
    ['schedule', 'job_id'],
    ['action_log', 'job_id'],
    ['job', 'id'],
  ] as const) {
    await tx.execute(`DELETE FROM ${table} WHERE ${column} IN (${marks(ids)})`, ids);
  }
  return ids.length;
}

import { setTimeout as rest } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { MINUTE_MS } from '../core/instant.js';
import { RUN_STATES } from '../core/run-state.js';
import { ChoreLease } from '../replica/chore-lease.js';
import { Chores } from '../replica/chores.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';

const NAME = 'offboarding';
/** Rows that one transaction deletes: small enough that others hardly wait for it. */
const BATCH = 500;
const JOB_BATCH = 100;
/** How often a replica looks for work that another left. */
const LOOK_MS = 20_000;
/** How long a replica that died keeps others from going on. */
const LEASE_MS = 6_000;
/** Longer than any request takes. */
const LAST_LOOK_MS = 2 * MINUTE_MS;
const PLANNED = RUN_STATES.indexOf('SCHEDULED');

/**
 * Deletes what a tenant leaves behind: planned runs first, then jobs with their schedules and action logs, then
 * the runs that were. The order to do so is a row, written with the end of the tenancy; each batch is a
 * transaction of its own, so that a process that dies is followed by another, which goes on.
 */
@Injectable()
export class Offboarding implements OnApplicationBootstrap, OnModuleDestroy {
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly lease: ChoreLease,
    private readonly chores: Chores,
  ) {
    chores.register({ name: NAME, everyMs: LOOK_MS, run: () => this.resume() });
  }

  onApplicationBootstrap(): void {
    void this.goOn();
  }

  /** What is under way ends with its batch: the order stays, and another replica goes on. */
  onModuleDestroy(): void {
    this.isStopping = true;
  }

  /** Goes on with what is left unfinished, unless another replica does; resolves when nothing is left. */
  goOn(): Promise<void> {
    return this.chores.start(NAME);
  }

  /** Deletes everything of a tenancy that is gone, in bounded batches; it may be run again at any time. */
  finish(tenancyId: number): Promise<void> {
    return this.empty(tenancyId, () => Promise.resolve(true));
  }

  private async empty(tenancyId: number, mayGoOn: GoOn): Promise<void> {
    await this.untilNone((tx) => deleteRuns(tx, tenancyId, PLANNED), mayGoOn);
    await this.untilNone((tx) => deleteJobs(tx, tenancyId), mayGoOn);
    for (const [state] of RUN_STATES.entries()) {
      await this.untilNone((tx) => deleteRuns(tx, tenancyId, state), mayGoOn);
    }
    if (this.isStopping || !(await mayGoOn())) return;
    await this.database.transaction((tx) => this.strikeOff(tx, tenancyId));
  }

  /** A request that was let in before the end may still add a job after its sweep: the order stays for another look. */
  private async strikeOff(tx: Tx, tenancyId: number): Promise<void> {
    const now = this.clock.now();
    await tx.execute('UPDATE offboarding SET emptied_at = ? WHERE tenancy_id = ? AND emptied_at IS NULL', [
      now,
      tenancyId,
    ]);
    await tx.execute('DELETE FROM offboarding WHERE tenancy_id = ? AND started_at < ?', [
      tenancyId,
      now - LAST_LOOK_MS,
    ]);
  }

  private async resume(): Promise<void> {
    const mayGoOn = () => this.lease.mayDo(NAME, LEASE_MS);
    const rows = await this.database.read((tx) =>
      tx.query<{ tenancy_id: number }>(
        'SELECT tenancy_id FROM offboarding WHERE emptied_at IS NULL OR started_at < ? ORDER BY started_at',
        [this.clock.now() - LAST_LOOK_MS],
      ),
    );
    for (const row of rows) if (await mayGoOn()) await this.empty(row.tenancy_id, mayGoOn);
  }

  private async untilNone(deleteSome: (tx: Tx) => Promise<number>, mayGoOn: GoOn): Promise<void> {
    for (let deleted = 1; deleted > 0 && !this.isStopping && (await mayGoOn());) {
      const startedAt = performance.now();
      deleted = await this.database.transaction(deleteSome);
      // As long a rest as the work took: the tenants that stay have at least half of the database.
      if (deleted > 0) await rest(performance.now() - startedAt);
    }
  }
}

/** Asked between two batches: whether this replica still is the one that deletes. */
type GoOn = () => Promise<boolean>;

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
  const rows = await tx.query<{ id: number; instance_id: number }>(
    'SELECT id, instance_id FROM job WHERE tenancy_id = ? LIMIT ?',
    [tenancyId, JOB_BATCH],
  );
  const ids = rows.map((row) => Number(row.id));
  if (ids.length === 0) return 0;
  await tx.execute(
    `DELETE FROM search_text WHERE kind IN (0, 1) AND instance_id = ? AND tenancy_id = ? AND job_id IN (${marks(ids)})`,
    [rows[0]?.instance_id, tenancyId, ...ids],
  );
  await tx.execute('DELETE FROM job_count WHERE instance_id = ? AND tenancy_id = ?', [
    rows[0]?.instance_id,
    tenancyId,
  ]);
  for (const [table, column] of [
    ['schedule', 'job_id'],
    ['action_log', 'job_id'],
    ['job', 'id'],
  ] as const) {
    await tx.execute(`DELETE FROM ${table} WHERE ${column} IN (${marks(ids)})`, ids);
  }
  return ids.length;
}

import { Injectable } from '@nestjs/common';
import { uuidToBytes } from '../../database/columns.js';
import { chunks, marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';

/** How many schedules there are, and how often those that are active, of active jobs, fire an hour together. */
export interface PlanCount {
  readonly schedules: number;
  readonly firingsPerHour: number;
}

/** A change of what a tenancy has: positive where something comes, negative where something goes. */
export interface PlanCountChange extends PlanCount {
  readonly tenancyId: number;
}

interface SumRow {
  id: number;
  schedules: number | string;
  firings: number | string | null;
}

/** Rows that one tenancy's count is spread over: changes that come at once seldom wait for each other's commit. */
const SHARDS = 32;
const FIRING = 'CASE WHEN s.active = 1 THEN s.firings_per_hour ELSE 0 END';

/**
 * Keeps how many schedules each tenancy has and how often they fire, so that neither limits nor usage count anything.
 * Add to it as the last step of a transaction: the row that it touches is locked until commit.
 */
@Injectable()
export class PlanCountStore {
  /** Adds up changes and notes them, one statement for each tenancy that something changes for, in the order of their ids. */
  async add(tx: Tx, changes: readonly PlanCountChange[]): Promise<void> {
    for (const change of summed(changes)) await this.addOne(tx, change);
  }

  /** Returns what these tenancies have; one that has nothing is left out. */
  async ofTenancies(tx: Tx, tenancyIds: readonly number[]): Promise<Map<number, PlanCount>> {
    const counts = new Map<number, PlanCount>();
    for (const part of chunks(tenancyIds)) {
      const rows = await tx.query<SumRow>(
        `SELECT tenancy_id AS id, SUM(schedules) AS schedules, SUM(firings_per_hour) AS firings
         FROM plan_count WHERE tenancy_id IN (${marks(part)}) GROUP BY tenancy_id`,
        part,
      );
      for (const row of rows) counts.set(row.id, countOf(row));
    }
    return counts;
  }

  /** Returns what one job has; its firings are those of its active schedules, whether or not the job is active. */
  async ofJob(tx: Tx, jobId: number): Promise<PlanCount> {
    const [row] = await tx.query<SumRow>(
      `SELECT 0 AS id, COUNT(*) AS schedules, SUM(${FIRING}) AS firings FROM schedule s WHERE s.job_id = ?`,
      [jobId],
    );
    return row ? countOf(row) : { schedules: 0, firingsPerHour: 0 };
  }

  /** Returns how often the schedules of a job that are off would fire an hour together. */
  async idleOfJob(tx: Tx, jobId: number): Promise<number> {
    const [row] = await tx.query<{ firings: number | string | null }>(
      'SELECT SUM(firings_per_hour) AS firings FROM schedule WHERE job_id = ? AND active = 0',
      [jobId],
    );
    return Number(row?.firings ?? 0);
  }

  /** Notes that these schedules stop firing: call it before they are switched off. Statements: one, and one for each tenancy for which something changes. */
  async takeOff(tx: Tx, scheduleIds: readonly string[]): Promise<void> {
    const changes: PlanCountChange[] = [];
    for (const part of chunks(scheduleIds)) {
      const rows = await tx.query<SumRow>(
        `SELECT s.tenancy_id AS id, 0 AS schedules, SUM(s.firings_per_hour) AS firings
         FROM schedule s JOIN job j ON j.id = s.job_id
         WHERE s.id IN (${marks(part)}) AND s.active = 1 AND j.active = 1 GROUP BY s.tenancy_id`,
        part.map(uuidToBytes),
      );
      for (const row of rows) {
        changes.push({ tenancyId: row.id, schedules: 0, firingsPerHour: -countOf(row).firingsPerHour });
      }
    }
    await this.add(tx, changes);
  }

  /** Forgets what a tenancy had. Returns how many rows there were. */
  deleteOfTenancy(tx: Tx, tenancyId: number): Promise<number> {
    return tx.execute('DELETE FROM plan_count WHERE tenancy_id = ?', [tenancyId]);
  }

  private async addOne(tx: Tx, change: PlanCountChange): Promise<void> {
    const { tenancyId, schedules, firingsPerHour } = change;
    const shard = tx.dialect.isSerial ? 0 : Math.floor(Math.random() * SHARDS);
    const matched = await tx.execute(
      `UPDATE plan_count SET schedules = schedules + ?, firings_per_hour = firings_per_hour + ?
       WHERE tenancy_id = ? AND shard = ?`,
      [schedules, firingsPerHour, tenancyId, shard],
    );
    if (matched > 0) return;
    const columns = ['tenancy_id', 'shard', 'schedules', 'firings_per_hour'];
    const cells = [tenancyId, shard, schedules, firingsPerHour];
    // Another transaction may have made the row meanwhile: it is there now.
    if ((await tx.dialect.insertIgnore(tx, 'plan_count', columns, [cells])) === 0)
      await this.addOne(tx, change);
  }
}

function countOf({ schedules, firings }: SumRow): PlanCount {
  return { schedules: Number(schedules), firingsPerHour: Number(firings ?? 0) };
}

/** Returns one change for each tenancy, in the order of their ids, so that no two transactions wait for each other. */
export function summed(changes: readonly PlanCountChange[]): PlanCountChange[] {
  const sums = new Map<number, PlanCountChange>();
  for (const { tenancyId, schedules, firingsPerHour } of changes) {
    const sum = sums.get(tenancyId) ?? { tenancyId, schedules: 0, firingsPerHour: 0 };
    sums.set(tenancyId, {
      tenancyId,
      schedules: sum.schedules + schedules,
      firingsPerHour: sum.firingsPerHour + firingsPerHour,
    });
  }
  return [...sums.values()]
    .filter((sum) => sum.schedules !== 0 || sum.firingsPerHour !== 0)
    .sort((a, b) => a.tenancyId - b.tenancyId);
}

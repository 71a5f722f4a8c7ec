import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { DAY_MS, type Instant } from '../core/instant.js';
import { uuidFromBytes } from '../database/columns.js';
import { marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import { ScheduleRow } from '../database/entities/schedule.row.js';
import { ONCE, UNENDED_STATES } from '../database/entities/stored-values.js';
import { ActionLogStore, SYSTEM_ACTOR } from '../run-log/action-log/action-log.store.js';
import { RunStore } from '../run-log/queue/run.store.js';
import { PlanCountStore } from './plan/plan-count.store.js';
import { SearchTextStore } from './search-text.store.js';

/** After how long without a run a one-time schedule is deleted. */
const UNUSED_LIMIT_MS = 30 * DAY_MS;

/** Neither changed nor run since an instant, which is given twice. A run log may be gone by then: it is kept for 15 days. */
const UNUSED = 'modified_at < ? AND (last_run_at IS NULL OR last_run_at < ?)';

interface UnusedRecord {
  id: Buffer;
  job_id: number;
  instance_id: number;
  tenancy_id: number;
}

/** Deletes one-time schedules that have had no run for 30 days, none planned, and no change (runs-and-behaviour.md, "Clean-up"). */
@Injectable()
export class UnusedOneTime {
  constructor(
    private readonly runs: RunStore,
    private readonly actionLog: ActionLogStore,
    private readonly searchTexts: SearchTextStore,
    private readonly counts: PlanCountStore,
  ) {}

  /** Deletes at most `limit` of them and returns how many. What deleted jobs left is not its business. */
  async deleteSome(tx: Tx, now: Instant, limit: number): Promise<number> {
    const rows = await this.lockSome(tx, now - UNUSED_LIMIT_MS, limit);
    if (rows.length === 0) return 0;
    const ids = rows.map((row) => uuidFromBytes(row.id));
    await tx.manager.delete(ScheduleRow, { id: In(ids) });
    const places = rows.map((row) => ({
      id: uuidFromBytes(row.id),
      ...{ jobId: row.job_id, instanceId: row.instance_id, tenancyId: row.tenancy_id },
    }));
    await this.searchTexts.removeSchedules(tx, places);
    await this.runs.purge(tx, ids);
    await this.counts.add(
      tx,
      places.map(({ tenancyId }) => ({ tenancyId, schedules: -1, firingsPerHour: 0 })),
    );
    await this.actionLog.append(
      tx,
      rows.map((row) => ({
        jobId: Number(row.job_id),
        scheduleId: uuidFromBytes(row.id),
        action: 'DELETION_UNUSED_ONE_TIME',
        actor: SYSTEM_ACTOR,
        at: now,
        details: 'The one-time schedule had no run for 30 days.',
      })),
    );
    return rows.length;
  }

  /** Found without locks first, because the look into the runs would lock those too; then locked, and looked at again. */
  private async lockSome(tx: Tx, before: Instant, limit: number): Promise<UnusedRecord[]> {
    const found = await tx.query<{ id: Buffer }>(
      `SELECT s.id FROM schedule s WHERE s.kind = ${ONCE} AND ${UNUSED}
       AND EXISTS (SELECT 1 FROM job j WHERE j.id = s.job_id)
       AND NOT EXISTS (SELECT 1 FROM run r WHERE r.schedule_id = s.id
         AND (r.state IN (${UNENDED_STATES}) OR r.completed_at >= ?))
       LIMIT ?`,
      [before, before, before, limit],
    );
    if (found.length === 0) return [];
    return tx.query<UnusedRecord>(
      `SELECT id, job_id, instance_id, tenancy_id FROM schedule
       WHERE id IN (${marks(found)}) AND ${UNUSED} ${tx.dialect.forUpdate}`,
      [...found.map((row) => row.id), before, before],
    );
  }
}

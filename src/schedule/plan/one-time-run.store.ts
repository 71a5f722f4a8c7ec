import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import type { OneTimeRun } from '../../core/plan/one-time.js';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import { OF_PLAN, ONCE, SCHEDULED, UNENDED_STATES } from '../../database/entities/stored-values.js';
import { chunks, marks } from '../../database/lists.js';
import { holdSchedules } from '../../database/row-lock.js';
import type { Tx } from '../../database/tx.js';
import type { EndedRun } from '../../run-log/run-endings.js';

/** A one-time schedule whose run has ended. */
export interface Completed {
  readonly scheduleId: string;
  readonly jobId: number;
}

/** The run of a one-time schedule, and whether the schedule is still active. */
interface FoundRun extends OneTimeRun {
  readonly isActive: boolean;
}

interface FoundRecord {
  readonly id: Buffer;
  readonly active: number;
  readonly state: number | null;
  readonly planned_at: number | null;
}

/**
 * Reads what there is of the runs of one-time schedules. A run belongs to the present time of its schedule where it
 * was planned after the schedule got that time; a run on request never belongs to the plan.
 */
@Injectable()
export class OneTimeRunStore {
  /**
   * Returns the runs of the present times of schedules, by schedule, and holds the schedules until commit: a run may be
   * ending in another transaction, which switches its schedule off.
   */
  async list(tx: Tx, scheduleIds: readonly string[]): Promise<Map<string, FoundRun>> {
    const found = new Map<string, FoundRun>();
    if (scheduleIds.length === 0) return found;
    const ids = scheduleIds.map(uuidToBytes);
    await holdSchedules(tx, scheduleIds);
    const rows = await tx.query<FoundRecord>(
      `SELECT s.id, s.active, r.state, r.planned_at FROM schedule s LEFT JOIN run r ON r.schedule_id = s.id
         AND r.origin = ${OF_PLAN} AND r.state IN (${UNENDED_STATES}) AND r.created_at >= s.timed_at
       WHERE s.id IN (${marks(ids)})`,
      ids,
    );
    for (const { id, active, state, planned_at: plannedAt } of rows) {
      const key = uuidFromBytes(id);
      const before = found.get(key) ?? { isActive: active === 1, plannedAt: null, isUnderWay: false };
      if (state === SCHEDULED) found.set(key, { ...before, plannedAt });
      else found.set(key, { ...before, isUnderWay: before.isUnderWay || state !== null });
    }
    return found;
  }

  /** Returns which of these schedules are one-time, active, and have nothing left to plan: their run was claimed. */
  async listUnderWay(tx: Tx, scheduleIds: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    for (const part of chunks(scheduleIds)) {
      const rows = await tx.query<{ id: Buffer }>(
        `SELECT s.id FROM schedule s WHERE s.id IN (${marks(part)}) AND s.kind = ${ONCE} AND s.active = 1
         AND EXISTS (SELECT 1 FROM run r WHERE r.schedule_id = s.id AND r.origin = ${OF_PLAN}
           AND r.state IN (${UNENDED_STATES}) AND r.state <> ${SCHEDULED} AND r.created_at >= s.timed_at)`,
        part.map(uuidToBytes),
      );
      for (const row of rows) found.add(uuidFromBytes(row.id));
    }
    return found;
  }

  /** Keeps with schedules when they last ran: their run logs are deleted before they are. Returns how many there are. */
  async noteRun(tx: Tx, scheduleIds: readonly string[], at: Instant): Promise<number> {
    let noted = 0;
    for (const part of chunks(scheduleIds)) {
      const ids = part.map(uuidToBytes);
      noted += await tx.execute(`UPDATE schedule SET last_run_at = ? WHERE id IN (${marks(ids)})`, [
        at,
        ...ids,
      ]);
    }
    return noted;
  }

  /** Returns the active one-time schedules whose run of their present time is among those that ended, and that have no other. */
  async listCompleted(tx: Tx, ended: readonly EndedRun[]): Promise<Completed[]> {
    const completed: Completed[] = [];
    for (const part of chunks(ended)) {
      const rows = await tx.query<{ id: Buffer; job_id: number }>(
        `SELECT DISTINCT s.id, s.job_id FROM run e ${tx.dialect.orderedJoin} schedule s ON s.id = e.schedule_id
         WHERE e.id IN (${marks(part)}) AND s.kind = ${ONCE} AND s.active = 1 AND e.created_at >= s.timed_at
         AND NOT EXISTS (SELECT 1 FROM run r WHERE r.schedule_id = s.id AND r.origin = ${OF_PLAN}
           AND r.state IN (${UNENDED_STATES}))`,
        part.map((run) => uuidToBytes(run.runId)),
      );
      completed.push(
        ...rows.map((row) => ({ scheduleId: uuidFromBytes(row.id), jobId: Number(row.job_id) })),
      );
    }
    return completed;
  }
}

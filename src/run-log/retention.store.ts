import { Injectable } from '@nestjs/common';
import { DAY_MS, type Instant } from '../core/instant.js';
import { RUN_STATES, type RunState } from '../core/run-state.js';
import { ENDED_STATES } from '../database/entities/stored-values.js';
import { marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import { deleteSomeData, ofVersions, type StoredVersion } from './queue/schedule-data.store.js';

/** How long run logs are kept after completion, and action logs after they were written. */
export const RUN_LOG_RETENTION_MS = 15 * DAY_MS;
export const ACTION_LOG_RETENTION_MS = 90 * DAY_MS;
/** How long earlier data is kept that runs were called with: a run may be open for weeks, and its log is kept from its end. */
export const DATA_RETENTION_MS = RUN_LOG_RETENTION_MS + 30 * DAY_MS;
/** Versions of data that one transaction deletes at most: their texts may be large. */
const DATA_BATCH = 100;

/**
 * Deletes runs and logs that are kept no longer, a bounded batch at a time: what has been kept long enough, what
 * deleted schedules left, what belongs to a tenancy that is gone. Each method returns how many rows it deleted and is
 * called again until that is none (runs-and-behaviour.md, "Clean-up").
 */
@Injectable()
export class RetentionStore {
  /** Returns the row ids of all tenancies. */
  async listTenancies(tx: Tx): Promise<number[]> {
    const rows = await tx.query<{ id: number }>('SELECT id FROM tenancy');
    return rows.map((row) => row.id);
  }

  /** Deletes runs that ended more than 15 days ago. Walks the queue index, so planned and open runs cost nothing. */
  async deleteOldRuns(tx: Tx, tenancyId: number, now: Instant, limit: number): Promise<number> {
    const before = now - RUN_LOG_RETENTION_MS;
    // A run that was called ended after it was due, so the index narrows by that.
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT id FROM run ${tx.dialect.useIndex('run_queue')}
       WHERE state IN (${ENDED_STATES}) AND tenancy_id = ? AND due_at < ? AND completed_at < ? LIMIT ?`,
      [tenancyId, before, before, limit],
    );
    return this.deleteRuns(
      tx,
      rows.map((row) => row.id),
    );
  }

  /** Returns whether a deleted schedule has left runs behind. */
  async isAnyToPurge(tx: Tx): Promise<boolean> {
    return (await tx.query('SELECT 1 FROM run_purge LIMIT 1')).length > 0;
  }

  /** Deletes runs and earlier data of schedules that are gone; the schedule is struck off the list when none is left. */
  async purgeRuns(tx: Tx, limit: number): Promise<number> {
    const doomed = await tx.query<{ schedule_id: Buffer }>('SELECT schedule_id FROM run_purge LIMIT 100');
    if (doomed.length === 0) return 0;
    const ids = doomed.map((row) => row.schedule_id);
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT id FROM run WHERE schedule_id IN (${marks(ids)}) LIMIT ?`,
      [...ids, limit],
    );
    const deleted = await this.deleteRuns(
      tx,
      rows.map((row) => row.id),
    );
    if (rows.length < limit) {
      const data = await deleteSomeData(tx, ids, DATA_BATCH);
      if (data === DATA_BATCH) return deleted + data;
      await tx.execute(`DELETE FROM run_purge WHERE schedule_id IN (${marks(ids)})`, ids);
    }
    return deleted + (rows.length < limit ? ids.length : 0);
  }

  /** Deletes earlier data of schedules that no run is left of: it was replaced, and asked for last, long enough ago. */
  async deleteOldData(tx: Tx, now: Instant): Promise<number> {
    const before = now - DATA_RETENTION_MS;
    const rows = await tx.query<StoredVersion>(
      'SELECT schedule_id, version FROM schedule_data WHERE replaced_at < ? ORDER BY replaced_at LIMIT ?',
      [before, DATA_BATCH],
    );
    if (rows.length === 0) return 0;
    const { sql, parameters } = ofVersions(rows);
    // Looked at again: one of them may just be asked for.
    return tx.execute(`DELETE FROM schedule_data WHERE ${sql} AND replaced_at < ?`, [...parameters, before]);
  }

  /** Deletes action logs written more than 90 days ago. */
  async deleteOldActionLogs(tx: Tx, now: Instant, limit: number): Promise<number> {
    const before = now - ACTION_LOG_RETENTION_MS;
    // Ids grow with time, so the oldest rows come first in the primary key.
    const rows = await tx.query<{ id: number; at: number }>(
      'SELECT id, at FROM action_log ORDER BY id LIMIT ?',
      [limit],
    );
    const old = rows.filter((row) => row.at < before).map((row) => row.id);
    if (old.length === 0) return 0;
    return tx.execute(`DELETE FROM action_log WHERE id IN (${marks(old)})`, old);
  }

  /**
   * Deletes up to `limit` runs in a state of a tenancy that is gone; returns how many. One state at a time: what is
   * deleted stays in the index for a while, and a batch that looked through the states before would pass over all of it.
   */
  async deleteSomeOfTenancy(tx: Tx, tenancyId: number, state: RunState, limit: number): Promise<number> {
    const rows = await tx.query<{ id: Buffer }>(
      'SELECT id FROM run WHERE state = ? AND tenancy_id = ? LIMIT ?',
      [RUN_STATES.indexOf(state), tenancyId, limit],
    );
    return this.deleteRuns(
      tx,
      rows.map((row) => row.id),
    );
  }

  private async deleteRuns(tx: Tx, ids: readonly Buffer[]): Promise<number> {
    if (ids.length === 0) return 0;
    return tx.execute(`DELETE FROM run WHERE id IN (${marks(ids)})`, ids);
  }
}

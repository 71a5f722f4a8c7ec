import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { uuidToBytes } from '../../database/columns.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import { ACTIONS, type Action } from '../../database/entities/action-log.row.js';

/** The actor that is recorded for actions of the service itself. */
export const SYSTEM_ACTOR = 'system';

/** One thing that happened to a job or, with `scheduleId`, to one of its schedules. */
export interface ActionLogEntry {
  readonly jobId: number;
  readonly scheduleId?: string;
  readonly action: Action;
  readonly actor: string;
  readonly at: Instant;
  readonly details?: string;
}

const COLUMNS = ['job_id', 'schedule_id', 'action', 'actor', 'at', 'details'];

/** The only code that writes action logs (rest-api.md, "Action logs"). */
@Injectable()
export class ActionLogStore {
  /** Appends entries in the same transaction as the changes that they describe. */
  async append(tx: Tx, entries: readonly ActionLogEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const rows = entries.map(({ jobId, scheduleId, action, actor, at, details }) => [
      ...[jobId, scheduleId === undefined ? null : uuidToBytes(scheduleId)],
      ...[ACTIONS.indexOf(action), actor, at, details ?? ''],
    ]);
    await tx.dialect.insertIgnore(tx, 'action_log', COLUMNS, rows);
  }

  /** Deletes up to `limit` entries of jobs that are deleted; returns how many. */
  async deleteSomeOfJobs(tx: Tx, jobIds: readonly number[], limit: number): Promise<number> {
    const rows = await tx.query<{ id: number }>(
      `SELECT id FROM action_log WHERE job_id IN (${marks(jobIds)}) LIMIT ?`,
      [...jobIds, limit],
    );
    if (rows.length === 0) return 0;
    const ids = rows.map((row) => row.id);
    return tx.execute(`DELETE FROM action_log WHERE id IN (${marks(ids)})`, ids);
  }
}

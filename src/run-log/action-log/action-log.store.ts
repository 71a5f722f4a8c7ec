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

  /** Deletes the entries of jobs that are deleted. */
  async deleteOfJobs(tx: Tx, jobIds: readonly number[]): Promise<void> {
    if (jobIds.length === 0) return;
    await tx.execute(`DELETE FROM action_log WHERE job_id IN (${marks(jobIds)})`, jobIds);
  }
}

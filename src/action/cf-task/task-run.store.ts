import { Injectable } from '@nestjs/common';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import { isFinal, RUN_STATES, type RunState } from '../../core/run-state.js';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import { chunks, marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';

/** A task that was ordered for a run. */
export interface TaskRun {
  readonly runId: string;
  readonly runnerId: string;
  readonly appId: string;
  /** Null while it is not known whether there is a task. */
  readonly guid: string | null;
  /** When its request was sent, or was about to be. */
  readonly sentAt: Instant;
  /** When it was looked for by its label and not found; null where it was not. */
  readonly lookedAt: Instant | null;
}

/** A task that is about to be ordered. */
type NewTaskRun = Pick<TaskRun, 'runId' | 'runnerId' | 'appId' | 'sentAt'>;

/** A task whose end is not known, and what its run is meanwhile. */
export interface OpenTask extends TaskRun {
  readonly state: RunState;
  /** When it was acknowledged, or the wait for that was given up; null while the request is under way. */
  readonly ackedAt: Instant | null;
  /** When its time is over. */
  readonly endsBy: Instant;
  /** Whether its run has ended or is gone, and the task is still there to be stopped. */
  readonly isOver: boolean;
}

interface TaskRunRecord {
  id: Buffer;
  runner_id: Buffer;
  app_id: Buffer;
  guid: string;
  sent_at: number;
  looked_at: number | null;
}

interface OpenTaskRecord extends TaskRunRecord {
  state: number | null;
  acked_at: number | null;
  async_timeout_s: number | null;
}

const COLUMNS = ['id', 'runner_id', 'app_id', 'guid', 'sent_at', 'looked_at'];
const SELECTED = COLUMNS.map((column) => `k.${column}`).join(', ');

/** The table `task_run`: every task that was ordered and whose end is not known. */
@Injectable()
export class TaskRunStore {
  /** Notes that a task is about to be ordered; returns false where one was ordered for this run before. */
  async begin(tx: Tx, { runId, runnerId, appId, sentAt }: NewTaskRun): Promise<boolean> {
    const row = [uuidToBytes(runId), uuidToBytes(runnerId), uuidToBytes(appId), '', sentAt, null];
    return (await tx.dialect.insertIgnore(tx, 'task_run', COLUMNS, [row])) === 1;
  }

  /** Notes that a task is ordered once more, maybe elsewhere, because the first order has come to nothing. */
  async beginAgain(tx: Tx, { runId, runnerId, appId, sentAt }: NewTaskRun): Promise<void> {
    const values = [uuidToBytes(runnerId), uuidToBytes(appId), sentAt, uuidToBytes(runId)];
    const sql =
      "UPDATE task_run SET runner_id = ?, app_id = ?, guid = '', sent_at = ?, looked_at = NULL WHERE id = ?";
    await tx.execute(sql, values);
  }

  /** Returns what was ordered for a run, null where nothing was. */
  async find(tx: Tx, runId: string): Promise<TaskRun | null> {
    const [row] = await tx.query<TaskRunRecord>(`SELECT ${SELECTED} FROM task_run k WHERE k.id = ?`, [
      uuidToBytes(runId),
    ]);
    return row ? taskRunOf(row) : null;
  }

  /** Notes which task it is; returns false where it is not waited for any more, or another one is. */
  async setGuid(tx: Tx, runId: string, guid: string): Promise<boolean> {
    const sql = "UPDATE task_run SET guid = ? WHERE id = ? AND guid IN ('', ?)";
    return (await tx.execute(sql, [guid, uuidToBytes(runId), guid])) === 1;
  }

  /** Notes that no task was found by its label. */
  async noteAbsent(tx: Tx, runId: string, at: Instant): Promise<void> {
    await tx.execute('UPDATE task_run SET looked_at = ? WHERE id = ?', [at, uuidToBytes(runId)]);
  }

  /** Forgets an order that has come to nothing; one that was made again since is another one. */
  async forget(tx: Tx, runId: string, sentAt: Instant): Promise<void> {
    const sql = "DELETE FROM task_run WHERE id = ? AND sent_at = ? AND guid = ''";
    await tx.execute(sql, [uuidToBytes(runId), sentAt]);
  }

  /** Forgets tasks that have ended, or never came to be. */
  async delete(tx: Tx, runIds: readonly string[]): Promise<void> {
    for (const ids of chunks(runIds.map(uuidToBytes))) {
      await tx.execute(`DELETE FROM task_run WHERE id IN (${marks(ids)})`, ids);
    }
  }

  /** Removes tasks and returns them as they were; two who do so at once get each of them once. */
  async take(tx: Tx, runIds: readonly string[]): Promise<TaskRun[]> {
    const taken: TaskRun[] = [];
    for (const ids of chunks([...runIds].sort().map(uuidToBytes))) {
      await tx.dialect.lockById(tx, 'task_run', ids, { skipsHeld: false });
      const rows = await tx.query<TaskRunRecord>(
        `SELECT ${SELECTED} FROM task_run k WHERE k.id IN (${marks(ids)})`,
        ids,
      );
      taken.push(...rows.map(taskRunOf));
    }
    await this.delete(tx, runIds);
    return taken;
  }

  /** Returns whether there is a task whose end is not known, or one that is still to be stopped. */
  async isAny(tx: Tx): Promise<boolean> {
    const [row] = await tx.query<{ found: number }>(
      'SELECT EXISTS (SELECT 1 FROM task_run) OR EXISTS (SELECT 1 FROM stop_order) AS found',
    );
    return Number(row?.found) === 1;
  }

  /** Returns every task whose end is not known. */
  async listOpen(tx: Tx): Promise<OpenTask[]> {
    const join = 'LEFT JOIN';
    const rows = await tx.query<OpenTaskRecord>(
      `SELECT ${SELECTED}, r.state, r.acked_at, i.async_timeout_s FROM task_run k ${join} run r ON r.id = k.id
       ${join} schedule s ON s.id = r.schedule_id ${join} job j ON j.id = s.job_id ${join} instance i ON i.id = j.instance_id`,
    );
    return rows.map(openTaskOf);
  }

  /** Returns how many tasks of a runner are open. */
  async countOfRunner(tx: Tx, runnerId: string): Promise<number> {
    const [row] = await tx.query<{ tasks: number }>(
      'SELECT COUNT(*) AS tasks FROM task_run WHERE runner_id = ?',
      [uuidToBytes(runnerId)],
    );
    return Number(row?.tasks ?? 0);
  }
}

function taskRunOf(row: TaskRunRecord): TaskRun {
  return {
    runId: uuidFromBytes(row.id),
    runnerId: uuidFromBytes(row.runner_id),
    appId: uuidFromBytes(row.app_id),
    guid: row.guid === '' ? null : row.guid,
    sentAt: Number(row.sent_at),
    lookedAt: row.looked_at === null ? null : Number(row.looked_at),
  };
}

/** A run whose schedule, job or instance is gone is over, whatever it says itself: it is deleted by and by. */
function openTaskOf(row: OpenTaskRecord): OpenTask {
  const task = taskRunOf(row);
  const state = RUN_STATES[row.state ?? -1] ?? 'UNKNOWN';
  return {
    ...task,
    state,
    ackedAt: row.acked_at === null ? null : Number(row.acked_at),
    endsBy: task.sentAt + Number(row.async_timeout_s ?? 0) * SECOND_MS,
    isOver: row.async_timeout_s === null || isFinal(state),
  };
}

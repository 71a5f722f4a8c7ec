import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { storedTaskOptions } from '../../core/task/task-options.js';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import type { JobRow } from '../../database/entities/job.row.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import type { TaskView } from './task.content.js';

/** What is read of tasks, by their jobs. */
export type TaskViews = ReadonlyMap<number, TaskView>;

interface Found {
  job_id: number;
  runner_id: Buffer;
  runner_name: string | null;
  app_id: Buffer;
  app_name: string;
  process_id: Buffer | null;
  options: string | null;
}

/** What callers read of tasks beyond their jobs. */
@Injectable()
export class TaskReader {
  /** Returns what those of these jobs have that are tasks. Where none is one, nothing is asked. */
  async ofJobs(tx: Tx, jobs: readonly JobRow[]): Promise<TaskViews> {
    const ids = jobs.filter(({ kind }) => kind === 'cf_task').map(({ id }) => id);
    if (ids.length === 0) return NONE;
    const rows = await tx.query<Found>(
      `SELECT k.job_id, k.runner_id, n.name AS runner_name, k.app_id, k.app_name, k.process_id, k.options
       FROM task k LEFT JOIN runner n ON n.id = k.runner_id WHERE k.job_id IN (${marks(ids)})`,
      ids,
    );
    return new Map(rows.map((row) => [Number(row.job_id), viewOf(row)]));
  }

  /** Returns whether a service instance has a task. */
  async isAny(tx: Tx, { instanceId }: Pick<AccessScope, 'instanceId'>): Promise<boolean> {
    const rows = await tx.query('SELECT 1 FROM task WHERE instance_id = ? LIMIT 1', [instanceId]);
    return rows.length > 0;
  }

  /** Returns how many tasks run with a runner. */
  async countOfRunner(tx: Tx, runnerId: string): Promise<number> {
    const [row] = await tx.query<{ tasks: number }>(
      'SELECT COUNT(*) AS tasks FROM task WHERE runner_id = ?',
      [uuidToBytes(runnerId)],
    );
    return Number(row?.tasks ?? 0);
  }

  /** Returns whether a job has a schedule that leaves open what is to run: its data names neither a command nor a template. */
  async hasScheduleWithoutCommand(tx: Tx, jobId: number): Promise<boolean> {
    const rows = await tx.query(
      `SELECT 1 FROM schedule WHERE job_id = ?
       AND JSON_EXTRACT(COALESCE(data, '{}'), '$.command') IS NULL
       AND JSON_EXTRACT(COALESCE(data, '{}'), '$.template') IS NULL LIMIT 1`,
      [jobId],
    );
    return rows.length > 0;
  }
}

const NONE: TaskViews = new Map();

/** Returns what was read of a job; null where it is no task. */
export function taskIn(tasks: TaskViews, { id }: JobRow): TaskView | null {
  return tasks.get(id) ?? null;
}

function viewOf(row: Found): TaskView {
  return {
    runnerId: uuidFromBytes(row.runner_id),
    runnerName: row.runner_name ?? '',
    appId: uuidFromBytes(row.app_id),
    appName: row.app_name,
    processId: row.process_id === null ? null : uuidFromBytes(row.process_id),
    options: storedTaskOptions(row.options),
  };
}

import { Injectable } from '@nestjs/common';
import { InvalidInput } from '../../core/errors.js';
import { isRunnable } from '../../core/task/task-definition.js';
import { parseTaskOptions } from '../../core/task/task-options.js';
import type { JobRow } from '../../database/entities/job.row.js';
import type { Tx } from '../../database/tx.js';

/** Reads of tasks what their schedules must keep to: a task is started with the data, so it is more than a text for an endpoint. */
@Injectable()
export class TaskScheduleReader {
  /**
   * Throws InvalidInput for data that no task can be started with: wrong options, or no command where the task has none of
   * its own. Of other jobs any data is right, and nothing is asked.
   */
  async refuse(tx: Tx, job: JobRow, data: string | null): Promise<void> {
    if (job.kind !== 'cf_task') return;
    refuseTaskData(data, 'data', job.action !== '' || (await this.hasTemplate(tx, job.id)));
  }

  private async hasTemplate(tx: Tx, jobId: number): Promise<boolean> {
    const found = await tx.query('SELECT 1 FROM task WHERE job_id = ? AND process_id IS NOT NULL', [jobId]);
    return found.length > 0;
  }
}

/** Throws InvalidInput for a schedule's data that a task cannot be started with; `place` is the name of its field. */
export function refuseTaskData(data: string | null, place: string, isTaskRunnable: boolean): void {
  const options = parseTaskOptions(data === null ? {} : JSON.parse(data), place);
  if (isTaskRunnable || isRunnable(options)) return;
  throw new InvalidInput(
    `'${place}' must have a 'command' or a 'template', because the task has neither a 'command' nor a 'processId'`,
    place,
  );
}

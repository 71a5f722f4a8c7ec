import { Injectable } from '@nestjs/common';
import { mergedTaskOptions } from '../../core/task/task-definition.js';
import { storedTaskOptions } from '../../core/task/task-options.js';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import type { Tx } from '../../database/tx.js';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';
import type { TaskOrder } from '../../runner/task-platform.js';

/** A task as it is ordered for a run, and from whom. */
export interface OrderedTask {
  readonly runnerId: string;
  readonly order: TaskOrder;
}

interface DefinitionRecord {
  name: string;
  command: string;
  data: string | null;
  runner_id: Buffer;
  app_id: Buffer;
  process_id: Buffer | null;
  options: string | null;
  instance_uid: Buffer;
}

/**
 * Reads what a task is: the claim of a run carries nothing that only tasks have. What the claim does carry of it is read
 * again, so that a run has what its task was before a change, or after it, and never half of each.
 */
@Injectable()
export class TaskDefinitionReader {
  /** Returns what is to be ordered for a run, null where its task was deleted meanwhile. */
  async orderOf(tx: Tx, run: ClaimedRun): Promise<OrderedTask | null> {
    const [row] = await tx.query<DefinitionRecord>(
      `SELECT j.name, j.action AS command, s.data, t.runner_id, t.app_id, t.process_id, t.options, i.uid AS instance_uid
       FROM schedule s JOIN job j ON j.id = s.job_id JOIN task t ON t.job_id = j.id JOIN instance i ON i.id = t.instance_id
       WHERE s.id = ?`,
      [uuidToBytes(run.schedule.id)],
    );
    if (!row) return null;
    const definition = {
      command: row.command,
      processId: row.process_id === null ? null : uuidFromBytes(row.process_id),
      options: storedTaskOptions(row.options),
    };
    return {
      runnerId: uuidFromBytes(row.runner_id),
      order: {
        appId: uuidFromBytes(row.app_id),
        runId: run.runId,
        jobId: run.job.id,
        instanceUuid: uuidFromBytes(row.instance_uid),
        name: row.name,
        options: { ...mergedTaskOptions(definition, storedTaskOptions(row.data)) },
      },
    };
  }
}

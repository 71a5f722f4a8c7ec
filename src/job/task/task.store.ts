import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { NotFound } from '../../core/errors.js';
import { storedTaskOptions } from '../../core/task/task-options.js';
import { uuidToBytes } from '../../database/columns.js';
import type { JobRow } from '../../database/entities/job.row.js';
import { TaskRow } from '../../database/entities/task.row.js';
import type { Tx } from '../../database/tx.js';
import { RunnerStore } from '../../runner/runner.store.js';
import type { TaskContent } from './task.content.js';

/** A job that is a task, and what it has as such. */
export interface JobTask {
  readonly row: JobRow;
  readonly task: TaskContent;
}

const COLUMNS = [
  ...['job_id', 'instance_id', 'tenancy_id'],
  ...['runner_id', 'app_id', 'app_name', 'process_id', 'options'],
];

/** All SQL that writes the table `task`: one row beside each job that is a task. */
@Injectable()
export class TaskStore {
  constructor(private readonly runners: RunnerStore) {}

  /**
   * Holds the runners of tasks until commit, so that none is deleted while a task comes to it. Call it before anything of
   * the task is written. Throws InvalidInput where one is gone.
   */
  async holdRunners(tx: Tx, tasks: readonly JobTask[]): Promise<void> {
    const instances = new Map(tasks.map(({ row, task }) => [task.runnerId, row.instanceId]));
    // In one order, so that no two transactions wait for each other.
    for (const [runnerId, instanceId] of [...instances].sort(([a], [b]) => (a < b ? -1 : 1))) {
      await this.runners.hold(tx, instanceId, runnerId);
    }
  }

  /** Inserts the rows of tasks whose jobs were inserted just now. */
  async insert(tx: Tx, tasks: readonly JobTask[]): Promise<void> {
    if (tasks.length === 0) return;
    const cells = tasks.map(({ row, task }) => [
      ...[row.id, row.instanceId, row.tenancyId],
      ...[uuidToBytes(task.runnerId), uuidToBytes(task.appId), task.appName],
      ...[task.processId === null ? null : uuidToBytes(task.processId), optionsText(task)],
    ]);
    await tx.dialect.insertIgnore(tx, 'task', COLUMNS, cells);
  }

  /** Stores what a task is now, and returns the names of what was otherwise before. */
  async save(tx: Tx, { id }: JobRow, task: TaskContent): Promise<string[]> {
    const before = rowOf(await this.getOf(tx, id));
    const after = rowOf(task);
    await tx.manager.update(TaskRow, { jobId: id }, after);
    // Both are made by the same function.
    return Object.keys(after).filter((name) => before[name as keyof Stored] !== after[name as keyof Stored]);
  }

  /** Returns what a task has beyond its job. Throws NotFound where the job is gone, or is no task. */
  async getOf(tx: Tx, jobId: number): Promise<TaskContent> {
    const row = await tx.manager.findOneBy(TaskRow, { jobId });
    if (!row) throw new NotFound(`There is no task with the id ${jobId}.`);
    const { runnerId, appId, appName, processId, options } = row;
    return { runnerId, appId, appName, processId, options: storedTaskOptions(options) };
  }

  /** Deletes the rows of jobs that go. */
  async delete(tx: Tx, jobIds: readonly number[]): Promise<void> {
    if (jobIds.length > 0) await tx.manager.delete(TaskRow, { jobId: In([...jobIds]) });
  }
}

type Stored = Pick<TaskRow, 'runnerId' | 'appId' | 'appName' | 'processId' | 'options'>;

function rowOf(task: TaskContent): Stored {
  const { runnerId, appId, appName, processId } = task;
  return { runnerId, appId, appName, processId, options: optionsText(task) };
}

function optionsText({ options }: TaskContent): string | null {
  return Object.keys(options).length === 0 ? null : JSON.stringify(options);
}

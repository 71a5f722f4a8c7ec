import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { Conflict, InvalidInput, NotFound, shown } from '../../core/errors.js';
import { Database } from '../../database/database.js';
import { getJob } from '../../database/scoped.js';
import type { RunnerRow } from '../../database/entities/runner.row.js';
import type { JobRow } from '../../database/entities/job.row.js';
import type { Tx } from '../../database/tx.js';
import { RunnerStore } from '../../runner/runner.store.js';
import { JobTransaction } from '../../schedule/work/job-transaction.js';
import { refuseReversed } from '../../schedule/schedule.draft.js';
import { JobCreations } from '../job-creations.js';
import { refuseOtherName } from '../job.service.js';
import { JobWriter } from '../job-writer.js';
import type { JobView } from '../job.view.js';
import { TaskTargets } from './task-targets.js';
import type { TaskContent, TaskTarget } from './task.content.js';
import type { NewTask, TaskChange } from './task.draft.js';
import { TaskReader } from './task.reader.js';
import { TaskStore } from './task.store.js';

/** What providers make and change of the tasks of their applications (cf-tasks.md, "Tasks"). */
@Injectable()
export class TaskService {
  constructor(
    private readonly database: Database,
    private readonly transaction: JobTransaction,
    private readonly creations: JobCreations,
    private readonly writer: JobWriter,
    private readonly store: TaskStore,
    private readonly reader: TaskReader,
    private readonly runners: RunnerStore,
    private readonly targets: TaskTargets,
  ) {}

  /** Creates a task with its schedules, all or nothing. Throws InvalidInput, and what TaskTargets throws. */
  async create(scope: AccessScope, draft: NewTask): Promise<JobView> {
    draft.schedules.forEach((schedule, place) => refuseReversed(schedule, `schedules[${place}].`));
    const runner = await this.database.read((tx) => this.runnerOf(tx, scope, draft.runnerId), scope);
    const task = { ...(await this.targets.find(runner, draft)), options: draft.options };
    const view = await this.creations.create(scope, { ...draft, task });
    return { ...view, task: { ...task, runnerName: runner.name } };
  }

  /**
   * Changes what is given of a task. Where it runs is looked up first, so that no transaction waits for the platform.
   * Throws NotFound, InvalidInput, Conflict where others changed that meanwhile, and what TaskTargets throws.
   */
  async change(scope: AccessScope, jobId: number, change: TaskChange): Promise<void> {
    const before = await this.database.read((tx) => this.getTask(tx, scope, jobId), scope);
    const target = await this.targetOf(scope, before, change);
    await this.transaction.change(scope, jobId, async (tx, job, act) => {
      refuseOtherName(job, change.name);
      const stored = await this.store.getOf(tx, jobId);
      if (target !== null && !isSameTarget(stored, before)) {
        throw new Conflict('Somebody else changed where the task runs at the same time: try again.');
      }
      const { processId = stored.processId, options = stored.options } = change;
      const task: TaskContent = { ...stored, ...target, processId, options };
      await this.refuseNothingToRun(tx, job, change.content.action ?? job.action, task);
      return { answer: null, effect: await this.writer.update(tx, job, { ...change.content, task }, act) };
    });
  }

  /** Returns where a task is to run from now on; null where a change says nothing about it. */
  private async targetOf(
    scope: AccessScope,
    before: TaskContent,
    { runnerId, app, processId }: TaskChange,
  ): Promise<TaskTarget | null> {
    if (runnerId === undefined && app === undefined && typeof processId !== 'string') return null;
    const runner = await this.database.read(
      (tx) => this.runnerOf(tx, scope, runnerId ?? before.runnerId),
      scope,
    );
    const wanted = {
      app: app ?? { appId: before.appId },
      processId: processId === undefined ? before.processId : processId,
    };
    return this.targets.find(runner, wanted);
  }

  private async getTask(tx: Tx, scope: AccessScope, jobId: number): Promise<TaskContent> {
    const job = await getJob(tx, scope, jobId);
    if (job.kind !== 'cf_task') throw new NotFound(`There is no task with the id ${jobId}.`);
    return this.store.getOf(tx, jobId);
  }

  private async runnerOf(tx: Tx, { instanceId }: AccessScope, runnerId: string): Promise<RunnerRow> {
    const runner = await this.runners.find(tx, runnerId);
    if (runner?.instanceId === instanceId) return runner;
    throw new InvalidInput(
      `'runnerId' ${shown(runnerId)} is no runner of the service instance: choose one of GET /admin/v1/runners`,
      'runnerId',
    );
  }

  /** Throws InvalidInput where a task is left without a command of its own and a schedule brings none. */
  private async refuseNothingToRun(
    tx: Tx,
    { id }: JobRow,
    command: string,
    { processId }: TaskContent,
  ): Promise<void> {
    if (command !== '' || processId !== null || !(await this.reader.hasScheduleWithoutCommand(tx, id)))
      return;
    throw new InvalidInput(
      "'command' or 'processId' is required: a schedule of the task has neither a 'command' nor a 'template' in its data",
      'command',
    );
  }
}

function isSameTarget(one: TaskContent, other: TaskContent): boolean {
  return one.runnerId === other.runnerId && one.appId === other.appId && one.processId === other.processId;
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { Conflict, NotFound } from '../../core/errors.js';
import { lockJob } from '../../database/scoped.js';
import type { Tx } from '../../database/tx.js';
import type { JobRow } from '../../database/entities/job.row.js';
import { OperationKinds, type OperationBatch, type OperationTask } from '../../operation/operation-kind.js';
import { OperationStarter } from '../../operation/operation-starter.js';
import { OperationStore } from '../../operation/operation.store.js';
import { NO_EFFECT } from '../change.js';
import { JobTransaction } from './job-transaction.js';
import { PlanChanges } from '../plan/plan-changes.js';
import { countOfIdle, PlanLimits } from '../plan/plan-limits.js';
import { ScheduleStore } from '../schedule.store.js';
import { ScheduleWriter } from '../schedule-writer.js';
import { JobWork } from './job-work.js';

/** The kind of an operation that switches all schedules of a job on or off. */
const SWITCH_KIND = 'switch-schedules';

/** Schedules that are switched within the request; more of them are an operation. */
const MOST_AT_ONCE = 1_000;
/** Schedules of one batch: others wait for it for some ten milliseconds. */
const BATCH = 100;

/** What is asked for. */
interface SwitchOrder {
  readonly jobId: number;
  readonly active: boolean;
}

/** How far it has come: the last schedule of the batch before, in the order of their ids. */
interface SwitchState {
  readonly afterId: string | null;
  readonly changed: number;
}

type Task = OperationTask<SwitchOrder, SwitchState>;

const START: SwitchState = { afterId: null, changed: 0 };

/**
 * Switches all schedules of a job on or off: those of a small job at once, those of a large one as an operation, in
 * batches with a transaction each. A later request for the same job takes over from an earlier one, and a schedule that
 * was changed since the request stays as it is.
 */
@Injectable()
export class ScheduleSwitch implements OnModuleInit {
  constructor(
    private readonly kinds: OperationKinds,
    private readonly starter: OperationStarter,
    private readonly operations: OperationStore,
    private readonly transaction: JobTransaction,
    private readonly store: ScheduleStore,
    private readonly writer: ScheduleWriter,
    private readonly planChanges: PlanChanges,
    private readonly limits: PlanLimits,
    private readonly work: JobWork,
  ) {}

  onModuleInit(): void {
    const runBatch = (tx: Tx, task: Task) => this.runBatch(tx, task);
    this.kinds.register<SwitchOrder, SwitchState>({ kind: SWITCH_KIND, runBatch });
  }

  /**
   * Switches all schedules of a job and returns null, or the id of the operation that does so. Throws NotFound for the
   * job.
   */
  switchAll(scope: AccessScope, jobId: number, active: boolean): Promise<string | null> {
    return this.transaction.change(scope, jobId, async (tx, job, act) => {
      if (!(await this.isLong(tx, job))) {
        const kind = active ? 'switchOn' : 'switchOff';
        return { answer: null, effect: await this.work.begin(tx, job, kind, act) };
      }
      const input: SwitchOrder = { jobId: job.id, active };
      const draft = { kind: SWITCH_KIND, scope, tenancyId: job.tenancyId, input };
      return { answer: await this.starter.insert(tx, draft), effect: NO_EFFECT };
    });
  }

  /** One that is under way would go on after a request that is done at once. */
  private async isLong(tx: Tx, job: JobRow): Promise<boolean> {
    if ((await this.store.countOfJob(tx, job.id)) > MOST_AT_ONCE) return true;
    return (await this.openOf(tx, job)).length > 0;
  }

  /** Returns the ids of the operations that switch the schedules of a job and have not ended. */
  private async openOf(tx: Tx, { id, tenancyId }: JobRow): Promise<string[]> {
    const open = await this.operations.listOpen(tx, tenancyId, SWITCH_KIND);
    // Written by `switchAll` alone.
    return open.filter(({ input }) => (JSON.parse(input) as SwitchOrder).jobId === id).map((one) => one.id);
  }

  private async runBatch(tx: Tx, task: Task): Promise<OperationBatch<SwitchState>> {
    const { scope, input } = task;
    const state = task.state ?? START;
    const job = await findLocked(tx, scope, input.jobId);
    if (job === null) return batchOf(input, state, { message: 'The job was deleted.' });
    if (await this.work.goOn(tx, job.id)) return batchOf(input, state, null);
    const isLatest = (await this.openOf(tx, job)).every((id) => id <= task.id);
    if (!isLatest) {
      return batchOf(input, state, { message: 'A later request for the same job goes on in its place.' });
    }
    const { jobId, active } = input;
    const wish = { jobId, active: !active, afterId: state.afterId, unchangedSince: task.startedAt };
    const rows = await this.store.listAfter(tx, wish, BATCH);
    const act = { actor: scope.actor, now: task.now };
    try {
      if (active) await this.limits.refuse(tx, [countOfIdle(job, rows)]);
      const effect = await this.writer.switchSome(tx, { job, rows }, active, act);
      this.planChanges.announce(tx, { tenancyId: job.tenancyId, ...effect });
    } catch (error) {
      // A limit is looked at before anything of the batch is changed.
      if (!(error instanceof Conflict)) throw error;
      return { ...batchOf(input, state, { message: error.message }), refusedWith: 409 };
    }
    const afterId = rows.at(-1)?.id ?? state.afterId;
    const next = { afterId, changed: state.changed + rows.length };
    return batchOf(input, next, rows.length < BATCH ? {} : null);
  }
}

/** Returns what a batch answers: with `ended`, the rest of the results, it is the last one. */
function batchOf(
  { jobId, active }: SwitchOrder,
  state: SwitchState,
  ended: object | null,
): OperationBatch<SwitchState> {
  const { changed } = state;
  return {
    isDone: ended !== null,
    state,
    progress: { done: changed, total: ended === null ? null : changed },
    results: { 'job-id': jobId, active, changed, ...ended },
  };
}

async function findLocked(tx: Tx, scope: AccessScope, jobId: number): Promise<JobRow | null> {
  try {
    return await lockJob(tx, scope, jobId);
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

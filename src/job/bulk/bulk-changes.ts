import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { Conflict, NotFound } from '../../core/errors.js';
import type { Tx } from '../../database/tx.js';
import type { JobRow } from '../../database/entities/job.row.js';
import { lockJob } from '../../database/scoped.js';
import { OperationKinds, type OperationBatch, type OperationTask } from '../../operation/operation-kind.js';
import type { Act, PlanEffect } from '../../schedule/change.js';
import { PlanChanges } from '../../schedule/plan/plan-changes.js';
import { JobWork, WORK_BATCH } from '../../schedule/work/job-work.js';
import { BULK_VERBS, type BulkOrder, type BulkVerb } from './bulk.order.js';
import { BulkReader } from './bulk.reader.js';
import { JobWriter } from '../job-writer.js';

/** How far a bulk operation has come; jobs made after its start are not its business. */
interface BulkState {
  readonly afterId: number;
  readonly lastId: number;
  readonly total: number;
  readonly matched: number;
  readonly changed: number;
  /** Jobs that a limit of their tenant kept as they were. */
  readonly errors?: readonly Refused[];
  /** A job whose schedules have not all followed yet. */
  readonly openId?: number | undefined;
}

/** A job that was kept as it was, and why. */
interface Refused {
  readonly jobId: number;
  readonly message: string;
}

type Task = OperationTask<BulkOrder, BulkState>;

/** Jobs of one batch: few enough that their callers hardly wait. */
const BATCH = 20;
const MOST_TOLD = 100;

/** Returns the kind of the operation that does this to many jobs. */
export function bulkKind(verb: BulkVerb): string {
  return `${verb}-jobs`;
}

/** Activates, deactivates or deletes all jobs (or their schedules) that a filter selects, in batches in the order of their ids. */
@Injectable()
export class BulkChanges implements OnModuleInit {
  constructor(
    private readonly kinds: OperationKinds,
    private readonly reader: BulkReader,
    private readonly jobs: JobWriter,
    private readonly work: JobWork,
    private readonly planChanges: PlanChanges,
    @Inject(WORK_BATCH) private readonly mostSchedules: number,
  ) {}

  onModuleInit(): void {
    for (const verb of BULK_VERBS) {
      const runBatch = (tx: Tx, task: Task) => this.runBatch(tx, task, verb);
      this.kinds.register<BulkOrder, BulkState>({ kind: bulkKind(verb), runBatch });
    }
  }

  private async runBatch(tx: Tx, task: Task, verb: BulkVerb): Promise<OperationBatch<BulkState>> {
    const { scope, input } = task;
    const state: BulkState = task.state ?? (await this.reader.begin(tx, scope, input.filter));
    // A large job takes batches of its own before the next one begins.
    if (state.openId !== undefined && (await this.work.goOn(tx, state.openId))) {
      return answerOf(input, state, false);
    }
    const range = { after: state.afterId, upTo: state.lastId };
    const found = await this.reader.listIds(tx, scope, { filter: input.filter, ...range }, BATCH);
    const ids = input.dryRun ? found : await this.reader.firstWithin(tx, found, this.mostSchedules);
    const jobs = input.dryRun ? [] : await lockAll(tx, scope, ids);
    const meant = input.dryRun ? ids : jobs.map((job) => job.id);
    // What an earlier change left of one of them comes first.
    if (!input.dryRun && (await this.work.goOnWithOneOf(tx, meant))) return answerOf(input, state, false);
    const pending = await this.reader.countPending(tx, meant, input.target, verb);
    const { refused, openId } = await this.changeAll(tx, jobs, verb, task);
    const kept = await this.reader.countPending(
      tx,
      refused.map(({ jobId }) => jobId),
      input.target,
      verb,
    );
    const next: BulkState = {
      ...state,
      ...{ afterId: ids.at(-1) ?? state.lastId, openId },
      matched: state.matched + meant.length,
      changed: state.changed + pending - kept,
      errors: [...(state.errors ?? []), ...refused].slice(0, MOST_TOLD),
    };
    const isLast = found.length < BATCH && ids.length === found.length;
    return answerOf(input, next, isLast && openId === undefined);
  }

  /**
   * Changes jobs and returns those that a limit kept as they were: it is looked at before anything of a job is written.
   * `openId` is the job whose schedules have not all followed: one alone, or the last of them.
   */
  private async changeAll(tx: Tx, jobs: readonly JobRow[], verb: BulkVerb, task: Task) {
    const refused: Refused[] = [];
    let openId: number | undefined;
    const act = { actor: task.scope.actor, now: task.now };
    for (const job of jobs) {
      try {
        const effect = await this.change(tx, job, { verb, target: task.input.target }, act);
        this.planChanges.announce(tx, { tenancyId: job.tenancyId, ...effect });
        if (effect.isUnfinished === true) openId = job.id;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        refused.push({ jobId: job.id, message: error.message });
      }
    }
    return { refused, openId };
  }

  private change(
    tx: Tx,
    job: JobRow,
    { verb, target }: { verb: BulkVerb; target: BulkOrder['target'] },
    act: Act,
  ): Promise<PlanEffect> {
    if (target === 'schedules') return this.work.begin(tx, job, ON_SCHEDULES[verb], act);
    if (verb === 'delete') return this.jobs.delete(tx, job, act);
    return this.jobs.update(tx, job, { ...UNCHANGED, active: verb === 'activate' }, act);
  }
}

const ON_SCHEDULES = { activate: 'switchOn', deactivate: 'switchOff', delete: 'remove' } as const;

function answerOf(input: BulkOrder, state: BulkState, isDone: boolean): OperationBatch<BulkState> {
  const { matched, changed, errors = [] } = state;
  const told = errors.length === 0 ? {} : { errors };
  return {
    isDone,
    state,
    progress: { done: matched, total: isDone ? matched : Math.max(state.total, matched) },
    results: { 'dry-run': input.dryRun, target: input.target, matched, changed, ...told },
  };
}

/** Locks jobs in the order of their ids, before the first is changed; one that is gone meanwhile is left out. */
async function lockAll(tx: Tx, scope: AccessScope, ids: readonly number[]): Promise<JobRow[]> {
  const jobs: JobRow[] = [];
  for (const id of ids) {
    try {
      jobs.push(await lockJob(tx, scope, id));
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
    }
  }
  return jobs;
}

const UNCHANGED = {
  policy: {},
  headers: undefined,
  description: undefined,
  action: undefined,
  httpMethod: undefined,
  active: undefined,
  ansOnSuccess: undefined,
  ansOnError: undefined,
  calmEnabled: undefined,
  actionUser: undefined,
  actionPassword: undefined,
  startAt: undefined,
  endAt: undefined,
};

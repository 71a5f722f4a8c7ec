import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { DomainError, InvalidInput, shown } from '../../core/errors.js';
import { firstCharacters } from '../../core/text/first-characters.js';
import type { Tx } from '../../database/tx.js';
import { getJob, lockJob } from '../../database/scoped.js';
import { Sealing } from '../../database/sealing/sealing.js';
import { OperationKinds, type OperationBatch, type OperationTask } from '../../operation/operation-kind.js';
import { NO_EFFECT, type PlanEffect } from '../../schedule/change.js';
import { PlanChanges } from '../../schedule/plan/plan-changes.js';
import { effectOfNew } from '../../schedule/schedule-writer.js';
import { JobWork, WORK_BATCH } from '../../schedule/work/job-work.js';
import { draftOf, knownEntry, type ImportEntry } from './import.schema.js';
import { openedEntry, sealedEntry } from './sealed-entry.js';
import { TaskEntries } from './task-entries.js';
import type { JobDraft } from '../draft/job.draft.js';
import { JobWriter } from '../job-writer.js';
import { NameInUse } from '../job.store.js';

export const IMPORT_KIND = 'import-jobs';

/** What is to be imported. The entries are the parts of the order, so many for each batch. */
export interface ImportOrder {
  readonly total: number;
  readonly existing: 'skip' | 'replace';
  readonly dryRun: boolean;
}

type Outcome = 'created' | 'replaced' | 'skipped';

/** How far an import has come, and what it has to say. */
interface ImportState extends Readonly<Record<Outcome | 'failed' | 'next', number>> {
  readonly errors: readonly object[];
  /** Jobs whose action is called with a user: their password is to be set by hand. */
  readonly passwords: readonly string[];
  /** A job that was replaced and whose schedules have not all gone yet. */
  readonly openId?: number | undefined;
}

/** What became of an entry: the schedules that came, and the job whose earlier ones have not all gone yet. */
interface Written {
  readonly outcome: Outcome;
  readonly effect?: PlanEffect;
  readonly made?: number;
  readonly openId?: number | undefined;
}

type Task = OperationTask<ImportOrder, ImportState>;

const BATCH = 20;
const MOST_TOLD = 100;
const MOST_OF_MESSAGE = 1_000;
const START: ImportState = {
  ...{ created: 0, replaced: 0, skipped: 0, failed: 0, next: 0 },
  errors: [],
  passwords: [],
};

/**
 * Imports jobs into the caller's own tenancy, in batches. An entry that is refused is told and does not keep the
 * others out; a job whose name is there already stays as it is, or is replaced where that is asked for, so that
 * an import may be repeated.
 */
@Injectable()
export class JobImport implements OnModuleInit {
  constructor(
    private readonly kinds: OperationKinds,
    private readonly writer: JobWriter,
    private readonly planChanges: PlanChanges,
    private readonly sealing: Sealing,
    private readonly work: JobWork,
    private readonly tasks: TaskEntries,
    @Inject(WORK_BATCH) private readonly mostSchedules: number,
  ) {}

  /**
   * Returns the order to import jobs as it may be stored, in parts: only fields that an import reads, and no secret
   * that everyone could read. Of tasks it says where they are to run.
   */
  async orderOf(scope: AccessScope, entries: readonly ImportEntry[], how: Omit<ImportOrder, 'total'>) {
    const storable = entries.map((entry) => sealedEntry(knownEntry(entry), this.sealing));
    const kept = await this.tasks.withTargets(scope, storable);
    const parts = Array.from({ length: Math.ceil(kept.length / BATCH) }, (_, number) =>
      kept.slice(number * BATCH, (number + 1) * BATCH),
    );
    return { input: { ...how, total: kept.length } satisfies ImportOrder, parts };
  }

  onModuleInit(): void {
    const runBatch = (tx: Tx, task: Task) => this.runBatch(tx, task);
    this.kinds.register<ImportOrder, ImportState>({ kind: IMPORT_KIND, runBatch });
  }

  private async runBatch(tx: Tx, task: Task): Promise<OperationBatch<ImportState>> {
    let state = task.state ?? START;
    // The schedules of a large job that was replaced take batches of their own before the next entry.
    if (state.openId !== undefined && (await this.work.goOn(tx, state.openId))) return answerOf(task, state);
    state = { ...state, openId: undefined };
    // Written by `orderOf` alone.
    const part = (await task.part(Math.floor(state.next / BATCH))) as readonly ImportEntry[] | null;
    const entries = part?.slice(state.next % BATCH) ?? [];
    let schedules = 0;
    for (const entry of entries) {
      const done = await this.importOne(tx, { entry: openedEntry(entry, this.sealing), task }, state);
      state = done.state;
      schedules += done.schedules;
      if (schedules >= this.mostSchedules) break;
    }
    return answerOf(task, part === null ? { ...state, next: task.input.total } : state);
  }

  /** Returns the state after an entry, and how many schedules came and went. An entry that must wait leaves the state. */
  private async importOne(
    tx: Tx,
    { entry, task }: { entry: ImportEntry; task: Task },
    state: ImportState,
  ): Promise<{ state: ImportState; schedules: number }> {
    const next = state.next + 1;
    try {
      const written = await this.write(tx, entry, task);
      if (written === null) return { state, schedules: this.mostSchedules };
      const { outcome, effect = NO_EFFECT, made = 0, openId } = written;
      this.planChanges.announce(tx, { tenancyId: task.scope.tenancyId, ...effect });
      const needsPassword = outcome !== 'skipped' && entry['user'] && !entry['password'];
      const told = needsPassword && state.passwords.length < MOST_TOLD ? [String(entry['name'])] : [];
      const passwords = [...state.passwords, ...told];
      return {
        state: { ...state, next, [outcome]: state[outcome] + 1, passwords, openId },
        schedules: openId === undefined ? made + effect.dropped.length : this.mostSchedules,
      };
    } catch (error) {
      // A refusal comes before any SQL of its entry. Everything else undoes the batch.
      if (!(error instanceof DomainError)) throw error;
      const told = {
        index: state.next,
        name: firstCharacters(String(entry['name']), 255),
        message: firstCharacters(error.message, MOST_OF_MESSAGE),
      };
      const errors = state.errors.length < MOST_TOLD ? [...state.errors, told] : state.errors;
      return { state: { ...state, next, failed: state.failed + 1, errors }, schedules: 0 };
    }
  }

  /** An export holds no values of headers: where a job of the name is there, its own ones stay. Throws InvalidInput. */
  private async completed(
    tx: Tx,
    { scope, input }: Pick<Task, 'scope' | 'input'>,
    draft: JobDraft,
    id: number | null,
  ): Promise<JobDraft> {
    if (id === null || draft.content.headers === null) return draft;
    const isReplaced = input.existing === 'replace' && !input.dryRun;
    const present = await (isReplaced ? lockJob : getJob)(tx, scope, id);
    return this.writer.completed(draft, present);
  }

  /** Returns what became of an entry; null where an earlier change of its job comes first. */
  private async write(tx: Tx, entry: ImportEntry, { scope, input, now }: Task): Promise<Written | null> {
    refuseForeign(scope, entry);
    const given = draftOf(entry);
    const id = await this.writer.findOwnId(tx, scope, given.name);
    if (id !== null && input.existing === 'skip') {
      this.writer.prepare(scope, withoutHeaders(given), now); // what is wrong is told all the same
      return { outcome: 'skipped' };
    }
    const draft = await this.completed(tx, { scope, input }, given, id);
    const job = this.writer.prepare(scope, draft, now);
    const made = draft.schedules.length;
    const outcome = id === null ? 'created' : 'replaced';
    if (id !== null) refuseUnsaid(entry);
    if (input.dryRun) return { outcome };
    if (id !== null) {
      const stored = await lockJob(tx, scope, id);
      if (await this.work.goOn(tx, id)) return null;
      const act = { actor: scope.actor, now };
      const { effect } = await this.writer.replace(tx, stored, draft, act);
      return { outcome, effect, made, openId: effect.isUnfinished === true ? id : undefined };
    }
    try {
      await this.writer.insert(tx, [job]);
    } catch (error) {
      if (error instanceof NameInUse) return { outcome: 'skipped' };
      throw error;
    }
    return { outcome, effect: effectOfNew(job.made), made };
  }
}

function answerOf({ input }: Task, state: ImportState): OperationBatch<ImportState> {
  const { total, dryRun } = input;
  const { next, errors, passwords, openId, ...counts } = state;
  return {
    isDone: next >= total && openId === undefined,
    state,
    progress: { done: next, total },
    results: { 'dry-run': dryRun, ...counts, errors, 'passwords-to-set': passwords },
  };
}

/** The values of its headers need not be there for a job that stays as it is. */
function withoutHeaders(draft: JobDraft): JobDraft {
  return { ...draft, content: { ...draft.content, headers: null } };
}

/** A list of jobs may leave out their schedules: who replaces jobs by it would delete them all, and not know it. */
function refuseUnsaid({ schedules }: ImportEntry): void {
  if (Array.isArray(schedules)) return;
  throw new InvalidInput(
    "'schedules' is required where a job is replaced, because without it the job would lose its schedules: take the answer of GET /scheduler/export, or give [] for a job that is to have none",
    'schedules',
  );
}

/** A provider's export holds the jobs of its tenants: they are not to become the provider's own. */
function refuseForeign(scope: AccessScope, { tenantId }: ImportEntry): void {
  if (scope.kind === 'tenant' || tenantId === scope.tenantId) return;
  if (tenantId === undefined || tenantId === null) return;
  throw new InvalidInput(
    `The job belongs to the tenant ${shown(tenantId)}: import it with the credentials of that tenant, or remove 'tenantId' to make it the provider's own`,
    'tenantId',
  );
}

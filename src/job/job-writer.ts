import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { InvalidInput, shown } from '../core/errors.js';
import { earliestOf, type Instant } from '../core/instant.js';
import type { Tx } from '../database/tx.js';
import type { JobRow } from '../database/entities/job.row.js';
import { isSigned } from '../core/policy/signing.js';
import { Sealing } from '../database/sealing/sealing.js';
import { parsePolicy } from '../core/policy/run-policy.js';
import { OutboundGuard } from '../outbound/outbound-guard.js';
import { ActionLogStore, type ActionLogEntry } from '../run-log/action-log/action-log.store.js';
import { NO_EFFECT, type Act, type Changed, type PlanEffect } from '../schedule/change.js';
import { BreakerWaitStore } from '../schedule/protection/breaker/breaker-wait.store.js';
import { newSchedules, type NewSchedules } from '../schedule/plan/new-schedules.js';
import { PlanLimits } from '../schedule/plan/plan-limits.js';
import { ThrottlePlaces } from '../schedule/protection/throttle/throttle-places.js';
import { ScheduleWriter } from '../schedule/schedule-writer.js';
import type { ScheduleView } from '../schedule/schedule.view.js';
import { JobWork } from '../schedule/work/job-work.js';
import { SigningKeyStore } from '../signing/signing-key.store.js';
import { applyContent, detailsOf, workOf, type JobDifference } from './draft/job-difference.js';
import {
  newJob,
  type JobChange,
  type JobDraft,
  type JobReplacement,
  type Sealed,
} from './draft/job.draft.js';
import { JobStore, NameInUse } from './job.store.js';
import { JobHeaders } from './job-headers.js';
import type { TaskContent } from './task/task.content.js';
import { TaskStore } from './task/task.store.js';

/** What happened to a job. */
type JobEvent = Pick<ActionLogEntry, 'action' | 'details'>;

/** A job that is worked out in full and not stored yet. */
export interface NewJob {
  readonly scope: AccessScope;
  readonly row: JobRow;
  readonly made: NewSchedules;
  /** Null for a job that calls an endpoint. */
  readonly task: TaskContent | null;
}

/** What is to change of a job, and of a task what it is to be then. */
type ChangedContent = JobChange['content'] & { readonly task?: TaskContent | undefined };

/** The steps that changes of jobs are made of, each within the caller's transaction. */
@Injectable()
export class JobWriter {
  constructor(
    private readonly store: JobStore,
    private readonly schedules: ScheduleWriter,
    private readonly work: JobWork,
    private readonly actionLog: ActionLogStore,
    private readonly sealing: Sealing,
    private readonly limits: PlanLimits,
    private readonly guard: OutboundGuard,
    private readonly tasks: TaskStore,
    private readonly headers: JobHeaders,
    private readonly signingKeys: SigningKeyStore,
    private readonly throttled: ThrottlePlaces,
    private readonly waits: BreakerWaitStore,
  ) {}

  /** Returns the id of the caller's own job of a name, null where there is none. */
  findOwnId(tx: Tx, scope: AccessScope, name: string): Promise<number | null> {
    return this.store.findOwnId(tx, scope, name);
  }

  /** Works out a new job with its schedules and their first runs; nothing is stored yet. Throws InvalidInput. */
  prepare(scope: AccessScope, draft: JobDraft, now: Instant): NewJob {
    const { task = null } = draft;
    if (task === null) this.refuseUncallable(draft.content.action);
    const row = newJob(scope, { ...draft, content: this.sealed(draft.content, null) }, now);
    return { scope, row, task, made: newSchedules(row, draft.schedules, { actor: scope.actor, now }) };
  }

  /** Returns what replaces a job with the stored values of its headers in it. Throws InvalidInput where one is missing. */
  completed(draft: JobDraft, row: JobRow | null): JobDraft {
    return { ...draft, content: this.headers.completed(draft.content, row) };
  }

  /** Stores new jobs with everything that hangs on them: all, or by throwing NameInUse or Conflict none. */
  async insert(tx: Tx, jobs: readonly NewJob[]): Promise<void> {
    const rows = jobs.map(({ row }) => row);
    await this.store.refuseTooMany(tx, rows);
    const signed = rows.filter(({ policy }) => isSigned(policy));
    await this.refuseUnsigned(tx, signed);
    const made = jobs.map((job) => job.made);
    await this.limits.refuseNew(tx, made);
    const tasks = jobs.flatMap(({ row, task }) => (task === null ? [] : [{ row, task }]));
    await this.tasks.holdRunners(tx, tasks);
    if (!(await this.store.insert(tx, rows))) throw new NameInUse(rows.map((row) => row.name).join("', '"));
    const actors = jobs.map(({ scope }) => scope.actor);
    await this.tasks.insert(tx, tasks);
    await this.schedules.addFirst(tx, made, actors);
    await this.store.countNew(tx, rows);
  }

  /** Changes what is given of a locked job and plans its schedules anew where that matters. Throws InvalidInput, Conflict beyond a limit. */
  async update(tx: Tx, row: JobRow, { task, ...content }: ChangedContent, act: Act): Promise<PlanEffect> {
    if (task !== undefined) await this.tasks.holdRunners(tx, [{ row, task }]);
    const wasSigned = isSigned(row.policy);
    const applied = this.applied(row, content, act);
    if (isSigned(row.policy) && !wasSigned) await this.refuseUnsigned(tx, [row]);
    const { wasActive } = applied;
    if (row.active && !wasActive) await this.limits.refuseActivation(tx, row);
    const difference = await this.saved(tx, row, applied, task);
    await this.note(tx, row, difference, act);
    if (row.active !== wasActive) await this.schedules.countSwitched(tx, row);
    const kind = workOf(row, difference);
    const effect = kind === null ? NO_EFFECT : await this.work.begin(tx, row, kind, act);
    if (row.active !== wasActive) await this.store.recount(tx, row);
    return {
      ...effect,
      earliestAt: earliestOf([effect.earliestAt, await this.released(tx, row, difference, act)]),
    };
  }

  /** Replaces the content of a locked job, and its schedules where some are given: these are the answer. Throws InvalidInput, Conflict beyond a limit. */
  async replace(
    tx: Tx,
    job: JobRow,
    { content, schedules: drafts, task }: JobReplacement,
    act: Act,
  ): Promise<Changed<readonly ScheduleView[] | null>> {
    refuseOtherKind(job, task);
    if (drafts === undefined)
      return { answer: null, effect: await this.update(tx, job, { ...content, task }, act) };
    if (task !== undefined) await this.tasks.holdRunners(tx, [{ row: job, task }]);
    if (content.policy.signing === true && !isSigned(job.policy)) await this.refuseUnsigned(tx, [job]);
    const more = { drafts, isReplacing: true, isActive: content.active };
    await this.limits.refuseMore(tx, job, more, act.now);
    // What waits of it goes with its schedules.
    const removed = await this.work.begin(tx, job, 'remove', act);
    const difference = await this.saved(tx, job, this.applied(job, content, act), task);
    await this.note(tx, job, difference, act);
    // What is still to be removed counts as much as its job, and is counted out as that.
    if (job.active !== difference.wasActive) await this.schedules.countSwitched(tx, job);
    const { answer, effect } = await this.schedules.add(tx, job, drafts, act);
    if (job.active !== difference.wasActive) await this.store.recount(tx, job);
    return { answer, effect: { ...removed, earliestAt: effect.earliestAt } };
  }

  /** Deletes a locked job: it is gone at once, and its name is free; what hangs on it goes in batches. */
  async delete(tx: Tx, row: JobRow, act: Act): Promise<PlanEffect> {
    await this.schedules.countGone(tx, row);
    await this.store.delete(tx, row);
    return this.work.begin(tx, row, 'erase', act);
  }

  /** Lets what waits for the endpoint of a job ask anew where its protection has changed. Returns when the first run is due; null where none waits. */
  private async released(
    tx: Tx,
    row: JobRow,
    { changed }: JobDifference,
    { now }: Act,
  ): Promise<Instant | null> {
    let earliestAt: Instant | null = null;
    if (changed.includes('throttle')) {
      const isThrottled = parsePolicy(row.policy).throttle !== undefined;
      earliestAt = await this.throttled.changed(tx, { id: row.id, isThrottled }, now);
    }
    // A circuit is of the action's origin.
    if (!changed.includes('breaker') && !changed.includes('action')) return earliestAt;
    return (await this.waits.releaseJob(tx, row, now)) === 0 ? earliestAt : now;
  }

  private applied(row: JobRow, content: JobChange['content'], { now }: Act): JobDifference {
    if (row.kind === 'http' && content.action !== undefined && content.action !== row.action)
      this.refuseUncallable(content.action);
    return applyContent(row, this.sealed(content, row), now);
  }

  private async saved(
    tx: Tx,
    row: JobRow,
    difference: JobDifference,
    task: TaskContent | undefined,
  ): Promise<JobDifference> {
    await this.store.save(tx, row);
    if (task === undefined) return difference;
    return { ...difference, changed: [...difference.changed, ...(await this.tasks.save(tx, row, task))] };
  }

  private async note(tx: Tx, row: JobRow, difference: JobDifference, act: Act): Promise<void> {
    const details = detailsOf(difference);
    if (details !== null) await this.log(tx, row, { action: 'UPDATE', details }, act);
    if (row.active !== difference.wasActive)
      await this.log(tx, row, { action: row.active ? 'ACTIVATE' : 'DEACTIVATE' }, act);
  }

  /** Throws InvalidInput, in the words of its run logs, for an action that every call would be refused for. */
  private refuseUncallable(action: string): void {
    const refusal = this.guard.refusalOfScheme(new URL(action));
    if (refusal !== null) throw new InvalidInput(`'action' ${shown(action)}: ${refusal}`, 'action');
  }

  private sealed<C extends Pick<JobChange['content'], 'actionPassword' | 'action' | 'headers' | 'policy'>>(
    content: C,
    row: JobRow | null,
  ): Sealed<C> {
    const { actionPassword } = content;
    const sealed =
      typeof actionPassword === 'string'
        ? { ...content, actionPassword: this.sealing.seal(actionPassword) }
        : content;
    return this.headers.sealed(sealed, row);
  }

  private async refuseUnsigned(tx: Tx, rows: readonly JobRow[]): Promise<void> {
    if (rows.length > 0)
      await this.signingKeys.refuseWithout(
        tx,
        rows.map((row) => row.tenancyId),
      );
  }

  private log(tx: Tx, { id }: JobRow, event: JobEvent, { actor, now }: Act): Promise<void> {
    return this.actionLog.append(tx, [{ jobId: id, actor, at: now, ...event }]);
  }
}

/** Throws InvalidInput where a job would become a task, or a task a job that calls an endpoint: what has run says which it is. */
function refuseOtherKind({ id, kind, name }: JobRow, task: TaskContent | undefined): void {
  if ((kind === 'cf_task') === (task !== undefined)) return;
  throw new InvalidInput(
    kind === 'cf_task'
      ? `'name' ${shown(name)} is the name of a Cloud Foundry task: change it with PUT /admin/v1/tasks/${id}, choose another name, or delete the task`
      : `'name' ${shown(name)} is the name of a job that calls an endpoint: choose another name, or delete that job`,
    'name',
  );
}

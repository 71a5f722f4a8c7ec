import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { InvalidInput, shown } from '../core/errors.js';
import type { Instant } from '../core/instant.js';
import type { Tx } from '../database/tx.js';
import type { JobRow } from '../database/entities/job.row.js';
import { Sealing } from '../database/sealing.js';
import { OutboundGuard } from '../outbound/outbound-guard.js';
import { ActionLogStore, type ActionLogEntry } from '../run-log/action-log/action-log.store.js';
import { NO_EFFECT, type Act, type Changed, type PlanEffect } from '../schedule/job-transaction.js';
import { newSchedules, type NewSchedules } from '../schedule/plan/new-schedules.js';
import { Reachability } from '../schedule/plan/reachability.store.js';
import { PlanLimits } from '../schedule/plan/plan-limits.js';
import { ScheduleParts } from '../schedule/schedule-parts.store.js';
import { ScheduleWriter } from '../schedule/schedule-writer.js';
import {
  applyContent,
  newJob,
  type JobChange,
  type JobDifference,
  type JobDraft,
  type JobReplacement,
} from './job.draft.js';
import { JobStore, NameInUse } from './job.store.js';
import type { JobView } from './job.view.js';

/** What happened to a job. */
type JobEvent = Pick<ActionLogEntry, 'action' | 'details'>;

/** A job that is worked out in full and not stored yet. */
export interface NewJob {
  readonly scope: AccessScope;
  readonly row: JobRow;
  readonly made: NewSchedules;
}

/** The steps that changes of jobs are made of, each within the caller's transaction. */
@Injectable()
export class JobWriter {
  constructor(
    private readonly store: JobStore,
    private readonly schedules: ScheduleWriter,
    private readonly parts: ScheduleParts,
    private readonly actionLog: ActionLogStore,
    private readonly sealing: Sealing,
    private readonly reachability: Reachability,
    private readonly limits: PlanLimits,
    private readonly guard: OutboundGuard,
  ) {}

  /** Returns the id of the caller's own job of a name, null where there is none. */
  findOwnId(tx: Tx, scope: AccessScope, name: string): Promise<number | null> {
    return this.store.findOwnId(tx, scope, name);
  }

  /** Works out a new job with its schedules and their first runs; nothing is stored yet. Throws InvalidInput. */
  prepare(scope: AccessScope, draft: JobDraft, now: Instant): NewJob {
    this.refuseUncallable(draft.content.action);
    const row = newJob(scope, { ...draft, content: this.sealed(draft.content) }, now);
    return { scope, row, made: newSchedules(row, draft.schedules, { actor: scope.actor, now }) };
  }

  /** Stores new jobs with everything that hangs on them: all, or by throwing NameInUse or Conflict none. */
  async insert(tx: Tx, jobs: readonly NewJob[]): Promise<void> {
    const rows = jobs.map(({ row }) => row);
    await this.store.refuseTooMany(tx, rows);
    const made = jobs.map((job) => job.made);
    await this.limits.refuseNew(tx, made);
    if (!(await this.store.insert(tx, rows))) throw new NameInUse(rows.map((row) => row.name).join("', '"));
    const actors = jobs.map(({ scope }) => scope.actor);
    await this.schedules.addFirst(tx, made, actors);
    await this.store.countNew(tx, rows);
  }

  /** Changes what is given of a locked job and plans its schedules anew where that matters. Throws InvalidInput. */
  async update(tx: Tx, row: JobRow, content: JobChange['content'], act: Act): Promise<PlanEffect> {
    if (content.action !== undefined && content.action !== row.action) this.refuseUncallable(content.action);
    const difference = applyContent(row, this.sealed(content), act.now);
    const { changed, isReplanned, wasActive } = difference;
    if (row.active && !wasActive) await this.limits.refuseActivation(tx, row);
    await this.store.save(tx, row);
    const details = detailsOf(difference);
    if (details !== null) await this.log(tx, row, { action: 'UPDATE', details }, act);
    if (row.active !== wasActive)
      await this.log(tx, row, { action: row.active ? 'ACTIVATE' : 'DEACTIVATE' }, act);
    if (changed.includes('action')) await this.reachability.forgetOfJob(tx, row.id);
    if (!isReplanned) return NO_EFFECT;
    const cause = row.active && !wasActive ? 'activated' : 'edited';
    if (row.active !== wasActive) await this.schedules.countSwitched(tx, row);
    const effect = await this.schedules.replanAll(tx, row, cause, act.now);
    if (row.active !== wasActive) await this.store.recount(tx, row);
    return effect;
  }

  /** Replaces the content of a locked job, and its schedules where some are given. Throws InvalidInput. */
  async replace(
    tx: Tx,
    { scope, job }: { scope: AccessScope; job: JobRow },
    { content, schedules: drafts }: JobReplacement,
    act: Act,
  ): Promise<Changed<JobView>> {
    if (drafts === undefined) {
      const effect = await this.update(tx, job, content, act);
      const { first, rest } = await this.parts.ofJob(tx, job);
      const kept = { schedules: first, otherSchedules: rest };
      return { answer: { row: job, tenant: scope, ...kept }, effect };
    }
    const more = { drafts, isReplacing: true, isActive: content.active };
    await this.limits.refuseMore(tx, job, more, act.now);
    const removed = await this.schedules.removeAll(tx, job, act);
    await this.update(tx, job, content, act);
    const { answer: schedules, effect } = await this.schedules.add(tx, job, drafts, act);
    return {
      answer: { row: job, tenant: scope, schedules },
      effect: { dropped: removed.dropped, earliestAt: effect.earliestAt },
    };
  }

  /** Deletes a locked job with everything that hangs on it. */
  async delete(tx: Tx, row: JobRow): Promise<PlanEffect> {
    const effect = await this.schedules.eraseAll(tx, row);
    await this.store.delete(tx, row);
    return effect;
  }

  /** Throws InvalidInput, in the words of its run logs, for an action that every call would be refused for. */
  private refuseUncallable(action: string): void {
    const refusal = this.guard.refusalOfScheme(new URL(action));
    if (refusal !== null) throw new InvalidInput(`'action' ${shown(action)}: ${refusal}`, 'action');
  }

  private sealed<C extends { readonly actionPassword: string | null | undefined }>(content: C): C {
    const { actionPassword } = content;
    return typeof actionPassword === 'string'
      ? { ...content, actionPassword: this.sealing.seal(actionPassword) }
      : content;
  }

  private log(tx: Tx, { id }: JobRow, event: JobEvent, { actor, now }: Act): Promise<void> {
    return this.actionLog.append(tx, [{ jobId: id, actor, at: now, ...event }]);
  }
}

/** Returns what the action log says about a change; null where nothing but `active` changed, which has entries of its own. */
function detailsOf({ changed, areCredentialsLost }: JobDifference): string | null {
  const others = changed.filter((name) => name !== 'active');
  if (others.length === 0) return null;
  const details = `Changed: ${others.join(', ')}`;
  return areCredentialsLost
    ? `${details}. 'user' and 'password' were cleared: 'action' has another scheme, host or port`
    : details;
}

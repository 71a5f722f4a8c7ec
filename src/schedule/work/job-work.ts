import { Inject, Injectable } from '@nestjs/common';
import type { JobRow } from '../../database/entities/job.row.js';
import { JobWorkRow, type WorkKind } from '../../database/entities/job-work.row.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';
import type { Tx } from '../../database/tx.js';
import { ActionLogStore } from '../../run-log/action-log/action-log.store.js';
import type { Act, PlanEffect } from '../change.js';
import { NO_EFFECT } from '../change.js';
import { PlanChanges } from '../plan/plan-changes.js';
import { PlanLimits } from '../plan/plan-limits.js';
import { Reachability } from '../plan/reachability.store.js';
import { ScheduleStore } from '../schedule.store.js';
import { ScheduleWriter } from '../schedule-writer.js';
import { JobWorkStore } from './job-work.store.js';

/** How many schedules one transaction changes: on an embedded database everybody waits for it. */
export const WORK_BATCH = Symbol('schedules of one batch');

/** What one batch did, and the last schedule that it reached. */
interface Step {
  readonly effect: PlanEffect;
  readonly afterId: string | null;
  readonly isDone: boolean;
}

/**
 * What a change of a job does with its schedules, in batches with a transaction each. The first batch belongs to the
 * transaction that decides: what it leaves is a row, so that whoever comes next goes on, in this process or another. All
 * schedules are treated as they would have been at the instant of the decision. Until they are, the claim of their runs
 * keeps to the decision (core/plan/claim-gate), and the next change of the job waits.
 */
@Injectable()
export class JobWork {
  constructor(
    private readonly store: JobWorkStore,
    private readonly schedules: ScheduleStore,
    private readonly writer: ScheduleWriter,
    private readonly reachability: Reachability,
    private readonly actionLog: ActionLogStore,
    private readonly limits: PlanLimits,
    private readonly planChanges: PlanChanges,
    @Inject(WORK_BATCH) private readonly batch: number,
  ) {}

  /**
   * Treats the first schedules of a locked job, and notes the others for later batches; `isUnfinished` says so. Throws
   * Conflict where switching them on would go beyond a limit.
   */
  async begin(tx: Tx, job: JobRow, kind: WorkKind, { actor, now }: Act): Promise<PlanEffect> {
    if (kind === 'switchOn') await this.limits.refuseSwitch(tx, job);
    const place = { jobId: job.id, tenancyId: job.tenancyId };
    const work = Object.assign(new JobWorkRow(), {
      ...place,
      ...{ kind, at: now, actor, afterId: null, upTo: null },
    });
    const { effect, afterId, isDone } = await this.step(tx, job, work);
    if (isDone) return effect;
    // Those that take their places come after these.
    const upTo = kind === 'remove' ? await this.schedules.findLastId(tx, job.id) : null;
    await this.store.insert(tx, Object.assign(work, { afterId, upTo }));
    return { ...effect, isUnfinished: true };
  }

  /** Does the next batch of what is left of a job's last change, and announces it. Returns false where nothing is left. */
  async goOn(tx: Tx, jobId: number): Promise<boolean> {
    const held = await this.store.hold(tx, jobId);
    if (held === null) return false;
    const { work, job } = held;
    const { effect, afterId, isDone } = await this.step(tx, job, work);
    if (isDone) await this.store.strikeOff(tx, jobId);
    else await this.store.advance(tx, jobId, afterId);
    this.planChanges.announce(tx, { tenancyId: work.tenancyId, ...effect });
    return true;
  }

  /** Does the next batch of what one of these jobs has left, and returns false where none has. */
  async goOnWithOneOf(tx: Tx, jobIds: readonly number[]): Promise<boolean> {
    const jobId = jobIds.length === 0 ? null : await this.store.findOpen(tx, jobIds);
    return jobId !== null && this.goOn(tx, jobId);
  }

  /**
   * Does a batch of what the changes of a tenancy that is gone have left: what deleted jobs leave goes, and all else has
   * no object any more. Returns false where nothing is left.
   */
  async endSomeOfTenancy(tx: Tx, tenancyId: number): Promise<boolean> {
    const work = await this.store.findOfTenancy(tx, tenancyId);
    if (work === null) return false;
    if (work.kind === 'erase') await this.goOn(tx, work.jobId);
    else await this.store.strikeOff(tx, work.jobId);
    return true;
  }

  private async step(tx: Tx, job: JobRow | null, work: JobWorkRow): Promise<Step> {
    const { kind, jobId, afterId, upTo } = work;
    // Off-boarding took the job.
    if (job === null && kind !== 'erase') return { effect: NO_EFFECT, afterId, isDone: true };
    const rows = await this.schedules.listAfter(tx, { jobId, afterId, upTo, ...meantBy(kind) }, this.batch);
    const effect =
      job === null || kind === 'erase' ? await this.erase(tx, rows) : await this.treat(tx, job, rows, work);
    const isLast = rows.length < this.batch;
    const isDone = isLast && (kind !== 'erase' || (await this.isLogGone(tx, jobId)));
    return { effect, afterId: rows.at(-1)?.id ?? afterId, isDone };
  }

  private async treat(
    tx: Tx,
    job: JobRow,
    rows: readonly ScheduleRow[],
    work: JobWorkRow,
  ): Promise<PlanEffect> {
    const { kind, at: now, actor } = work;
    const part = { job, rows };
    switch (kind) {
      case 'drop':
        return this.writer.dropPlans(tx, rows, now);
      case 'activate':
        return this.writer.replan(tx, part, 'activated', now);
      case 'move':
        await this.reachability.forget(tx, rows);
        return this.writer.replan(tx, part, 'edited', now);
      case 'edit':
        return this.writer.replan(tx, part, 'edited', now);
      case 'forget':
        await this.reachability.forget(tx, rows);
        return NO_EFFECT;
      case 'remove':
        return this.writer.remove(tx, job, rows, { actor, now });
      case 'erase':
        return this.erase(tx, rows);
      case 'switchOn':
      case 'switchOff':
        return this.writer.switchSome(tx, part, kind === 'switchOn', { actor, now });
    }
  }

  /** The job was counted out with all that it had. */
  private erase(tx: Tx, rows: readonly ScheduleRow[]): Promise<PlanEffect> {
    return this.writer.erase(tx, rows);
  }

  private async isLogGone(tx: Tx, jobId: number): Promise<boolean> {
    return (await this.actionLog.deleteSomeOfJobs(tx, [jobId], this.batch)) < this.batch;
  }
}

/** Which schedules a change is about: those that are not yet as it wants them. */
function meantBy(kind: WorkKind): { readonly active?: boolean; readonly isUnreachable?: boolean } {
  if (kind === 'switchOn') return { active: false };
  if (kind === 'switchOff') return { active: true };
  return kind === 'forget' ? { isUnreachable: true } : {};
}

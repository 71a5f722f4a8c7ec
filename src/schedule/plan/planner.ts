import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { oneTimeStep } from '../../core/plan/one-time.js';
import { firstRun, intersect, type PlanInput, type Planned } from '../../core/plan/planning.js';
import type { Tx } from '../../database/tx.js';
import type { JobRow } from '../../database/entities/job.row.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';
import { plannedRunOf } from '../../run-log/queue/planned-run.js';
import { RunStore } from '../../run-log/queue/run.store.js';
import { DeactivationStore, type DeactivationReason } from './deactivation.store.js';
import { OneTimeRunStore } from './one-time-run.store.js';
import { patternOf } from './pattern-of.js';
import { Reachability } from './reachability.store.js';

/** How often planning looks further when the instant that it found is taken by another run of the schedule. */
const MOST_TRIES = 100;

/** A schedule that exists, and what happened to it or its job. */
interface Replanned {
  readonly job: JobRow;
  readonly schedule: ScheduleRow;
  readonly cause: Exclude<PlanInput['cause'], 'created'>;
  /** Whether the schedule has a timing that means something else than the one before. */
  readonly isRetimed: boolean;
}

/**
 * Keeps the plan of each schedule: exactly one SCHEDULED row while the schedule and its job are active and a
 * run is left, none otherwise. Everything happens in the caller's transaction, so that an edit neither loses
 * nor doubles a run (schedules.md, "Window and planning").
 */
@Injectable()
export class Planner {
  constructor(
    private readonly runs: RunStore,
    private readonly deactivations: DeactivationStore,
    private readonly reachability: Reachability,
    private readonly oneTimeRuns: OneTimeRunStore,
  ) {}

  /**
   * Plans a schedule anew from `now` where the change asks for it, in place of what is planned. Call it after the
   * rows of job and schedule are stored as they are given. An active schedule of an active job that has no run left
   * is deactivated, which is logged; `schedule.active` then says so. Returns the planned instant, null when there is
   * none.
   */
  async replan(tx: Tx, replanned: Replanned, now: Instant): Promise<Instant | null> {
    const { job, schedule, cause } = replanned;
    if (!job.active || !schedule.active) {
      await this.runs.dropPlans(tx, [schedule.id]);
      return null;
    }
    if (cause === 'activated') await this.reachability.forget(tx, schedule);
    return schedule.kind === 'once'
      ? this.replanOneTime(tx, replanned, now)
      : this.replanRecurring(tx, replanned, now);
  }

  /** Drops the plans of schedules: their planned runs are not executed. */
  dropPlans(tx: Tx, scheduleIds: readonly string[]): Promise<void> {
    return this.runs.dropPlans(tx, scheduleIds);
  }

  private async replanOneTime(tx: Tx, replanned: Replanned, now: Instant): Promise<Instant | null> {
    const { job, schedule } = replanned;
    const run = await this.oneTimeRuns.find(tx, schedule.id);
    if (!run.isActive) {
      // Its run has ended since the row was read.
      schedule.active = false;
      return null;
    }
    switch (oneTimeStep(replanned, run, intersect(job, schedule))) {
      case 'keep':
        return run.plannedAt;
      case 'drop':
        await this.runs.dropPlans(tx, [schedule.id]);
        return this.end(tx, schedule, 'ended', now);
      case 'plan':
        await this.runs.dropPlans(tx, [schedule.id]);
        return this.planAnew(tx, replanned, now);
    }
  }

  /**
   * An edit does not lose a run that is due already and only waits for its turn: it stays, its instant is the
   * answer, and the new plan follows it.
   */
  private async replanRecurring(tx: Tx, replanned: Replanned, now: Instant): Promise<Instant | null> {
    const { schedule, cause } = replanned;
    if (cause === 'edited') {
      const dueAt = await this.runs.dropLaterPlans(tx, schedule.id, now);
      if (dueAt !== null) return dueAt;
    } else await this.runs.dropPlans(tx, [schedule.id]);
    return this.planAnew(tx, replanned, now);
  }

  private async planAnew(tx: Tx, { job, schedule, cause }: Replanned, now: Instant): Promise<Instant | null> {
    const input: PlanInput = {
      pattern: patternOf(schedule),
      window: intersect(job, schedule),
      createdAt: schedule.createdAt,
      now,
      cause,
      previous: await this.runs.findPrevious(tx, schedule.id),
    };
    const planned = await this.planFirst(tx, schedule, input);
    return planned.kind === 'at' ? planned.at : this.end(tx, schedule, planned.kind, now);
  }

  private async end(tx: Tx, schedule: ScheduleRow, reason: DeactivationReason, now: Instant): Promise<null> {
    schedule.active = false;
    await this.deactivations.deactivate(
      tx,
      [{ scheduleId: schedule.id, jobId: schedule.jobId, reason }],
      now,
    );
    return null;
  }

  private async planFirst(tx: Tx, schedule: ScheduleRow, input: PlanInput): Promise<Planned> {
    let from = input.now;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const planned = firstRun({ ...input, now: from });
      if (planned.kind !== 'at') return planned;
      if ((await this.runs.plan(tx, [plannedRunOf(schedule, planned.at, input.now)])) === 1) return planned;
      // A run of this schedule has that instant already (claimed ahead of its time, or asked for): take the next.
      from = planned.at + 1;
    }
    throw new Error(`Schedule ${schedule.id}: no free instant to plan within ${MOST_TRIES} tries.`);
  }
}

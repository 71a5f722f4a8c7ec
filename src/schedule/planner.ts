import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import type { SchedulePattern } from '../core/pattern.js';
import { parseCron } from '../core/cron.js';
import { firstRun, intersect, type PlanCause, type Planned } from '../core/window.js';
import { uuidToBytes } from '../database/columns.js';
import type { Tx } from '../database/database.js';
import type { JobRow } from '../database/entities/job.row.js';
import { ScheduleRow } from '../database/entities/schedule.row.js';
import { newUuid } from '../database/uuid-v7.js';
import { ActionLogStore, SYSTEM_ACTOR } from '../run-log/action-log.store.js';
import { RunStore } from '../run-log/run.store.js';

/** The fields of a schedule that say when it runs. */
export type Timing = Pick<ScheduleRow, 'kind' | 'expression' | 'meaning'>;

/** Answers the pattern that a stored schedule means. */
export function patternOf(timing: Timing): SchedulePattern {
  const meaning = timing.meaning ?? 0;
  switch (timing.kind) {
    case 'cron':
      return parseCron(timing.expression);
    case 'interval':
      return { kind: 'interval', everyMs: meaning };
    case 'dailyAt':
      return { kind: 'dailyAt', msOfDay: meaning };
    case 'once':
      return { kind: 'once', at: meaning };
  }
}

/** Answers the action that is logged when a schedule has no run left, and the sentence that goes with it. */
export function deactivationOf(planned: Exclude<Planned, { kind: 'at' }>) {
  return planned.kind === 'ended'
    ? ({ action: 'DEACTIVATION_ON_END_TIME', details: 'The end time leaves no further run.' } as const)
    : ({ action: 'DEACTIVATION_NO_FUTURE_RUN', details: 'The schedule has no further run.' } as const);
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
    private readonly actionLog: ActionLogStore,
  ) {}

  /**
   * Drops the plan of a schedule and plans anew from `now`. Call it after the rows of job and schedule are
   * stored as they are given. An active schedule of an active job that has no run left is deactivated, which
   * is logged; `schedule.active` then says so. Answers the planned instant, null when there is none.
   */
  async replan(
    tx: Tx,
    { job, schedule, cause }: { job: JobRow; schedule: ScheduleRow; cause: PlanCause },
    now: Instant,
  ): Promise<Instant | null> {
    if (cause !== 'created') await this.runs.dropPlans(tx, [schedule.id]);
    if (!job.active || !schedule.active) return null;
    const planned = firstRun({
      pattern: patternOf(schedule),
      window: intersect(job, schedule),
      createdAt: schedule.createdAt,
      now,
      cause,
    });
    if (planned.kind === 'at') return this.runs.plan(tx, plannedRun(schedule, planned.at, now));
    schedule.active = false;
    await tx.manager.update(ScheduleRow, { id: schedule.id }, { active: false, modifiedAt: now });
    await this.actionLog.append(tx, [
      {
        jobId: schedule.jobId,
        scheduleId: schedule.id,
        actor: SYSTEM_ACTOR,
        at: now,
        ...deactivationOf(planned),
      },
    ]);
    return null;
  }

  /** Drops the plans of schedules: their planned runs are not executed. */
  dropPlans(tx: Tx, scheduleIds: readonly string[]): Promise<void> {
    return this.runs.dropPlans(tx, scheduleIds);
  }
}

function plannedRun(schedule: ScheduleRow, plannedAt: Instant, now: Instant) {
  return {
    id: uuidToBytes(newUuid(now)),
    scheduleId: uuidToBytes(schedule.id),
    tenancyId: schedule.tenancyId,
    plannedAt,
    createdAt: now,
  };
}

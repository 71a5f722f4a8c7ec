import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { oneTimeStep } from '../../core/plan/one-time.js';
import { intersect } from '../../core/plan/planning.js';
import { storedPolicy } from '../../core/policy/run-policy.js';
import { chunks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';
import { RunStore } from '../../run-log/queue/run.store.js';
import { RepeatAfterEnd } from '../overlap/repeat-after-end.js';
import { DeactivationStore } from './deactivation.store.js';
import { GivenUp } from './given-up.js';
import { NewPlans, repeatsAfterEnd, type Replanned } from './new-plans.js';
import { LifeCountStore } from './life/life-count.store.js';
import { RunLimit } from './life/run-limit.js';
import { OneTimeRunStore } from './one-time-run.store.js';
import { Reachability } from './reachability.store.js';

/** Schedules of a job that exist, and what happened to them or to the job. */
interface Changed extends Replanned {
  /** Whether the schedules have a timing that means something else than the one before. */
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
    private readonly plans: NewPlans,
    private readonly deactivations: DeactivationStore,
    private readonly reachability: Reachability,
    private readonly oneTimeRuns: OneTimeRunStore,
    private readonly limit: RunLimit,
    private readonly counts: LifeCountStore,
    private readonly givenUp: GivenUp,
    private readonly ends: RepeatAfterEnd,
  ) {}

  /**
   * Plans schedules anew from `now` where the change asks for it, in place of what is planned. Call it after the
   * rows of job and schedules are stored as they are given. An active schedule of an active job that has no run left
   * is deactivated, which is logged; its `active` then says so. Returns the planned instants by the ids of their
   * schedules; one without a plan has none. The statements are few for up to 500 schedules.
   */
  async replan(tx: Tx, changed: Changed, now: Instant): Promise<Map<string, Instant>> {
    const planned = new Map<string, Instant>();
    for (const schedules of chunks(changed.schedules)) {
      for (const [id, at] of await this.replanPart(tx, { ...changed, schedules }, now)) planned.set(id, at);
    }
    return planned;
  }

  private async replanPart(tx: Tx, changed: Changed, now: Instant): Promise<Map<string, Instant>> {
    const { job, schedules, cause } = changed;
    const active = schedules.filter((schedule) => job.active && schedule.active);
    await this.givenUp.plans(
      tx,
      schedules.filter((schedule) => !active.includes(schedule)),
      now,
    );
    if (cause === 'activated') await this.beginAnew(tx, active, now);
    const kept = new Map<string, Instant>();
    const oneTime = active.filter(({ kind }) => kind === 'once');
    const recurring = await this.withRunsLeft(
      tx,
      { ...changed, schedules: active.filter(({ kind }) => kind !== 'once') },
      now,
    );
    const free = [
      ...(await this.dropOneTime(tx, { ...changed, schedules: oneTime }, kept, now)),
      ...(await this.dropRecurring(tx, { ...changed, schedules: recurring }, kept, now)),
    ];
    return new Map([...kept, ...(await this.plans.plan(tx, { ...changed, schedules: free }, now))]);
  }

  /** What is counted of a schedule begins anew when it or its job is switched on. */
  private async beginAnew(tx: Tx, active: readonly ScheduleRow[], now: Instant): Promise<void> {
    await this.reachability.forget(tx, active);
    const counted = active.filter(({ policy }) => {
      const { maxRuns, pauseOnFailures } = storedPolicy(null, policy) ?? {};
      return maxRuns !== undefined || pauseOnFailures !== undefined;
    });
    await this.counts.reset(tx, idsOf(counted), now);
  }

  private async withRunsLeft(
    tx: Tx,
    { schedules, cause }: Changed,
    now: Instant,
  ): Promise<readonly ScheduleRow[]> {
    return cause === 'activated' ? schedules : this.limit.withhold(tx, schedules, now);
  }

  /** Returns the one-time schedules that are to get a run; notes the plans that stay in `kept`. */
  private async dropOneTime(
    tx: Tx,
    changed: Changed,
    kept: Map<string, Instant>,
    now: Instant,
  ): Promise<ScheduleRow[]> {
    const runs = await this.oneTimeRuns.list(tx, idsOf(changed.schedules));
    const steps = { plan: [] as ScheduleRow[], drop: [] as ScheduleRow[], keep: [] as ScheduleRow[] };
    for (const schedule of changed.schedules) {
      const run = runs.get(schedule.id);
      if (!run?.isActive) {
        // Its run has ended since the row was read.
        schedule.active = false;
        continue;
      }
      const step = oneTimeStep(changed, run, intersect(changed.job, schedule));
      steps[step].push(schedule);
      if (step === 'keep' && run.plannedAt !== null) kept.set(schedule.id, run.plannedAt);
    }
    await this.runs.dropPlans(tx, idsOf([...steps.plan, ...steps.drop]));
    await this.end(tx, steps.drop, now);
    return steps.plan;
  }

  /**
   * Returns the recurring schedules that are to get a run. An edit does not lose a run that is due already and only
   * waits for its turn: it stays, and the new plan follows it.
   */
  private async dropRecurring(
    tx: Tx,
    { schedules: all, cause, isRetimed }: Changed,
    kept: Map<string, Instant>,
    now: Instant,
  ): Promise<ScheduleRow[]> {
    if (cause === 'activated') {
      await this.runs.dropPlans(tx, idsOf(all));
      return this.notCarried(tx, all, { isPlanned: true });
    }
    const schedules = await this.notCarried(tx, all, { isPlanned: false });
    for (const [id, dueAt] of await this.runs.dropLaterPlans(tx, idsOf(schedules), now)) kept.set(id, dueAt);
    if (isRetimed) await this.moveDue(tx, schedules, kept, now);
    const free = schedules.filter(({ id }) => !kept.has(id));
    return this.notCarried(tx, free, { isPlanned: true });
  }

  /** A run whose instant has passed and that was due later, as the schedule was spread, is due as the schedule is now: it keeps nothing back. */
  private async moveDue(
    tx: Tx,
    schedules: readonly ScheduleRow[],
    kept: Map<string, Instant>,
    now: Instant,
  ): Promise<void> {
    for (const { id, spreadOffset } of schedules) {
      if ((kept.get(id) ?? now) <= now) continue;
      const dueAt = await this.runs.moveDue(tx, id, spreadOffset ?? 0, now);
      if (dueAt !== null) kept.set(id, dueAt);
    }
  }

  /** Returns schedules without those whose run under way plans the next when it ends. */
  private async notCarried(
    tx: Tx,
    schedules: readonly ScheduleRow[],
    how: { readonly isPlanned: boolean },
  ): Promise<ScheduleRow[]> {
    const fromEnd = schedules.filter(repeatsAfterEnd);
    if (fromEnd.length === 0) return [...schedules];
    const carried = await this.ends.listCarried(tx, idsOf(fromEnd), how);
    return schedules.filter(({ id }) => !carried.has(id));
  }

  private async end(tx: Tx, schedules: readonly ScheduleRow[], now: Instant): Promise<void> {
    if (schedules.length === 0) return;
    for (const schedule of schedules) schedule.active = false;
    const ended = schedules.map(({ id, jobId }) => ({ scheduleId: id, jobId, reason: 'ended' as const }));
    await this.deactivations.deactivate(tx, ended, now);
  }
}

function idsOf(schedules: readonly ScheduleRow[]): string[] {
  return schedules.map(({ id }) => id);
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import { storedPolicy } from '../../../core/policy/run-policy.js';
import { hasResult } from '../../../core/run-state.js';
import type { ScheduleRow } from '../../../database/entities/schedule.row.js';
import type { Tx } from '../../../database/tx.js';
import { RunStore } from '../../../run-log/queue/run.store.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../../../run-log/run-endings.js';
import { DeactivationStore } from '../deactivation.store.js';
import { NewPlans } from '../new-plans.js';
import { PlanChanges } from '../plan-changes.js';
import { isSinceCounted, LifeCountStore, type LifeCount } from './life-count.store.js';

/**
 * Ends schedules that have had as many planned runs as they may (schedule-extensions.md, "Limits of a schedule's
 * life"): like a one-time schedule, once the last run has ended. Runs are counted by the claim; one that is skipped or
 * canceled is taken off again, and where it was the last one, another is planned.
 */
@Injectable()
export class RunLimit implements EndingParticipant, OnModuleInit {
  constructor(
    private readonly endings: RunEndings,
    private readonly counts: LifeCountStore,
    private readonly runs: RunStore,
    private readonly plans: NewPlans,
    private readonly deactivations: DeactivationStore,
    private readonly changes: PlanChanges,
  ) {}

  onModuleInit(): void {
    this.endings.join(this);
  }

  /** A batch in which no schedule has a limit costs nothing, one in which some have, and none has come to it, a statement. */
  async settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    const limited = ended.filter(isLimited);
    if (limited.length === 0) return;
    const uncounted = limited.filter(isUncounted);
    const back = new Set(uncounted.map(({ scheduleId }) => scheduleId));
    const ids = [...new Set(limited.map(({ scheduleId }) => scheduleId))];
    const seen = await this.counts.list(tx, ids);
    const asked = seen.filter((count) => count.isActive && (back.has(count.scheduleId) || isUsedUp(count)));
    if (asked.length === 0) return;
    // Held: other runs of the same schedules may end at this moment, each of which sees the other as under way.
    const held = await this.counts.hold(
      tx,
      asked.map(({ scheduleId }) => scheduleId),
    );
    const at = Math.max(...limited.map(({ endedAt }) => endedAt));
    const now: LifeCount[] = [];
    for (const count of held) now.push(await this.takeOff(tx, count, uncounted));
    await this.endUsedUp(tx, now.filter(isUsedUp), at);
    await this.goOn(
      tx,
      now.filter((count) => !isUsedUp(count)),
      at,
    );
  }

  /**
   * Returns those of active schedules that may be planned. Of the others, which have had all their runs, what is planned
   * is dropped; one that has none under way is deactivated, and its `active` then says so.
   */
  async withhold(tx: Tx, schedules: readonly ScheduleRow[], at: Instant): Promise<readonly ScheduleRow[]> {
    const limited = schedules.filter(
      ({ kind, policy }) => kind !== 'once' && storedPolicy(null, policy)?.maxRuns !== undefined,
    );
    if (limited.length === 0) return schedules;
    const held = await this.counts.hold(
      tx,
      limited.map(({ id }) => id),
    );
    const usedUp = held.filter((count) => count.isActive && isUsedUp(count));
    if (usedUp.length === 0) return schedules;
    const gone = await this.endUsedUp(tx, usedUp, at);
    const over = new Set(usedUp.map(({ scheduleId }) => scheduleId));
    for (const schedule of schedules) if (gone.has(schedule.id)) schedule.active = false;
    return schedules.filter(({ id }) => !over.has(id));
  }

  /** Takes off the count what was skipped or canceled of it. What was planned before the count began is not in it. */
  private async takeOff(tx: Tx, count: LifeCount, uncounted: readonly EndedRun[]): Promise<LifeCount> {
    const { scheduleId, claimedRuns } = count;
    const runs = uncounted.filter(
      (run) => run.scheduleId === scheduleId && isSinceCounted(run.runId, count),
    ).length;
    if (runs === 0) return count;
    await this.counts.takeOff(tx, scheduleId, runs);
    return { ...count, claimedRuns: Math.max(0, claimedRuns - runs) };
  }

  /** Deactivates those that have no run under way, and returns their ids. */
  private async endUsedUp(tx: Tx, usedUp: readonly LifeCount[], at: Instant): Promise<ReadonlySet<string>> {
    if (usedUp.length === 0) return new Set();
    const ids = usedUp.map(({ scheduleId }) => scheduleId);
    const open = await this.counts.openPlans(tx, ids);
    // Only where there is a plan: looking for one among the runs of others who end at this moment would wait for them.
    const planned = ids.filter((id) => open.get(id)?.isPlanned === true);
    await this.runs.dropLaterPlans(tx, planned, BEFORE_ALL);
    const over = usedUp.filter(({ scheduleId }) => open.get(scheduleId)?.isUnderWay !== true);
    await this.deactivations.deactivate(
      tx,
      over.map(({ scheduleId, jobId }) => ({ scheduleId, jobId, reason: 'maxRuns' as const })),
      at,
    );
    return new Set(over.map(({ scheduleId }) => scheduleId));
  }

  /** Plans those that may run again and have no plan: their last run was taken off the count. */
  private async goOn(tx: Tx, counts: readonly LifeCount[], now: Instant): Promise<void> {
    if (counts.length === 0) return;
    const open = await this.counts.openPlans(
      tx,
      counts.map(({ scheduleId }) => scheduleId),
    );
    for (const { scheduleId, jobId, tenancyId, isActive } of counts) {
      if (!isActive || open.get(scheduleId)?.isPlanned !== false) continue;
      const { job, schedule } = await this.counts.findRows(tx, { jobId, scheduleId });
      if (!job?.active || !schedule) continue;
      const planned = await this.plans.plan(tx, { job, schedules: [schedule], cause: 'edited' }, now);
      const earliestAt = planned.get(scheduleId) ?? null;
      this.changes.announce(tx, { tenancyId, dropped: [], earliestAt });
    }
  }
}

/** Every plan is later. */
const BEFORE_ALL: Instant = -1;

function isLimited({ origin, policy, scheduleKind }: EndedRun): boolean {
  if (policy?.maxRuns === undefined || origin !== 'plan') return false;
  return scheduleKind !== null && scheduleKind !== 'once';
}

/** One that is recorded again was taken off by the attempt before. */
function isUncounted({ isCanceled, isRepeated, state }: EndedRun): boolean {
  return !isRepeated && (isCanceled || !hasResult(state));
}

function isUsedUp({ policy, claimedRuns }: LifeCount): boolean {
  return policy?.maxRuns !== undefined && claimedRuns >= policy.maxRuns;
}

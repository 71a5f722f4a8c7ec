import { Injectable, type OnModuleInit } from '@nestjs/common';
import { grouped } from '../../../core/grouped.js';
import { streakAfter } from '../../../core/plan/failure-streak.js';
import { hasResult, isFailure } from '../../../core/run-state.js';
import type { Tx } from '../../../database/tx.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../../../run-log/run-endings.js';
import { DeactivationStore } from '../deactivation.store.js';
import { GivenUp } from '../given-up.js';
import { PlanChanges } from '../plan-changes.js';
import { isSinceCounted, LifeCountStore, type LifeCount } from './life-count.store.js';

/**
 * Deactivates a schedule once as many planned runs have failed in a row as it says, in the transaction that ends the
 * last of them (schedule-extensions.md, "Limits of a schedule's life"). They are taken in the order in which they end.
 * A batch in which no schedule asks for it costs nothing, one in which all runs succeed a statement.
 */
@Injectable()
export class FailurePause implements EndingParticipant, OnModuleInit {
  constructor(
    private readonly endings: RunEndings,
    private readonly counts: LifeCountStore,
    private readonly deactivations: DeactivationStore,
    private readonly givenUp: GivenUp,
    private readonly changes: PlanChanges,
  ) {}

  onModuleInit(): void {
    this.endings.join(this);
  }

  /** Counts the ends of planned runs. One that is recorded again was counted by the attempt before. */
  async settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    const ends = grouped(ended.filter(isCounted), ({ scheduleId }) => scheduleId);
    if (ends.size === 0) return;
    const ids = [...ends.keys()].sort();
    const failing = ids.filter((id) => ends.get(id)?.some(({ state }) => isFailure(state)));
    await this.counts.endStreaks(
      tx,
      ids.filter((id) => !failing.includes(id)),
    );
    if (failing.length === 0) return;
    const reached: LifeCount[] = [];
    for (const count of await this.counts.hold(tx, failing)) {
      if (await this.isReached(tx, count, ends.get(count.scheduleId) ?? [])) reached.push(count);
    }
    await this.pause(tx, reached, Math.max(...ended.map(({ endedAt }) => endedAt)));
  }

  private async isReached(tx: Tx, count: LifeCount, runs: readonly EndedRun[]): Promise<boolean> {
    const limit = count.policy?.pauseOnFailures;
    // With its job switched off, what waits is given up; the count begins anew when the job is switched on.
    if (limit === undefined || !count.isActive || !count.isJobActive) return false;
    const own = runs.filter(({ runId }) => isSinceCounted(runId, count));
    const ends = own.sort((a, b) => a.endedAt - b.endedAt).map(({ state }) => state === 'SUCCESS');
    const { failures, isReached } = streakAfter(count.failedRuns, ends, limit);
    if (failures !== count.failedRuns) await this.counts.setFailures(tx, count.scheduleId, failures);
    return isReached;
  }

  private async pause(tx: Tx, reached: readonly LifeCount[], at: number): Promise<void> {
    if (reached.length === 0) return;
    await this.deactivations.deactivate(
      tx,
      reached.map(({ scheduleId, jobId }) => ({ scheduleId, jobId, reason: 'failures' as const })),
      at,
    );
    const places = reached.map(({ scheduleId: id, tenancyId }) => ({ id, tenancyId }));
    await this.givenUp.all(tx, places, at);
    for (const { scheduleId, tenancyId } of reached)
      this.changes.announce(tx, { tenancyId, dropped: [scheduleId], earliestAt: null });
  }
}

function isCounted({ origin, state, isCanceled, isRepeated, policy }: EndedRun): boolean {
  if (policy?.pauseOnFailures === undefined || origin !== 'plan') return false;
  return !isCanceled && !isRepeated && hasResult(state);
}

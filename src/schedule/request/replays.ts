import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import type { Tx } from '../../database/tx.js';
import { ScheduleDataStore } from '../../run-log/queue/schedule-data.store.js';
import { OneTimeRunStore } from '../plan/one-time-run.store.js';
import { PlanChanges } from '../plan/plan-changes.js';
import { AskedRuns, type PlannedOrder } from './asked-runs.js';
import type { ReplayedRun } from './replay.store.js';

/** Plans runs that run ended ones again (schedule-extensions.md, "Replay and back-fill"). */
@Injectable()
export class Replays {
  constructor(
    private readonly asked: AskedRuns,
    private readonly data: ScheduleDataStore,
    private readonly oneTimeRuns: OneTimeRunStore,
    private readonly planChanges: PlanChanges,
  ) {}

  /**
   * Plans a run for each of these, some hundreds at most, and returns the new runs in their order: with the data that the earlier
   * run was called with, for the instant that it stood for. Leave out those with an obstacle (ReplayStore) before. They run
   * whether their schedules are active or not, and the plans stay as they are. `pacedBy` is the operation that makes them as some of many.
   */
  async plan(
    tx: Tx,
    runs: readonly ReplayedRun[],
    now: Instant,
    pacedBy: string | null = null,
  ): Promise<PlannedOrder[]> {
    const blocked = runs.find(({ obstacle }) => obstacle !== null);
    if (blocked) throw new Error(`Run ${blocked.runId} cannot be run again: ${blocked.obstacle}.`);
    // Clean-up may be about to delete one-time schedules that nobody uses.
    const oneTime = runs.filter(({ isOneTime }) => isOneTime).map(({ scheduleId }) => scheduleId);
    await this.oneTimeRuns.noteRun(tx, oneTime, now);
    await this.data.keepLonger(tx, earlierData(runs), now);
    const orders = runs.map(({ runId, scheduleId, tenancyId, originalAt, dataVersion }) => ({
      schedule: { id: scheduleId, tenancyId },
      ...{ origin: 'replay' as const, originalAt, replayOf: runId, dataVersion, pacedBy },
    }));
    const planned = await this.asked.plan(tx, orders, now);
    this.announce(tx, runs, planned);
    return planned;
  }

  private announce(tx: Tx, runs: readonly ReplayedRun[], planned: readonly PlannedOrder[]): void {
    const earliest = new Map<number, Instant>();
    runs.forEach(({ tenancyId }, place) => {
      const at = planned[place]?.plannedAt ?? Infinity;
      earliest.set(tenancyId, Math.min(at, earliest.get(tenancyId) ?? Infinity));
    });
    for (const [tenancyId, earliestAt] of earliest)
      this.planChanges.announce(tx, { tenancyId, dropped: [], earliestAt });
  }
}

/** The versions that the schedules no longer have, each once. */
function earlierData(runs: readonly ReplayedRun[]) {
  const versions = runs.filter(({ isDataEarlier }) => isDataEarlier);
  const once = new Map(
    versions.map(({ scheduleId, dataVersion }) => [
      `${scheduleId} ${dataVersion}`,
      { scheduleId, version: dataVersion },
    ]),
  );
  return [...once.values()];
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { LEFT_OUT_TEXT } from '../../core/plan/overlap-verdict.js';
import { hasResult } from '../../core/run-state.js';
import { chunks } from '../../database/lists.js';
import { holdSchedules } from '../../database/row-lock.js';
import type { Tx } from '../../database/tx.js';
import { OverlapStore } from '../../run-log/queue/overlap.store.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../../run-log/run-endings.js';
import { RunEndingService } from '../../run-log/run-ending.service.js';
import { PlanChanges } from '../plan/plan-changes.js';
import { minds } from './overlaps.js';

/**
 * Sees to the runs that wait for another of their schedule: when one ends, whatever ends it, and when its schedule is switched off.
 * Runs of schedules that permit overlap cost a look at their settings and no statement.
 */
@Injectable()
export class WaitingRuns implements EndingParticipant, OnModuleInit {
  constructor(
    private readonly runEndings: RunEndings,
    private readonly endings: RunEndingService,
    private readonly store: OverlapStore,
    private readonly planChanges: PlanChanges,
  ) {}

  onModuleInit(): void {
    this.runEndings.join(this);
  }

  /** Makes due what waited for the runs that ended. Their schedules are held: a claim may be about to let one wait. */
  async settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    if (!ended.some(isWaitedFor)) return;
    const meant = ended.filter(isWaitedFor);
    const scheduleIds = [...new Set(meant.map((run) => run.scheduleId))];
    const tenancyIds = [...new Set(meant.map((run) => run.tenancyId))];
    await holdSchedules(tx, scheduleIds);
    const now = Math.max(...meant.map(({ endedAt }) => endedAt));
    const earliest = await this.store.release(tx, { scheduleIds, tenancyIds }, now);
    for (const [tenancyId, earliestAt] of earliest) {
      this.planChanges.announce(tx, { tenancyId, dropped: [], earliestAt });
    }
  }

  /** Makes due what waits of a schedule whose settings have changed: the next claim decides anew. Returns when, null where nothing waits. */
  async release(
    tx: Tx,
    { id, tenancyId }: { readonly id: string; readonly tenancyId: number },
    now: Instant,
  ): Promise<Instant | null> {
    const earliest = await this.store.release(tx, { scheduleIds: [id], tenancyIds: [tenancyId] }, now);
    return earliest.get(tenancyId) ?? null;
  }

  /** Lets go of what waits of schedules that are off, or whose job is: what is not due yet goes as a plan does, the rest is skipped. */
  async giveUp(
    tx: Tx,
    schedules: readonly { readonly id: string; readonly tenancyId: number }[],
    now: Instant,
  ): Promise<void> {
    if (schedules.length === 0) return;
    const scheduleIds = schedules.map(({ id }) => id);
    const tenancyIds = [...new Set(schedules.map(({ tenancyId }) => tenancyId))];
    const places = { scheduleIds, tenancyIds };
    await this.store.dropAhead(tx, places, now);
    await this.skip(tx, await this.store.listWaiting(tx, places), now);
  }

  /** Records runs as skipped that were waiting and are not to be called any more. */
  async skip(tx: Tx, runIds: readonly string[], now: Instant): Promise<void> {
    const event = { kind: 'skipped' } as const;
    // Tens of thousands may wait for an endpoint that is away.
    for (const part of chunks([...runIds].sort())) {
      await this.endings.conclude(
        tx,
        part.map((runId) => ({ runId, event, text: LEFT_OUT_TEXT })),
        now,
      );
    }
  }
}

/** What was not called has kept nobody waiting. */
function isWaitedFor(run: EndedRun): boolean {
  return minds(run) && hasResult(run.state);
}

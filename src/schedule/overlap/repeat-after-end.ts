import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { runAfter } from '../../core/plan/planning.js';
import { holdSchedules } from '../../database/row-lock.js';
import type { Tx } from '../../database/tx.js';
import { plannedRunOf } from '../../run-log/queue/planned-run.js';
import { RunStore } from '../../run-log/queue/run.store.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../../run-log/run-endings.js';
import { DeactivationStore, type Deactivation } from '../plan/deactivation.store.js';
import { PlanChanges } from '../plan/plan-changes.js';
import { ChainStore, isUnderWay, type Chain } from './chain.store.js';

/** How often planning goes one millisecond further where the instant is taken by a run that was asked for. */
const MOST_TRIES = 100;

/**
 * Plans the next run where an interval counts from the end of the one before, in the transaction that ends it. Only the newest run of
 * a schedule's plan does so: a schedule that was switched off and on again while a run was under way has one chain and not two.
 */
@Injectable()
export class RepeatAfterEnd implements EndingParticipant, OnModuleInit {
  constructor(
    private readonly endings: RunEndings,
    private readonly chains: ChainStore,
    private readonly runs: RunStore,
    private readonly deactivations: DeactivationStore,
    private readonly planChanges: PlanChanges,
  ) {}

  onModuleInit(): void {
    this.endings.join(this);
  }

  async settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    if (!ended.some(isFollowed)) return;
    const meant = new Map(ended.filter(isFollowed).map((run) => [run.runId, run]));
    const ids = [...new Set([...meant.values()].map((run) => run.scheduleId))];
    // An edit may be about to plan or to count on this run.
    await holdSchedules(tx, ids);
    const over: Deactivation[] = [];
    for (const chain of await this.chains.list(tx, ids)) {
      const run = chain.head && meant.get(chain.head.runId);
      if (run && chain.isActive) over.push(...(await this.follow(tx, chain, run)));
    }
    await this.deactivations.deactivate(tx, over, Math.max(...[...meant.values()].map((run) => run.endedAt)));
  }

  /**
   * Returns which of these schedules have a run under way whose end plans the next. With `isPlanned`, their plans were dropped just
   * now: then a run in flight may have been claimed with other settings, and whoever called it would not look at those of now.
   */
  async listCarried(
    tx: Tx,
    scheduleIds: readonly string[],
    { isPlanned }: { readonly isPlanned: boolean },
  ): Promise<Set<string>> {
    const chains = await this.chains.list(tx, scheduleIds);
    const carried = chains.filter(({ head, timedAt }) => {
      if (head === null || !isUnderWay(head)) return false;
      return !isPlanned || head.state !== 'TRIGGERED' || head.createdAt >= timedAt;
    });
    return new Set(carried.map(({ scheduleId }) => scheduleId));
  }

  private async follow(tx: Tx, chain: Chain, run: EndedRun): Promise<Deactivation[]> {
    const { scheduleId, jobId, tenancyId, everyMs, window, policy } = chain;
    if (policy === null) return [{ scheduleId, jobId, reason: 'unreadableSettings' }];
    if (policy.repeatsAfterEnd !== true) return [];
    const pattern = { kind: 'interval', everyMs } as const;
    const { plannedAt: previous, endedAt } = run;
    // Claimed before its time and ended there: the next one still comes after it.
    const startedAt = Math.max(endedAt, previous + 1 - everyMs);
    const next = runAfter({ pattern, window, previous, startedAt });
    if (next.kind !== 'at') return [{ scheduleId, jobId, reason: next.kind }];
    const earliestAt = await this.plan(tx, { id: scheduleId, tenancyId }, next.at, endedAt);
    this.planChanges.announce(tx, { tenancyId, dropped: [], earliestAt });
    return [];
  }

  private async plan(
    tx: Tx,
    schedule: { readonly id: string; readonly tenancyId: number },
    from: Instant,
    now: Instant,
  ): Promise<Instant> {
    for (let at = from; at < from + MOST_TRIES; at++) {
      if ((await this.runs.plan(tx, [plannedRunOf(schedule, at, now)])) === 1) return at;
    }
    throw new Error(`No free instant to plan for schedule ${schedule.id} within ${MOST_TRIES} tries.`);
  }
}

function isFollowed({ policy, origin, scheduleKind }: EndedRun): boolean {
  return policy?.repeatsAfterEnd === true && origin === 'plan' && scheduleKind === 'interval';
}

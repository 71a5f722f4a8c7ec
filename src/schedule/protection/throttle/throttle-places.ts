import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Instant } from '../../../core/instant.js';
import type { Tx } from '../../../database/tx.js';
import { RunEndings, type EndingParticipant, type LeftRun } from '../../../run-log/run-endings.js';
import { PlanChanges } from '../../plan/plan-changes.js';
import { ThrottleStore } from './throttle.store.js';

/** A job that limits how many of its calls are open. */
export interface LimitedJob {
  readonly id: number;
  readonly tenancyId: number;
  readonly concurrency: number;
}

/**
 * Gives the places of calls that are over to the runs that wait for one, in the transaction that says so. Runs of jobs without a
 * throttle cost a look at their settings and no statement.
 */
@Injectable()
export class ThrottlePlaces implements EndingParticipant, OnModuleInit {
  constructor(
    private readonly runEndings: RunEndings,
    private readonly store: ThrottleStore,
    private readonly planChanges: PlanChanges,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.runEndings.join(this);
  }

  async leave(tx: Tx, runs: readonly LeftRun[], { wereCalled }: { wereCalled: boolean }): Promise<void> {
    if (!runs.some(isThrottled)) return;
    const meant = runs.filter(isThrottled);
    const jobs = new Map<number, LimitedJob>();
    for (const { job, tenancyId, policy } of meant) {
      const concurrency = policy?.throttle?.concurrency;
      if (job !== null && concurrency !== undefined) jobs.set(job.id, { id: job.id, tenancyId, concurrency });
    }
    if (jobs.size > 0) await this.store.hold(tx, [...jobs.keys()]);
    if (!wereCalled)
      await this.store.forgetWaits(
        tx,
        meant.map(({ runId }) => runId),
      );
    await this.giveFree(tx, [...jobs.values()]);
  }

  /** Gives the free places of held jobs to those that wait. */
  async giveFree(tx: Tx, jobs: readonly LimitedJob[]): Promise<void> {
    if (jobs.length === 0) return;
    const jobIds = jobs.map(({ id }) => id);
    const waits = await this.store.countWaits(tx, jobIds);
    const waitedFor = jobs.filter(({ id }) => (waits.get(id)?.place ?? 0) > 0);
    const tenancyIds = [...new Set(waitedFor.map(({ tenancyId }) => tenancyId))];
    const open = await this.store.countOpen(tx, { jobIds: waitedFor.map(({ id }) => id), tenancyIds });
    for (const { id, tenancyId, concurrency } of waitedFor) {
      const free = concurrency - (open.get(id) ?? 0);
      if (free <= 0) continue;
      const earliestAt = await this.store.release(tx, id, free, this.clock.now());
      this.planChanges.announce(tx, { tenancyId, dropped: [], earliestAt });
    }
  }

  /** Lets what waits of a job ask anew because its throttle has changed. Returns when the first run is due; null where none waits. */
  async changed(
    tx: Tx,
    { id, isThrottled }: { readonly id: number; readonly isThrottled: boolean },
    now: Instant,
  ): Promise<Instant | null> {
    // The runs before the job, as a claim takes them.
    const earliestAt = await this.store.releaseAll(tx, id, now);
    await this.store.startAfresh(tx, id, isThrottled);
    return earliestAt;
  }
}

function isThrottled({ policy }: LeftRun): boolean {
  return policy?.throttle !== undefined;
}

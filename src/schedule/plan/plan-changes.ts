import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import type { Tx } from '../../database/tx.js';

/** What a change did to the plans of one tenancy. */
export interface PlanChange {
  readonly tenancyId: number;
  /** Schedules that are now inactive or gone: a run of theirs that is held must not start. An edited one keeps what was claimed. */
  readonly dropped: readonly string[];
  /** The earliest run that the change planned, null when it planned none. */
  readonly earliestAt: Instant | null;
}

/**
 * Tells this process's dispatcher of committed changes, so that it wakes for a new plan and drops what it holds.
 * Only a hint: other replicas find the same in the database within a second. It exists because dispatch
 * imports schedule and not the other way round.
 */
@Injectable()
export class PlanChanges {
  private listener: (change: PlanChange) => void = () => undefined;

  /** Sets the one listener of this process. */
  listen(listener: (change: PlanChange) => void): void {
    this.listener = listener;
  }

  /** Announces a change once its transaction has committed; one that touched no plan is not worth a word. */
  announce(tx: Tx, change: PlanChange): void {
    if (change.dropped.length === 0 && change.earliestAt === null) return;
    tx.afterCommit(() => this.listener(change));
  }
}

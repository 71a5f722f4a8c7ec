import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { uuidToBytes } from '../../database/columns.js';
import type { Action } from '../../database/entities/action-log.row.js';
import { chunks, marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import {
  ActionLogStore,
  SYSTEM_ACTOR,
  type ActionLogEntry,
} from '../../run-log/action-log/action-log.store.js';
import { PlanCountStore } from './plan-count.store.js';

/** Why the service switches a schedule off by itself: the action that is logged, and the sentence that goes with it. */
const REASONS = {
  ended: { action: 'DEACTIVATION_ON_END_TIME', details: 'The end time leaves no further run.' },
  noFutureRun: { action: 'DEACTIVATION_NO_FUTURE_RUN', details: 'The schedule has no further run.' },
  unreadablePattern: {
    action: 'DEACTIVATION_NO_FUTURE_RUN',
    details: 'The stored pattern of the schedule cannot be read.',
  },
  unreadableSettings: {
    action: 'DEACTIVATION_NO_FUTURE_RUN',
    details: 'The stored settings of the schedule cannot be read.',
  },
  completed: { action: 'DEACTIVATION_ON_COMPLETION', details: 'The one-time schedule has run.' },
  unreachable: {
    action: 'DEACTIVATION_UNREACHABLE',
    details: 'The action endpoint could not be reached on any run for more than 10 days.',
  },
  maxRuns: {
    action: 'DEACTIVATION_ON_MAX_RUNS',
    details: 'The schedule has had as many planned runs as its maxRuns permits.',
  },
  failures: {
    action: 'DEACTIVATION_ON_FAILURES',
    details: 'As many planned runs failed in a row as its pauseOnFailures says.',
  },
} as const satisfies Record<string, { action: Action; details: string }>;

/** Why the service switches a schedule off by itself. */
export type DeactivationReason = keyof typeof REASONS;

/** A schedule that the service switches off, and why. */
export interface Deactivation {
  readonly scheduleId: string;
  readonly jobId: number;
  readonly reason: DeactivationReason;
}

/** Returns what the action log says of a deactivation: of a new schedule too, which is inactive from the start. */
export function entryOf({ scheduleId, jobId, reason }: Deactivation, at: Instant): ActionLogEntry {
  return { scheduleId, jobId, ...REASONS[reason], actor: SYSTEM_ACTOR, at };
}

/** The only writer of "switched off, because": what users switch off is written with their other changes. */
@Injectable()
export class DeactivationStore {
  constructor(
    private readonly actionLog: ActionLogStore,
    private readonly counts: PlanCountStore,
  ) {}

  /**
   * Switches schedules off and logs why, in two statements for up to 500 of them. For how long an endpoint has been
   * unreachable is counted anew from the next activation. What is planned already is the caller's to drop.
   */
  async deactivate(tx: Tx, deactivations: readonly Deactivation[], at: Instant): Promise<void> {
    // A one-time schedule fires nothing that is counted.
    const firing = deactivations.filter(({ reason }) => reason !== 'completed');
    await this.counts.takeOff(
      tx,
      firing.map(({ scheduleId }) => scheduleId),
    );
    for (const part of chunks(deactivations)) {
      const ids = part.map(({ scheduleId }) => uuidToBytes(scheduleId));
      await tx.execute(
        `UPDATE schedule SET active = 0, unreachable_since = NULL, modified_at = ? WHERE id IN (${marks(ids)})`,
        [at, ...ids],
      );
    }
    await this.actionLog.append(
      tx,
      deactivations.map((deactivation) => entryOf(deactivation, at)),
    );
  }
}

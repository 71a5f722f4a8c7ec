import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { chunks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import { AttemptStore } from '../../run-log/attempt.store.js';
import { RunStore } from '../../run-log/queue/run.store.js';
import { RunEndingService } from '../../run-log/run-ending.service.js';
import { WaitingRuns } from '../overlap/waiting-runs.js';

/** What is known of a schedule whose runs are given up. */
interface Place {
  readonly id: string;
  readonly tenancyId: number;
}

/** Gives up the runs that schedules have left which are switched off in this transaction, or whose job is. */
@Injectable()
export class GivenUp {
  constructor(
    private readonly runs: RunStore,
    private readonly attempts: AttemptStore,
    private readonly endings: RunEndingService,
    private readonly waiting: WaitingRuns,
  ) {}

  /** Gives up all that they have left. */
  async all(tx: Tx, schedules: readonly Place[], now: Instant): Promise<void> {
    await this.repetitions(tx, schedules, now);
    await this.plans(tx, schedules, now);
  }

  /** Drops their plans: planned runs are not executed, and those that wait are let go of. */
  async plans(tx: Tx, schedules: readonly Place[], now: Instant): Promise<void> {
    for (const part of chunks(schedules)) {
      await this.runs.dropPlans(
        tx,
        part.map(({ id }) => id),
      );
      await this.waiting.giveUp(tx, part, now);
    }
  }

  /** Ends what waits for another call (schedule-extensions.md, "Retries"). One statement more where nothing does. */
  async repetitions(tx: Tx, schedules: readonly Place[], now: Instant): Promise<void> {
    for (const part of chunks(schedules)) {
      const waiting = await this.attempts.listWaiting(tx, part);
      if (waiting.length > 0) await this.endings.giveUp(tx, waiting, now);
    }
  }
}

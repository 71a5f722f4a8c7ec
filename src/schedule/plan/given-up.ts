import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { chunks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import { AttemptStore } from '../../run-log/attempt.store.js';
import { RunEndingService } from '../../run-log/run-ending.service.js';

/** What is known of a schedule whose waiting runs are given up. */
interface Place {
  readonly id: string;
  readonly tenancyId: number;
}

/** Ends the runs that wait for another call, where somebody switches their schedules or their job off (schedule-extensions.md, "Retries"). */
@Injectable()
export class GivenUp {
  constructor(
    private readonly attempts: AttemptStore,
    private readonly endings: RunEndingService,
  ) {}

  /** Ends those of schedules that are switched off in this transaction. One statement more where none waits. */
  async ofSchedules(tx: Tx, schedules: readonly Place[], now: Instant): Promise<void> {
    for (const part of chunks(schedules)) {
      const waiting = await this.attempts.listWaiting(tx, part);
      if (waiting.length > 0) await this.endings.giveUp(tx, waiting, now);
    }
  }
}

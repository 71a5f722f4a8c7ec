import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { NotificationStore, UNSENT_LIMIT_MS } from '../notification/notification.store.js';
import { RunEndingStore } from './run-ending.store.js';
import { RetentionStore } from './retention.store.js';
import { UnusedOneTime } from '../schedule/unused-one-time.store.js';

/** Rows that one transaction of a sweep handles at most: none holds locks for long. */
const BATCH = 500;

/** The stores whose rows grow old. */
@Injectable()
export class SweepingStores {
  constructor(
    readonly retention: RetentionStore,
    readonly unused: UnusedOneTime,
    readonly notifications: NotificationStore,
  ) {}
}

/**
 * The clean-up that time brings: runs whose report is overdue, logs that were kept long enough, what deleted
 * schedules left. Each method works in bounded batches until nothing is left and answers how much it did; several
 * replicas may run them at once without harm. The frequent ones look first: an idle service opens no transaction.
 */
@Injectable()
export class RunChores {
  private readonly log = new Logger(RunChores.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly reports: RunEndingStore,
    private readonly chores: SweepingStores,
  ) {}

  /** Ends the runs that have waited for their report for longer than their instance grants. */
  async expireReports(): Promise<number> {
    const now = this.clock.now();
    if (!(await this.database.read((tx) => this.reports.isAnyOverdue(tx, now)))) return 0;
    return this.inBatches((tx) => this.reports.expire(tx, now, BATCH));
  }

  /** Deletes the runs of schedules that are gone. */
  async purge(): Promise<number> {
    if (!(await this.database.read((tx) => this.chores.retention.isAnyToPurge(tx)))) return 0;
    return this.inBatches((tx) => this.chores.retention.purgeRuns(tx, BATCH));
  }

  /** Deletes run logs after 15 days, action logs after 90, one-time schedules that nobody used for 30, and notifications that no broker took for 7. */
  async retire(): Promise<number> {
    const now = this.clock.now();
    const { retention, unused, notifications } = this.chores;
    const tenancies = await this.database.read((tx) => tx.query<{ id: number }>('SELECT id FROM tenancy'));
    let retired = 0;
    for (const { id } of tenancies) {
      retired += await this.inBatches((tx) => retention.deleteOldRuns(tx, id, now, BATCH));
    }
    retired += await this.inBatches((tx) => retention.deleteOldActionLogs(tx, now, BATCH));
    retired += await this.inBatches((tx) => unused.deleteSome(tx, now, BATCH));
    const untold = await this.inBatches((tx) => notifications.deleteBefore(tx, now - UNSENT_LIMIT_MS, BATCH));
    if (untold > 0) this.log.warn(`${untold} notifications were dropped: no broker took them for 7 days.`);
    return retired + untold;
  }

  /** Works until a batch finds nothing. Each batch is its own transaction, so dispatch gets its turn in between. */
  private async inBatches(batch: (tx: Tx) => Promise<number>): Promise<number> {
    let total = 0;
    for (;;) {
      const done = await this.database.transaction(batch);
      total += done;
      if (done === 0) return total;
    }
  }
}

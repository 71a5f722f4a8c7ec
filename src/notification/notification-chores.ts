import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { MINUTE_MS } from '../core/instant.js';
import { untilNone } from '../database/batches.js';
import { Database } from '../database/database.js';
import { Chores, CLEAN_UP } from '../replica/chores.js';
import { NotificationStore, UNSENT_LIMIT_MS } from './notification.store.js';

/** Rows that one transaction handles at most. */
const BATCH = 500;
const EVERY_MS = 10 * MINUTE_MS;

/** Drops what no broker took for too long. */
@Injectable()
export class NotificationChores {
  private readonly log = new Logger('Notifications');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: NotificationStore,
    chores: Chores,
  ) {
    chores.register({ ...CLEAN_UP, name: 'old-notifications', everyMs: EVERY_MS, run: () => this.drop() });
  }

  /** Drops the notifications that no broker took for 7 days; returns how many. */
  async drop(): Promise<number> {
    const before = this.clock.now() - UNSENT_LIMIT_MS;
    const dropped = await untilNone(this.database, (tx) => this.store.deleteBefore(tx, before, BATCH));
    if (dropped > 0) this.log.warn(`${dropped} notifications were dropped: no broker took them for 7 days.`);
    return dropped;
  }
}

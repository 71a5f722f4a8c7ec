import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { DAY_MS, MINUTE_MS } from '../core/instant.js';
import { untilNone } from '../database/batches.js';
import { Database } from '../database/database.js';
import { Chores, CLEAN_UP } from '../replica/chores.js';
import { Outbox } from './outbox.js';
import { OutboxStore } from './outbox.store.js';

/** Rows that one transaction handles at most. */
const BATCH = 500;
const EVERY_MS = 10 * MINUTE_MS;

/** Drops what no receiver took for too long. */
@Injectable()
export class NotificationChores {
  private readonly log = new Logger('Notifications');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly outbox: Outbox,
    private readonly store: OutboxStore,
    chores: Chores,
  ) {
    chores.register({ ...CLEAN_UP, name: 'old-notifications', everyMs: EVERY_MS, run: () => this.drop() });
  }

  /**
   * Drops what channels with one receiver were not rid of in time, wanted or not any more; returns how many. Messages
   * that are put off one by one are given up by their last try instead.
   */
  async drop(): Promise<number> {
    let dropped = 0;
    for (const { kind, backoff, givenUpAfterMs } of this.outbox.list()) {
      if (backoff.of !== 'channel') continue;
      const before = this.clock.now() - givenUpAfterMs;
      const count = await untilNone(this.database, (tx) => this.store.deleteBefore(tx, kind, before, BATCH));
      if (count > 0) {
        const days = givenUpAfterMs / DAY_MS;
        this.log.warn(`${count} messages of '${kind}' were dropped: nobody took them for ${days} days.`);
      }
      dropped += count;
    }
    return dropped;
  }
}

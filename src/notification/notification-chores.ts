import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { DAY_MS, MINUTE_MS } from '../core/instant.js';
import { untilNone } from '../database/batches.js';
import { Database } from '../database/database.js';
import { Chores, CLEAN_UP } from '../replica/chores.js';
import { Outbox } from './outbox.js';
import { OutboxStore } from './outbox.store.js';

/** Maximum number of rows that one transaction handles. */
const BATCH = 500;
const EVERY_MS = 10 * MINUTE_MS;

/** Deletes messages that no receiver accepted for too long. */
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
   * Deletes messages that channels with one receiver did not deliver in time, even where the channel is no longer
   * wanted; returns how many. Messages that are postponed one by one are given up at their last try instead.
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

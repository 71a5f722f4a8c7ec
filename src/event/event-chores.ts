import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { MINUTE_MS } from '../core/instant.js';
import { untilNone } from '../database/batches.js';
import { Database } from '../database/database.js';
import { Chores, CLEAN_UP } from '../replica/chores.js';
import { EventStore } from './event.store.js';
import { StreamStore } from './stream.store.js';

/** Maximum number of rows that one transaction handles. */
const BATCH = 500;
const EVERY_MS = 5 * MINUTE_MS;

/** Deletes events and streams that nobody can ask for any more. */
@Injectable()
export class EventChores {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: EventStore,
    private readonly streams: StreamStore,
    chores: Chores,
  ) {
    chores.register({ ...CLEAN_UP, name: 'old-events', everyMs: EVERY_MS, run: () => this.expire() });
  }

  /** Deletes rows after their retention time; returns how many. */
  async expire(): Promise<number> {
    const now = this.clock.now();
    const events = await untilNone(this.database, (tx) => this.events.deleteExpired(tx, now, BATCH));
    return events + (await untilNone(this.database, (tx) => this.streams.deleteExpired(tx, now, BATCH)));
  }
}

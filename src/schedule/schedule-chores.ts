import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { MINUTE_MS } from '../core/instant.js';
import { untilNone } from '../database/batches.js';
import { Database } from '../database/database.js';
import { Chores, CLEAN_UP } from '../replica/chores.js';
import { UnusedOneTime } from './unused-one-time.store.js';

/** Rows that one transaction handles at most. */
const BATCH = 500;
const EVERY_MS = 10 * MINUTE_MS;

/** The clean-up that time brings to schedules (runs-and-behaviour.md, "Clean-up"). */
@Injectable()
export class ScheduleChores {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly unused: UnusedOneTime,
    chores: Chores,
  ) {
    chores.register({ ...CLEAN_UP, name: 'unused-one-time', everyMs: EVERY_MS, run: () => this.retire() });
  }

  /** Deletes the one-time schedules that nobody used for 30 days; returns how many. */
  retire(): Promise<number> {
    const now = this.clock.now();
    return untilNone(this.database, (tx) => this.unused.deleteSome(tx, now, BATCH));
  }
}

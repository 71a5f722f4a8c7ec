import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { DAY_MS, HOUR_MS } from '../../core/instant.js';
import { untilNone } from '../../database/batches.js';
import { Database } from '../../database/database.js';
import { Chores, CLEAN_UP } from '../../replica/chores.js';
import { RUN_LOG_RETENTION_MS } from '../../run-log/retention.store.js';
import { RunCountsStore } from './run-counts.store.js';

const MINUTES_KEPT_MS = 2 * DAY_MS;
const BATCH = 500;

/** Forgets counts: minutes after 48 hours, hours when the run logs go that they count. */
@Injectable()
export class RunCountsChores {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: RunCountsStore,
    chores: Chores,
  ) {
    const run = () => this.forget();
    chores.register({ ...CLEAN_UP, name: 'old-run-counts', everyMs: HOUR_MS, run });
  }

  /** Returns how many rows are forgotten. */
  async forget(): Promise<number> {
    const now = this.clock.now();
    let forgotten = await this.database.transaction((tx) =>
      this.store.deleteMinutes(tx, now - MINUTES_KEPT_MS),
    );
    const before = now - RUN_LOG_RETENTION_MS;
    const next = (after: number) => this.database.read((tx) => this.store.nextInstance(tx, after));
    for (let id = await next(0); id !== null; id = await next(id)) {
      const instanceId = id;
      forgotten += await untilNone(this.database, (tx) =>
        this.store.deleteHours(tx, instanceId, before, BATCH),
      );
    }
    return forgotten;
  }
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { HOUR_MS } from '../../core/instant.js';
import { untilNone } from '../../database/batches.js';
import { Database } from '../../database/database.js';
import { Chores, CLEAN_UP } from '../../replica/chores.js';
import { HOURS_KEPT_MS, MINUTES_KEPT_MS } from './run-counts.reader.js';
import { RunCountsStore } from './run-counts.store.js';

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
    const before = now - HOURS_KEPT_MS;
    const next = (after: number) => this.database.read((tx) => this.store.nextInstance(tx, after));
    for (let instanceId = await next(0); instanceId !== null; instanceId = await next(instanceId)) {
      const id = instanceId;
      forgotten += await untilNone(this.database, (tx) => this.store.deleteHours(tx, id, before, BATCH));
    }
    return forgotten;
  }
}

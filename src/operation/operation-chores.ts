import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { MINUTE_MS, SECOND_MS } from '../core/instant.js';
import { untilNone } from '../database/batches.js';
import { Database } from '../database/database.js';
import { Chores, CLEAN_UP } from '../replica/chores.js';
import { OperationWorker } from './operation-worker.js';
import { OperationStore } from './operation.store.js';

/** Rows that one transaction handles at most. */
const BATCH = 500;
/** What a process starts it works on at once; these looks are for what another one left. */
const LOOK_EVERY_MS = 15 * SECOND_MS;
const EXPIRE_EVERY_MS = 5 * MINUTE_MS;

/** The slow side of operations: work that another process left, and statuses that were kept long enough. */
@Injectable()
export class OperationChores {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: OperationStore,
    worker: OperationWorker,
    chores: Chores,
  ) {
    const isForDispatch = true;
    chores.register({ name: 'operations', everyMs: LOOK_EVERY_MS, isForDispatch, run: () => worker.tick() });
    chores.register({
      ...CLEAN_UP,
      name: 'old-operations',
      everyMs: EXPIRE_EVERY_MS,
      run: () => this.expire(),
    });
  }

  /** Deletes the statuses that are no longer kept; returns how many. */
  expire(): Promise<number> {
    const now = this.clock.now();
    return untilNone(this.database, (tx) => this.store.deleteExpired(tx, now, BATCH));
  }
}

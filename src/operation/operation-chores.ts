import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { MINUTE_MS, SECOND_MS } from '../core/instant.js';
import { untilNone } from '../database/batches.js';
import { Database } from '../database/database.js';
import { Chores, CLEAN_UP } from '../replica/chores.js';
import { OperationWorker } from './operation-worker.js';
import { OperationStore } from './operation.store.js';

/** Maximum number of rows that one transaction handles. */
const BATCH = 500;
/**
 * A process works at once on operations that it starts. These regular checks find operations that another process
 * left.
 */
const LOOK_EVERY_MS = 15 * SECOND_MS;
/** The same for operations that this process let rest. */
const LOOK_FOR_RESTED_EVERY_MS = 2 * SECOND_MS;
const EXPIRE_EVERY_MS = 5 * MINUTE_MS;

/**
 * The background work of operations: continues work that another process left, and deletes statuses after their
 * retention time.
 */
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
      ...{ name: 'rested-operations', everyMs: LOOK_FOR_RESTED_EVERY_MS, isForDispatch },
      run: () => worker.tickRested(),
    });
    chores.register({
      ...CLEAN_UP,
      name: 'old-operations',
      everyMs: EXPIRE_EVERY_MS,
      run: () => this.expire(),
    });
  }

  /** Deletes the statuses whose retention time is over; returns how many. */
  expire(): Promise<number> {
    const now = this.clock.now();
    return untilNone(this.database, (tx) => this.store.deleteExpired(tx, now, BATCH));
  }
}

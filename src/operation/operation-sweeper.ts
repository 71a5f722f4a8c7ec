import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { EventStore } from '../event/event.store.js';
import { OperationStore } from './operation.store.js';
import { RunOperations } from '../schedule/request/run-operations.js';
import { StreamStore } from '../event/stream.store.js';

/** Rows that one transaction handles at most. */
const BATCH = 500;

/** What grows old. */
@Injectable()
export class ExpiringStores {
  constructor(
    readonly operations: OperationStore,
    readonly events: EventStore,
    readonly streams: StreamStore,
  ) {}
}

/** Ends operations whose run is gone, and deletes what was kept long enough; each method works until nothing is left. */
@Injectable()
export class OperationSweeper {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly runs: RunOperations,
    private readonly stores: ExpiringStores,
  ) {}

  /** Ends the operations that wait for a run which was deleted; answers how many. */
  async endRunless(): Promise<number> {
    return this.inBatches((tx) => this.runs.endRunless(tx, this.clock.now(), BATCH));
  }

  /** Deletes what is no longer kept; answers how many rows. */
  async expire(): Promise<number> {
    const now = this.clock.now();
    const operations = await this.inBatches((tx) => this.stores.operations.deleteExpired(tx, now, BATCH));
    const events = await this.inBatches((tx) => this.stores.events.deleteExpired(tx, now, BATCH));
    const streams = await this.inBatches((tx) => this.stores.streams.deleteExpired(tx, now, BATCH));
    return operations + events + streams;
  }

  private async inBatches(batch: (tx: Tx) => Promise<number>): Promise<number> {
    for (let total = 0; ;) {
      const done = await this.database.transaction(batch);
      total += done;
      if (done < BATCH) return total;
    }
  }
}

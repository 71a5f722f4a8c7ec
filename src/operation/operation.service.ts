import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { Clock } from '../core/clock.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { OperationRow, RUN_KIND } from '../database/entities/operation.row.js';
import { alreadyCanceling, alreadyEnded, notEnded, unknownOperation } from './operation-refusal.js';
import { OperationStore } from './operation.store.js';
import { RunOperations } from '../schedule/request/run-operations.js';

/** What callers do with operations that were started (async-operations.md). */
@Injectable()
export class OperationService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: OperationStore,
    private readonly runs: RunOperations,
  ) {}

  /** Answers an operation. Throws OperationRefusal (404/1) where it is unknown, another's, or no longer kept. */
  get(scope: AccessScope, id: string): Promise<OperationRow> {
    return this.database.read((tx) => this.getIn(tx, scope, id));
  }

  /**
   * Asks an operation to stop. One that waits for a run ends at once, any other after the batch under way. Throws
   * OperationRefusal: 404/4 where it cannot be stopped, 409/41 where it has ended, 409/42 where it is stopping.
   */
  async cancel(scope: AccessScope, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const seen = await this.getIn(tx, scope, id);
      refuseUnlessRunning(seen);
      // The run is locked before its operation, in the order in which a run that ends locks them.
      if (seen.kind === RUN_KIND) return this.runs.cancel(tx, seen, this.clock.now());
      const row = await this.store.lock(tx, scope, id, this.clock.now());
      if (!row) throw unknownOperation(id);
      refuseUnlessRunning(row);
      await this.store.setCancelPending(tx, id);
    });
    this.runs.afterCommit();
  }

  /** Deletes the status of an operation; what it did, and the run log, stay. Throws OperationRefusal: 404/1, or 409/40 while it runs. */
  async delete(scope: AccessScope, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const row = await this.store.lock(tx, scope, id, this.clock.now());
      if (!row) throw unknownOperation(id);
      if (row.endedAt === null) throw notEnded();
      await this.store.delete(tx, id);
    });
  }

  private async getIn(tx: Tx, scope: AccessScope, id: string): Promise<OperationRow> {
    const row = await this.store.find(tx, scope, id, this.clock.now());
    if (!row) throw unknownOperation(id);
    return row;
  }
}

function refuseUnlessRunning({ state }: OperationRow): void {
  if (state === 'cancel-pending') throw alreadyCanceling();
  if (state !== 'running') throw alreadyEnded();
}

import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { Clock } from '../core/clock.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import type { OperationRow } from '../database/entities/operation.row.js';
import { workOf } from './operation-batch.js';
import { OperationKinds, type Progress } from './operation-kind.js';
import { alreadyCanceling, alreadyEnded, notEnded, unknownOperation } from './operation-refusal.js';
import { OperationStore } from './operation.store.js';

/** An operation as its callers see it. */
export interface OperationView {
  readonly row: OperationRow;
  /** What the operation is about, with wire names; empty where its kind does not define it. */
  readonly subject: object;
  /** Null for an operation that is not done in batches. */
  readonly progress: Progress | null;
}

/** What callers can do with operations that were started (async-operations.md). */
@Injectable()
export class OperationService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: OperationStore,
    private readonly kinds: OperationKinds,
  ) {}

  /**
   * Returns an operation. Throws ApiRefusal (404/1) where it is unknown, belongs to another tenant, or is no
   * longer kept.
   */
  async get(scope: AccessScope, id: string): Promise<OperationView> {
    const row = await this.database.read((tx) => this.getIn(tx, scope, id), scope);
    const kind = this.kinds.find(row.kind);
    const isBatched = kind === null || kind.runBatch !== undefined;
    return {
      row,
      subject: kind?.subjectOf?.(JSON.parse(row.input)) ?? {},
      progress: isBatched ? (workOf(row)?.progress ?? { done: 0, total: null }) : null,
    };
  }

  /**
   * Asks an operation to stop: at once where its kind can do that, otherwise after the current batch. Throws
   * ApiRefusal: 404/4 where it cannot be stopped, 409/41 where it has ended, 409/42 where it is already stopping.
   */
  async cancel(scope: AccessScope, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const seen = await this.getIn(tx, scope, id);
      refuseUnlessRunning(seen);
      // The object that an operation waits for is locked before the operation: the end of that object locks in
      // the same order.
      const kind = this.kinds.find(seen.kind);
      if (kind?.cancel) return kind.cancel(tx, seen, this.clock.now());
      const row = await this.store.lock(tx, scope, id, this.clock.now());
      if (!row) throw unknownOperation(id);
      refuseUnlessRunning(row);
      await this.store.setCancelPending(tx, id);
    }, scope);
  }

  /**
   * Deletes the status of an operation; the results of its work and the run log stay. Throws ApiRefusal: 404/1,
   * or 409/40 while it runs.
   */
  async delete(scope: AccessScope, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const row = await this.store.lock(tx, scope, id, this.clock.now());
      if (!row) throw unknownOperation(id);
      if (row.endedAt === null) throw notEnded();
      await this.store.delete(tx, id);
    }, scope);
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

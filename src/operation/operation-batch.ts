import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import type { OperationRow } from '../database/entities/operation.row.js';
import type { Tx } from '../database/tx.js';
import { OperationEndings } from './operation-endings.js';
import { OperationKinds, type Progress } from './operation-kind.js';
import { LEASE_MS, OperationLeaseStore } from './operation-lease.store.js';
import { OperationStore, type OperationEnding } from './operation.store.js';

/** How far an operation has come, in the form that is stored in its row. */
export interface StoredWork {
  readonly state: unknown;
  readonly progress: Progress;
  readonly results: object;
}

/** Whether the holder has no work left with an operation, and until when it rests where it has not ended. */
export interface BatchEnd {
  readonly isOver: boolean;
  readonly restUntil?: Instant;
}

const OVER: BatchEnd = { isOver: true };

/** Returns the stored progress of an operation, null before its first batch. */
export function workOf(row: OperationRow): StoredWork | null {
  // Only `runOne` writes this column.
  return row.work === null ? null : (JSON.parse(row.work) as StoredWork);
}

/** Runs single batches of operations. Everything that belongs to one batch happens in the caller's transaction. */
@Injectable()
export class OperationBatches {
  constructor(
    private readonly leases: OperationLeaseStore,
    private readonly operations: OperationStore,
    private readonly kinds: OperationKinds,
    private readonly endings: OperationEndings,
  ) {}

  /**
   * Runs the next batch of an operation that the holder holds; an operation that is to be canceled ends instead.
   * Returns when it is to be taken again, where it rests, and whether the holder has no work left with it.
   */
  async runOne(tx: Tx, id: string, holder: string, now: Instant): Promise<BatchEnd> {
    const row = await this.leases.hold(tx, id, holder);
    const kind = row && this.kinds.find(row.kind);
    if (!row || !kind?.runBatch) return OVER;
    const done = workOf(row);
    if (row.state === 'cancel-pending') {
      return this.end(tx, row, { ...CANCELED, results: done?.results ?? {}, endedAt: now });
    }
    const scope = await this.leases.findScope(tx, row);
    if (!scope) return this.end(tx, row, { ...GONE, results: done?.results ?? {}, endedAt: now });
    const part = (number: number) => this.operations.findPart(tx, id, number);
    const asked = { id, startedAt: row.createdAt, input: JSON.parse(row.input) as unknown };
    const task = { scope, ...asked, state: done?.state ?? null, now, part };
    const { isDone, state, progress, results, restUntil, refusedWith } = await kind.runBatch(tx, task);
    const work = JSON.stringify({ state, progress, results });
    if (!isDone && restUntil !== undefined) {
      await this.leases.rest(tx, id, work, restUntil);
      return { isOver: true, restUntil };
    }
    await this.leases.advance(tx, id, work, now + (kind.leaseMs ?? LEASE_MS));
    const ending = refusedWith === undefined ? COMPLETE : { ...FAILED, statusCode: refusedWith };
    return isDone ? this.end(tx, row, { ...ending, results, endedAt: now }) : { isOver: false };
  }

  /** Ends an operation whose batches fail repeatedly. */
  async giveUp(tx: Tx, id: string, holder: string, now: Instant): Promise<BatchEnd> {
    const row = await this.leases.hold(tx, id, holder);
    if (!row) return OVER;
    const message = 'The service failed to go on with the operation. What is reported here was done.';
    const results = { ...workOf(row)?.results, message };
    return this.end(tx, row, { ...FAILED, results, endedAt: now });
  }

  private async end(
    tx: Tx,
    { id, instanceId, tenancyId }: OperationRow,
    ending: Omit<OperationEnding, 'id' | 'results'> & { readonly results: object },
  ): Promise<BatchEnd> {
    const results = JSON.stringify(ending.results);
    await this.operations.deleteParts(tx, id);
    await this.endings.end(tx, [{ ...ending, results, id, instanceId, tenancyId }]);
    return OVER;
  }
}

const COMPLETE = { state: 'complete', statusCode: 200, reasonCode: null } as const;
const CANCELED = { state: 'canceled', statusCode: 409, reasonCode: 1 } as const;
const GONE = { state: 'canceled', statusCode: 404, reasonCode: 1 } as const;
const FAILED = { state: 'complete', statusCode: 500, reasonCode: 1 } as const;

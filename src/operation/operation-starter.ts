import { Injectable, Logger } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { Clock } from '../core/clock.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { OperationRow } from '../database/entities/operation.row.js';
import { newUuid } from '../database/uuid-v7.js';
import { OperationWorker } from './operation-worker.js';
import { OperationKinds } from './operation-kind.js';
import { tooManyOpen } from './operation-refusal.js';
import { OperationStore } from './operation.store.js';

/**
 * What is to be done and on whose behalf; `tenancyId` is set where it is done for a tenancy other than the
 * caller's own.
 */
export interface OperationDraft {
  readonly kind: string;
  readonly scope: AccessScope;
  readonly tenancyId?: number;
  /** The run for which the operation waits. */
  readonly runId?: string;
  /** The content of the request; must be a value that JSON can represent. */
  readonly input: unknown;
  /** What single batches need of a large order; each must be a value that JSON can represent. */
  readonly parts?: readonly unknown[];
}

/** What the batched operations of one tenancy may have open: beyond it the next one is refused. */
const MOST_OPEN = 100;
const MOST_BYTES = 128 * 1_048_576;

/** Starts operations. */
@Injectable()
export class OperationStarter {
  private readonly log = new Logger(OperationStarter.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: OperationStore,
    private readonly worker: OperationWorker,
    private readonly kinds: OperationKinds,
  ) {}

  /**
   * Starts an operation and returns its id. Throws TooManyRequests where too much of the tenancy's is open already.
   */
  start(draft: OperationDraft): Promise<string> {
    const { tenancyId } = draft.scope;
    // One at a time, so that many that come at once are counted.
    return this.database.transaction((tx) => this.insert(tx, draft), { tenancyId, alone: 'operation' });
  }

  /** Throws TooManyRequests where `start` would for what the tenancy has open now: before a large order is read. */
  refuseTooMany({ tenancyId }: AccessScope): Promise<void> {
    return this.database.read((tx) => this.refuseBeyond(tx, tenancyId), { tenancyId });
  }

  /**
   * Stores a new operation in a transaction of the caller and returns its id. After the commit, this process
   * works on it. Throws TooManyRequests where too much of the tenancy's is open already; a run is always taken.
   */
  async insert(tx: Tx, { kind, scope, tenancyId, runId, input, parts }: OperationDraft): Promise<string> {
    if (runId === undefined) await this.refuseBeyond(tx, tenancyId ?? scope.tenancyId);
    const now = this.clock.now();
    const row = Object.assign(new OperationRow(), {
      id: newUuid(now),
      instanceId: scope.instanceId,
      tenancyId: tenancyId ?? scope.tenancyId,
      isInstance: scope.kind === 'instance',
      kind,
      state: 'running' as const,
      actor: scope.actor,
      runId: runId ?? null,
      input: JSON.stringify(input),
      ...{ work: null, statusCode: null, reasonCode: null, results: null },
      createdAt: now,
      ...{ endedAt: null, heldBy: null, heldUntil: 0 },
    });
    await this.store.insert(tx, row);
    if (parts) await this.store.insertParts(tx, row.id, parts);
    if (row.runId === null) tx.afterCommit(this.wake);
    return row.id;
  }

  private async refuseBeyond(tx: Tx, tenancyId: number): Promise<void> {
    const open = await this.store.measureOpen(tx, tenancyId, this.kinds.listBatched());
    if (open.operations >= MOST_OPEN || open.bytes >= MOST_BYTES) throw tooManyOpen(open.operations);
  }

  /** Makes the worker of this process look for work now; nobody waits for it. */
  private readonly wake = (): void => {
    this.worker
      .tick()
      .catch((error: unknown) =>
        logUnlessUnavailable(error, (reason) => this.log.warn(`Operations are looked for later: ${reason}`)),
      );
  };
}

import { Injectable, Logger } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { Clock } from '../core/clock.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { OperationRow } from '../database/entities/operation.row.js';
import { newUuid } from '../database/uuid-v7.js';
import { OperationWorker } from './operation-worker.js';
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
}

/** Starts operations. */
@Injectable()
export class OperationStarter {
  private readonly log = new Logger(OperationStarter.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: OperationStore,
    private readonly worker: OperationWorker,
  ) {}

  /** Starts an operation and returns its id. */
  start(draft: OperationDraft): Promise<string> {
    return this.database.transaction((tx) => this.insert(tx, draft), draft.scope);
  }

  /**
   * Stores a new operation in a transaction of the caller and returns its id. After the commit, this process
   * works on it.
   */
  async insert(tx: Tx, { kind, scope, tenancyId, runId, input }: OperationDraft): Promise<string> {
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
    if (row.runId === null) tx.afterCommit(this.wake);
    return row.id;
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

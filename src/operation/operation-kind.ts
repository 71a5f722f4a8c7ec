import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import type { Instant } from '../core/instant.js';
import type { OperationRow } from '../database/entities/operation.row.js';
import type { Tx } from '../database/tx.js';

/** The input of one batch. `state` is the state that the last batch returned, null before the first batch. */
export interface OperationTask<Input, State> {
  readonly scope: AccessScope;
  readonly input: Input;
  readonly state: State | null;
  readonly now: Instant;
  /** The operation, and when it was asked for. */
  readonly id: string;
  readonly startedAt: Instant;
  /** Reads a part of the order, counted from 0; null where it has no such part. */
  part(number: number): Promise<unknown>;
}

/** How much is done, and of how much in total; the total is null where it is not known. */
export interface Progress {
  readonly done: number;
  readonly total: number | null;
}

/** The result of one batch. All of it is stored in the transaction of the batch. */
export interface OperationBatch<State> {
  readonly isDone: boolean;
  /** Where the next batch continues; must be a value that JSON can represent. */
  readonly state: State;
  readonly progress: Progress;
  /** The results so far, with wire names: the answer of the operation if it ends here. */
  readonly results: object;
  /**
   * Until when there is nothing to do, because the operation waits for something else: no process holds it meanwhile, so that it
   * takes no other operation's place. It goes on then, or as soon as it is woken (`OperationWorker.wake`).
   */
  readonly restUntil?: Instant;
  /** The HTTP status of a refusal that ends the operation; without it a last batch has succeeded. */
  readonly refusedWith?: number;
}

/**
 * One kind of operation. Long operations are done one batch at a time. Each batch has a transaction that also
 * stores how far the operation has come, so a batch takes effect once, whichever process continues. A batch may
 * be run again when its transaction fails, so its only effects must be its SQL and the actions that follow the
 * commit.
 */
export interface OperationKind<Input = unknown, State = unknown> {
  readonly kind: string;
  /** For how long a process that dies keeps its operations from the others, where that is less than usual. */
  readonly leaseMs?: number;
  /** Does the next batch. An operation of a kind without this method ends with something else, such as a run. */
  runBatch?(tx: Tx, task: OperationTask<Input, State>): Promise<OperationBatch<State>>;
  /**
   * Cancels an operation at once. An operation of a kind without this method stops after the current batch.
   * Throws ApiRefusal where it is too late.
   */
  cancel?(tx: Tx, operation: OperationRow, now: Instant): Promise<void>;
  /** Returns the first part of the results: the subject of the operation, with wire names. */
  subjectOf?(input: Input): object;
}

/**
 * The kinds of operations of this process. Modules that depend on the operation module register their kinds here,
 * because the operation module imports none of them.
 */
@Injectable()
export class OperationKinds {
  private readonly byName = new Map<string, OperationKind>();

  /** Adds a kind. Call it in `onModuleInit`. */
  register<Input, State>(kind: OperationKind<Input, State>): void {
    // The input and state of a row of this kind were written by this same kind.
    this.byName.set(kind.kind, kind);
  }

  find(name: string): OperationKind | null {
    return this.byName.get(name) ?? null;
  }

  /** Returns the leases of the kinds that have one of their own, by kind. */
  listLeases(): (readonly [kind: string, leaseMs: number])[] {
    return [...this.byName.values()].flatMap(({ kind, leaseMs }) =>
      leaseMs === undefined ? [] : [[kind, leaseMs] as const],
    );
  }

  /** Returns the names of the kinds that are done in batches. */
  listBatched(): string[] {
    const kinds = [...this.byName.values()];
    return kinds.filter((kind) => kind.runBatch !== undefined).map(({ kind }) => kind);
  }
}

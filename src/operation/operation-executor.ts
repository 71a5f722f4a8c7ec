import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import type { Instant } from '../core/instant.js';
import type { Tx } from '../database/tx.js';

/** What an executor is given for one batch. `state` is what its last batch left, null before the first. */
export interface OperationTask<Input, State> {
  readonly scope: AccessScope;
  readonly input: Input;
  readonly state: State | null;
  readonly now: Instant;
}

/** What one batch came to. All of it is stored in the transaction of the batch. */
export interface OperationBatch<State> {
  readonly isDone: boolean;
  /** Where the next batch goes on; must survive JSON. */
  readonly state: State;
  /** How much is done of how much; the whole is null where it is not known. */
  readonly progress: { readonly done: number; readonly total: number | null };
  /** The results so far, with wire names: what the operation answers when it ends here. */
  readonly results: object;
  /** Called once the batch has committed. */
  readonly afterCommit?: () => void;
}

/**
 * Does the work of one kind of operation, a batch at a time, each in a transaction that also stores how far it
 * has come: a batch happens once, whoever goes on. A batch may be run again where its transaction fails, so it
 * must have no effect but its SQL. The modules above operation join with theirs, because operation imports none.
 */
export interface OperationExecutor<Input = unknown, State = unknown> {
  readonly kind: string;
  runBatch(tx: Tx, task: OperationTask<Input, State>): Promise<OperationBatch<State>>;
}

/** The executors of this process, by the kind of operation. */
@Injectable()
export class OperationExecutors {
  private readonly byKind = new Map<string, OperationExecutor>();

  /** Adds an executor; call it in `onModuleInit`. */
  join<Input, State>(executor: OperationExecutor<Input, State>): void {
    // Input and state of a row of this kind were written by this very executor.
    this.byKind.set(executor.kind, executor);
  }

  find(kind: string): OperationExecutor | null {
    return this.byKind.get(kind) ?? null;
  }

  listKinds(): string[] {
    return [...this.byKind.keys()];
  }
}

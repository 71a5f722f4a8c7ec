import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import type { Instant } from '../core/instant.js';
import type { OperationRow } from '../database/entities/operation.row.js';
import type { Tx } from '../database/tx.js';

/** What is given for one batch. `state` is what the last batch left, null before the first. */
export interface OperationTask<Input, State> {
  readonly scope: AccessScope;
  readonly input: Input;
  readonly state: State | null;
  readonly now: Instant;
}

/** How much is done of how much; the whole is null where it is not known. */
export interface Progress {
  readonly done: number;
  readonly total: number | null;
}

/** What one batch came to. All of it is stored in the transaction of the batch. */
export interface OperationBatch<State> {
  readonly isDone: boolean;
  /** Where the next batch goes on; must survive JSON. */
  readonly state: State;
  readonly progress: Progress;
  /** The results so far, with wire names: what the operation answers when it ends here. */
  readonly results: object;
}

/**
 * One kind of operation. Those that take long are done a batch at a time, each batch in a transaction that also stores
 * how far the operation has come: a batch happens once, whoever goes on. A batch may be run again where its
 * transaction fails, so it must have no effect but its SQL and what follows the commit.
 */
export interface OperationKind<Input = unknown, State = unknown> {
  readonly kind: string;
  /** Does the next batch. A kind without it ends with something else, such as a run. */
  runBatch?(tx: Tx, task: OperationTask<Input, State>): Promise<OperationBatch<State>>;
  /** Cancels an operation at once; a kind without it stops after the batch under way. Throws ApiRefusal where it is too late. */
  cancel?(tx: Tx, operation: OperationRow, now: Instant): Promise<void>;
  /** Returns what the results begin with: what the operation is about, with wire names. */
  subjectOf?(input: Input): object;
}

/** The kinds of operations of this process. The modules above operation register theirs, because operation imports none. */
@Injectable()
export class OperationKinds {
  private readonly byName = new Map<string, OperationKind>();

  /** Adds a kind; call it in `onModuleInit`. */
  register<Input, State>(kind: OperationKind<Input, State>): void {
    // Input and state of a row of this kind were written by this very kind.
    this.byName.set(kind.kind, kind);
  }

  find(name: string): OperationKind | null {
    return this.byName.get(name) ?? null;
  }

  /** Returns the names of the kinds that are done in batches. */
  listBatched(): string[] {
    const kinds = [...this.byName.values()];
    return kinds.filter((kind) => kind.runBatch !== undefined).map(({ kind }) => kind);
  }
}

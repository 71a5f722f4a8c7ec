import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/tx.js';
import type { Canceled } from './meetings.js';

/** What this process's dispatcher is told of. */
export interface OverlapListener {
  /** Runs that the next ones have canceled: a call that is open here is given up, and who acknowledged one is told. */
  canceled(runs: readonly Canceled[]): void;
  /** Runs that were claimed and went back to the queue: whoever holds one here does not call it. */
  putBack(runIds: readonly string[]): void;
}

/** Tells this process's dispatcher what a committed claim did to other runs. It exists because dispatch imports schedule. */
@Injectable()
export class OverlapChanges {
  private listener: OverlapListener | null = null;

  /** Sets the one listener of this process. */
  listen(listener: OverlapListener): void {
    this.listener = listener;
  }

  announceCanceled(tx: Tx, runs: readonly Canceled[]): void {
    if (runs.length > 0) tx.afterCommit(() => this.listener?.canceled(runs));
  }

  announcePutBack(tx: Tx, runIds: readonly string[]): void {
    if (runIds.length > 0) tx.afterCommit(() => this.listener?.putBack(runIds));
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import type { Tx } from '../../database/tx.js';
import { OperationRow, RUN_KIND } from '../../database/entities/operation.row.js';
import { RunEndingStore } from '../../run-log/run-ending.store.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../../run-log/run-endings.js';
import { alreadyEnded, notCancelable } from '../../operation/operation-refusal.js';
import { OperationEndings } from '../../operation/operation-endings.js';
import { OperationStore } from '../../operation/operation.store.js';
import { endingOfRun, endingWithoutRun } from './run-result.js';

/**
 * Ends operations with the runs that they wait for, in the transaction that ends the run. Only a run that was
 * asked for can have an operation: the runs of the plan cost nothing here, not even a look.
 */
@Injectable()
export class RunOperations implements EndingParticipant, OnModuleInit {
  private hasEnded = false;

  constructor(
    private readonly runEndings: RunEndings,
    private readonly reports: RunEndingStore,
    private readonly operations: OperationStore,
    private readonly endings: OperationEndings,
  ) {}

  onModuleInit(): void {
    this.runEndings.join(this);
  }

  async settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    const asked = ended.filter((run) => run.origin === 'request');
    if (asked.length === 0) return;
    const waiting = await this.operations.openOfRuns(
      tx,
      asked.map((run) => run.runId),
    );
    const endings = asked.flatMap((run) => {
      const place = waiting.get(run.runId);
      return place ? [{ ...place, ...endingOfRun(place.id, run) }] : [];
    });
    await this.endings.end(tx, endings);
    this.hasEnded ||= endings.length > 0;
  }

  afterCommit(): void {
    if (!this.hasEnded) return;
    this.hasEnded = false;
    this.endings.afterCommit();
  }

  /** Cancels the run of an operation, and with it the operation. Throws OperationRefusal where it is too late. */
  async cancel(tx: Tx, { runId }: OperationRow, now: Instant): Promise<void> {
    const answer = await this.reports.cancel(tx, runId ?? '', now);
    if (answer === 'ended') throw alreadyEnded();
    if (answer === 'refused') {
      throw notCancelable('the action is being called, and has not acknowledged the call.');
    }
  }

  /** Ends up to `limit` operations whose run is gone; answers how many. */
  async endRunless(tx: Tx, now: Instant, limit: number): Promise<number> {
    const left = await this.operations.listRunless(tx, RUN_KIND, limit);
    await this.endings.end(
      tx,
      left.map((place) => ({ ...place, ...endingWithoutRun(place.id, now) })),
    );
    this.hasEnded ||= left.length > 0;
    return left.length;
  }
}

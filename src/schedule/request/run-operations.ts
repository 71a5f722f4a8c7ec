import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import type { OperationRow } from '../../database/entities/operation.row.js';
import type { Tx } from '../../database/tx.js';
import { OperationEndings } from '../../operation/operation-endings.js';
import { OperationKinds } from '../../operation/operation-kind.js';
import { alreadyEnded, notCancelable } from '../../operation/operation-refusal.js';
import { OperationStore } from '../../operation/operation.store.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../../run-log/run-endings.js';
import { RunEndingService } from '../../run-log/run-ending.service.js';
import { endingOfRun, endingWithoutRun } from './run-result.js';

/** The kind of an operation that waits for a run. */
export const RUN_KIND = 'run';

/** What a run was asked for by, as it is stored with its operation. */
export interface RunRequest {
  readonly jobId: number;
  readonly scheduleId: string;
  readonly runId: string;
}

/**
 * The operations that wait for runs: each ends with its run, in the transaction that ends the run. Only a run that was
 * asked for can have an operation: the runs of the plan cost nothing here, not even a look.
 */
@Injectable()
export class RunOperations implements EndingParticipant, OnModuleInit {
  constructor(
    private readonly runEndings: RunEndings,
    private readonly reports: RunEndingService,
    private readonly kinds: OperationKinds,
    private readonly operations: OperationStore,
    private readonly endings: OperationEndings,
  ) {}

  onModuleInit(): void {
    this.runEndings.join(this);
    this.kinds.register<RunRequest, never>({
      kind: RUN_KIND,
      cancel: (tx, operation, now) => this.cancel(tx, operation, now),
      subjectOf: ({ jobId, scheduleId, runId }) => ({
        'job-id': jobId,
        'schedule-id': scheduleId,
        'run-id': runId,
      }),
    });
  }

  async settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    const asked = ended.filter(
      ({ origin, pacedBy }) => origin === 'request' || (origin === 'replay' && !pacedBy),
    );
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
  }

  /** Ends up to `limit` operations whose run is gone; returns how many. */
  async endRunless(tx: Tx, now: Instant, limit: number): Promise<number> {
    const left = await this.operations.listRunless(tx, RUN_KIND, limit);
    await this.endings.end(
      tx,
      left.map((place) => ({ ...place, ...endingWithoutRun(place.id, now) })),
    );
    return left.length;
  }

  /** Cancels the run of an operation, and with it the operation. Throws ApiRefusal where it is too late. */
  private async cancel(tx: Tx, { runId }: OperationRow, now: Instant): Promise<void> {
    const [answer] = runId === null ? [] : await this.reports.cancel(tx, [runId], now);
    if (answer === undefined || answer === 'ended') throw alreadyEnded();
    if (answer === 'refused') {
      throw notCancelable('the action is being called, and has not acknowledged the call.');
    }
  }
}

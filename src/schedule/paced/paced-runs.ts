import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import { openRunsOf } from '../../core/plan/open-runs.js';
import { Database } from '../../database/database.js';
import type { OperationRow } from '../../database/entities/operation.row.js';
import type { Tx } from '../../database/tx.js';
import { workOf } from '../../operation/operation-batch.js';
import { OperationEndings } from '../../operation/operation-endings.js';
import type { OperationBatch, OperationTask } from '../../operation/operation-kind.js';
import { alreadyEnded, tooManyPaced } from '../../operation/operation-refusal.js';
import { OperationStarter, type OperationDraft } from '../../operation/operation-starter.js';
import { OperationStore } from '../../operation/operation.store.js';
import { OperationWorker } from '../../operation/operation-worker.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../../run-log/run-endings.js';
import { RunEndingService } from '../../run-log/run-ending.service.js';
import { PacedRunStore } from './paced-run.store.js';
import {
  progressOf,
  resultsOf,
  START,
  withEnds,
  withMade,
  type Made,
  type PacedState,
} from './paced-state.js';

/** The kinds of operations that make runs little by little. */
export const BACKFILL_KIND = 'backfill';
export const REPLAY_KIND = 'replay-runs';
const KINDS = [BACKFILL_KIND, REPLAY_KIND];

/** How many such operations a tenant may have open: their runs wait in memory beside those of its plans. */
const MOST_OPEN = 5;
/** When an operation looks again for runs whose ends it was not told of: they ended on a replica that is gone. */
const REST_MS = 3 * SECOND_MS;
/** A batch takes some ten milliseconds, and runs wait for the next one. */
export const PACED_LEASE_MS = 5 * SECOND_MS;

/** What is asked for of an operation, whatever runs it makes. */
export interface PacedOrder {
  readonly concurrency: number;
  /** How many runs it is about. */
  readonly total: number;
}

/** Makes up to `room` runs after a cursor, in the transaction of the batch; null ends the operation: there is nothing left to make runs of. */
export type MakeRuns = (room: number, cursor: number | null) => Promise<Made | null>;

/**
 * Operations that make runs little by little: at most so many are open at once, from their insertion to their end, and the next
 * ones follow as those end, whatever ends them. What is open is stored with the operation, and how each has ended is read from the
 * run itself; so whoever ends a run does nothing for the operation but wake it after the commit, and each end is counted once.
 */
@Injectable()
export class PacedRuns implements EndingParticipant, OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly runEndings: RunEndings,
    private readonly ending: RunEndingService,
    private readonly store: PacedRunStore,
    private readonly starter: OperationStarter,
    private readonly operations: OperationStore,
    private readonly endings: OperationEndings,
    private readonly worker: OperationWorker,
  ) {}

  onModuleInit(): void {
    this.runEndings.join(this);
  }

  async settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    let woken: Set<string> | null = null;
    for (const { pacedBy } of ended) if (pacedBy) (woken ??= new Set()).add(pacedBy);
    const ids = woken;
    if (ids !== null) tx.afterCommit(() => this.worker.wake(ids));
  }

  /** Stores a new operation and returns its id. Throws TooManyRequests where the tenancy has too many open already. */
  start(
    scope: AccessScope,
    draftOf: (tx: Tx) => Promise<OperationDraft & { readonly tenancyId: number }>,
  ): Promise<string> {
    return this.database.transaction(
      async (tx) => {
        const draft = await draftOf(tx);
        const open = await this.operations.measureOpen(tx, draft.tenancyId, KINDS);
        if (open.operations >= MOST_OPEN) throw tooManyPaced(open.operations);
        return this.starter.insert(tx, draft);
      },
      // One at a time, so that many that come at once are counted.
      { tenancyId: scope.tenancyId, alone: 'operation' },
    );
  }

  /** Counts the runs that have ended since the last batch, and makes others in their places. */
  async runBatch(
    tx: Tx,
    { input, state: stored, now }: OperationTask<PacedOrder, PacedState>,
    make: MakeRuns,
  ): Promise<OperationBatch<PacedState>> {
    let state = await this.counted(tx, stored ?? START);
    const room = state.isExhausted ? 0 : (await this.mostOpen(tx, input)) - state.open.length;
    const made = room > 0 ? await make(room, state.cursor) : undefined;
    if (made === null) return { ...answerOf(input, state), isDone: true, refusedWith: 404 };
    if (made !== undefined) state = withMade(state, made);
    const isFull = made === undefined || made.runIds.length >= room || state.isExhausted;
    const answer = { ...answerOf(input, state), isDone: state.isExhausted && state.open.length === 0 };
    return isFull ? { ...answer, restUntil: now + REST_MS } : answer;
  }

  /**
   * Cancels an operation: it makes no more runs, those that were not called are canceled, and those under way end by themselves.
   * Throws ApiRefusal where it has ended.
   */
  async cancel(tx: Tx, { id, instanceId, tenancyId, input }: OperationRow, now: Instant): Promise<void> {
    const row = await this.operations.lockOpen(tx, id);
    if (row === null) throw alreadyEnded();
    // Written by `runBatch` alone.
    const stored = (workOf(row)?.state as PacedState | undefined) ?? START;
    await this.ending.cancel(tx, stored.open, now, { isUncalledOnly: true });
    const state = await this.counted(tx, stored);
    const { total } = JSON.parse(input) as PacedOrder;
    const results = JSON.stringify(resultsOf(state, total));
    await this.operations.deleteParts(tx, id);
    const canceled = { state: 'canceled', statusCode: 409, reasonCode: 1 } as const;
    await this.endings.end(tx, [{ id, instanceId, tenancyId, ...canceled, results, endedAt: now }]);
  }

  private async counted(tx: Tx, state: PacedState): Promise<PacedState> {
    const { open, ends } = await this.store.look(tx, state.open);
    return withEnds(state, open, ends);
  }

  private async mostOpen(tx: Tx, { concurrency }: PacedOrder): Promise<number> {
    return openRunsOf(concurrency, await this.operations.countOpen(tx, KINDS));
  }
}

function answerOf({ total }: PacedOrder, state: PacedState) {
  return { state, progress: progressOf(state, total), results: resultsOf(state, total) };
}

/** Returns the only batch of an operation that is to say what it would do, and does nothing. */
export function dryRunOf(matched: number, more: object = {}): OperationBatch<PacedState> {
  const results = { 'dry-run': true, matched, ...more };
  return { isDone: true, state: START, progress: { done: matched, total: matched }, results };
}

import { Injectable } from '@nestjs/common';
import { isFinal, RUN_STATES } from '../core/run-state.js';
import { uuidFromBytes } from '../database/columns.js';
import { marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import { TRIGGERED } from '../database/entities/stored-values.js';
import { wasBegunBefore } from '../core/policy/attempts.js';
import { AttemptStore } from './attempt.store.js';
import { RunEndings, type EndedRun } from './run-endings.js';
import type { RunOutcome } from './run-outcome.js';

interface HeldRecord {
  id: Buffer;
  state: number;
  is_reported: number;
  executed_at: number | null;
}

/** A group of at least this many similar outcomes gets its own statement. */
const WORTH_A_STATEMENT = 50;

const COLUMNS = {
  id: 'uuid',
  state: 'integer',
  executed_at: 'integer',
  acked_at: 'integer',
  completed_at: 'integer',
  http_status: 'integer',
  ack_text: 'text',
  end_text: 'text',
} as const;

/** What a run that was already reported still stores of its call. */
const CALL_COLUMNS = {
  id: 'uuid',
  executed_at: 'integer',
  http_status: 'integer',
  acked_at: 'integer',
  ack_text: 'text',
} as const;

/**
 * Stores the outcomes of calls, with guarded statements for each batch. An outcome is accepted only while the run
 * is TRIGGERED and held by the replica that delivers it, so a late answer from a replica that lost its lease
 * changes nothing (runs-and-behaviour.md, "Guarantees").
 */
@Injectable()
export class OutcomeStore {
  constructor(
    private readonly endings: RunEndings,
    private readonly attempts: AttemptStore,
  ) {}

  /**
   * Records outcomes and does what follows from runs that ended. Returns the outcomes that count: those that were
   * accepted, and those of runs that the application had already reported. Running it again changes nothing; say
   * `isRepeated` where an earlier attempt may have been committed.
   */
  async record(
    tx: Tx,
    outcomes: readonly RunOutcome[],
    replicaId: number,
    { isRepeated = false } = {},
  ): Promise<readonly RunOutcome[]> {
    const failed = outcomes.filter(isFollowed);
    if (failed.length === 0) return this.recordLast(tx, outcomes, replicaId, { isRepeated, putBack: [] });
    const putBack = await this.attempts.putBack(tx, failed, replicaId);
    this.endings.again(
      tx,
      [...putBack].map(({ tenancyId, retry }) => ({ tenancyId, dueAt: retry?.nextAt ?? 0 })),
    );
    // What was not put back was reported meanwhile, or is another's: this finds out which.
    const others = outcomes.filter((outcome) => !putBack.has(outcome));
    return this.recordLast(tx, others, replicaId, { isRepeated, putBack: [...putBack] });
  }

  /** Records outcomes that no further call of their runs follows. */
  private async recordLast(
    tx: Tx,
    outcomes: readonly RunOutcome[],
    replicaId: number,
    { isRepeated, putBack }: { readonly isRepeated: boolean; readonly putBack: readonly RunOutcome[] },
  ): Promise<readonly RunOutcome[]> {
    if (outcomes.length === 0) {
      await this.endings.leave(tx, putBack, { wereCalled: true });
      return putBack;
    }
    const before = isRepeated ? await this.listStored(tx, outcomes, replicaId) : new Set<RunOutcome>();
    let matched = 0;
    for (const alike of inGroups(outcomes.filter((outcome) => !isFollowed(outcome)))) {
      matched += await tx.dialect.bulkUpdate(tx, {
        table: 'run',
        ...(alike.some(({ retry }) => retry !== undefined) ? ofAttempts(alike) : ofRuns(alike)),
        guard: 't.state = ? AND t.claimed_by = ?',
        guardParameters: [TRIGGERED, replicaId],
      });
    }
    const isAll = matched === outcomes.length;
    const { taken, reported } = isAll
      ? { taken: outcomes, reported: [] }
      : await this.sortOut(tx, outcomes, replicaId);
    await this.endings.leave(tx, putBack.length === 0 ? taken : [...putBack, ...taken], { wereCalled: true });
    const ended = taken.filter((outcome) => isFinal(outcome.state));
    this.endings.begin(
      tx,
      taken.filter((outcome) => !isFinal(outcome.state) && !hasBegun(outcome)),
    );
    await this.endings.settle(
      tx,
      ended.map((outcome) => endedRunOf(outcome, before.has(outcome))),
    );
    return reported.length + putBack.length === 0 ? taken : [...putBack, ...taken, ...reported];
  }

  /**
   * Finds out which outcomes count when some rows did not match: the application reported before its answer was
   * recorded, another replica took the run over, or the run was deleted. A reported run still stores how its call
   * was answered.
   */
  private async sortOut(tx: Tx, outcomes: readonly RunOutcome[], replicaId: number) {
    const held = await this.heldOf(tx, outcomes, replicaId);
    const taken: RunOutcome[] = [];
    const reported: RunOutcome[] = [];
    for (const outcome of outcomes) {
      const row = held.get(outcome.runId);
      if (row?.is_reported === 1) reported.push(outcome);
      else if (row && !isFollowed(outcome) && isStored(outcome, row)) taken.push(outcome);
    }
    await this.completeReported(tx, reported, replicaId);
    return { taken, reported };
  }

  /** Returns the outcomes that are stored already. */
  private async listStored(
    tx: Tx,
    outcomes: readonly RunOutcome[],
    replicaId: number,
  ): Promise<ReadonlySet<RunOutcome>> {
    const held = await this.heldOf(tx, outcomes, replicaId);
    return new Set(
      outcomes.filter((outcome) => {
        const row = held.get(outcome.runId);
        return row !== undefined && isStored(outcome, row);
      }),
    );
  }

  private async heldOf(
    tx: Tx,
    outcomes: readonly RunOutcome[],
    replicaId: number,
  ): Promise<Map<string, HeldRecord>> {
    const rows = await tx.query<HeldRecord>(
      `SELECT id, state, is_reported, executed_at FROM run
       WHERE claimed_by = ? AND id IN (${marks(outcomes)})`,
      [replicaId, ...outcomes.map((outcome) => outcome.id)],
    );
    return new Map(rows.map((row) => [uuidFromBytes(row.id), row]));
  }

  private async completeReported(tx: Tx, outcomes: readonly RunOutcome[], replicaId: number): Promise<void> {
    if (outcomes.length === 0) return;
    await tx.dialect.bulkUpdate(tx, {
      table: 'run',
      columns: CALL_COLUMNS,
      rows: outcomes.map(({ id, state, executedAt, httpStatus, answeredAt, text }) => {
        const isAck = state === 'ACK_RECVD';
        return [id, executedAt, httpStatus, isAck ? answeredAt : null, isAck ? text : null];
      }),
      guard: 't.is_reported = 1 AND t.claimed_by = ?',
      guardParameters: [replicaId],
    });
  }
}

/**
 * Returns the outcomes in groups with the same state, status and text, so that a statement contains these values
 * once; when many runs call one endpoint, most outcomes are alike. Small groups are merged into one statement.
 */
function inGroups(outcomes: readonly RunOutcome[]): RunOutcome[][] {
  const groups = new Map<string, RunOutcome[]>();
  for (const outcome of outcomes) {
    const key = `${outcome.state} ${outcome.httpStatus} ${outcome.text}`;
    const group = groups.get(key);
    if (group) group.push(outcome);
    else groups.set(key, [outcome]);
  }
  const all = [...groups.values()];
  const mixed = all.filter((group) => group.length < WORTH_A_STATEMENT).flat();
  const large = all.filter((group) => group.length >= WORTH_A_STATEMENT);
  return mixed.length === 0 ? large : [...large, mixed];
}

/**
 * Returns whether a row contains this outcome. A run that was canceled during its call keeps its end, so its row
 * contains another one.
 */
function isStored(outcome: RunOutcome, row: HeldRecord): boolean {
  return row.executed_at === outcome.executedAt && RUN_STATES[row.state] === outcome.state;
}

/** Returns whether another call of the run follows. */
function isFollowed({ retry }: RunOutcome): boolean {
  return retry !== undefined && retry.nextAt !== null;
}

/** Returns whether a call before this one was told of because its run went on. */
function hasBegun({ retry }: RunOutcome): boolean {
  return retry !== undefined && wasBegunBefore(retry.attempts);
}

const ofRuns = (outcomes: readonly RunOutcome[]) => ({ columns: COLUMNS, rows: outcomes.map(cellsOf) });

/** An outcome of a call before the one that the run is claimed for is not its outcome. */
const ofAttempts = (outcomes: readonly RunOutcome[]) => ({
  columns: { ...COLUMNS, attempt: 'integer' as const },
  rows: outcomes.map((outcome) => [...cellsOf(outcome), outcome.retry?.attempt ?? 1]),
  matched: 'attempt',
});

function cellsOf(outcome: RunOutcome) {
  const ended = isFinal(outcome.state);
  return [
    outcome.id,
    RUN_STATES.indexOf(outcome.state),
    outcome.executedAt,
    ended ? null : outcome.answeredAt,
    ended ? outcome.answeredAt : null,
    outcome.httpStatus,
    ended ? null : outcome.text,
    ended ? outcome.text : null,
  ];
}

function endedRunOf(outcome: RunOutcome, isRepeated: boolean): EndedRun {
  return {
    runId: outcome.runId,
    scheduleId: outcome.scheduleId,
    scheduleKind: outcome.scheduleKind,
    job: outcome.job,
    policy: outcome.policy,
    tenancyId: outcome.tenancyId,
    origin: outcome.origin,
    pacedBy: outcome.pacedBy,
    plannedAt: outcome.plannedAt,
    dueAt: outcome.dueAt,
    executedAt: outcome.executedAt,
    state: outcome.state,
    httpStatus: outcome.httpStatus,
    endedAt: outcome.answeredAt,
    awaitedFrom: null,
    endText: outcome.text,
    isCanceled: false,
    wasBegun: hasBegun(outcome),
    isRepeated,
  };
}

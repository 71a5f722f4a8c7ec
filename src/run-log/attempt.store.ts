import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import { storedAttempts, withAttempt } from '../core/policy/attempts.js';
import { uuidFromBytes, uuidToBytes } from '../database/columns.js';
import { ACTIONS } from '../database/entities/action-log.row.js';
import { RETRYING, TRIGGERED, UNENDED_STATES } from '../database/entities/stored-values.js';
import { marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import type { RunOutcome } from './run-outcome.js';

/** A call that failed, of a run that is called again. */
export interface FailedRun {
  readonly id: Buffer;
  readonly attempt: number;
  /** The attempts before, as they are stored. */
  readonly attempts: string | null;
  readonly nextAt: Instant;
  readonly calledAt: Instant;
  readonly failedAt: Instant;
  readonly status: number | null;
  readonly text: string;
  /** Whether its application had acknowledged the call. */
  readonly wasBegun: boolean;
}

const COLUMNS = { id: 'uuid', attempt: 'integer', attempts: 'text', due_at: 'integer' } as const;

/** Back in the queue, and nobody's. The call's time, status and text are kept with its attempt. */
const BACK = `state = ${RETRYING}, attempt = t.attempt + 1, claimed_by = NULL, executed_at = NULL, acked_at = NULL,
  ack_text = NULL, http_status = NULL`;

/** What deactivates a schedule because nothing is left of its plan: its last runs are still called as often as they may be. */
const OF_LAST_RUN: readonly string[] = [
  'DEACTIVATION_ON_COMPLETION',
  'DEACTIVATION_ON_END_TIME',
  'DEACTIVATION_ON_MAX_RUNS',
  'DEACTIVATION_NO_FUTURE_RUN',
];
const SWITCHED_OFF = ACTIONS.flatMap((action, place) =>
  action.startsWith('DEACTIVAT') && !OF_LAST_RUN.includes(action) ? [place] : [],
).join(',');

interface AttemptRecord {
  id: Buffer;
  attempt: number;
  attempts: string | null;
}

/** Runs that failed and are called again, in the table `run` (schedule-extensions.md, "Retries"). */
@Injectable()
export class AttemptStore {
  /**
   * Puts runs back into the queue whose calls failed, in one statement, where the replica still holds them and this is the
   * call that they were claimed for. Returns which of them were put back, now or by an earlier attempt to store it.
   */
  async putBack(
    tx: Tx,
    outcomes: readonly RunOutcome[],
    replicaId: number,
  ): Promise<ReadonlySet<RunOutcome>> {
    const failed = outcomes.flatMap((outcome) => failedRunOf(outcome) ?? []);
    const matched = await this.write(tx, failed, {
      guard: 't.state = ? AND t.claimed_by = ?',
      guardParameters: [TRIGGERED, replicaId],
    });
    return matched === outcomes.length ? new Set(outcomes) : this.listPutBack(tx, outcomes);
  }

  /** Does the same with locked runs that their applications reported as failed. */
  async putBackReported(tx: Tx, failed: readonly FailedRun[]): Promise<void> {
    await this.write(tx, failed, { guard: `t.state IN (${UNENDED_STATES})`, guardParameters: [] });
  }

  /** Returns the runs of schedules that wait for another call, claimed or not. */
  async listWaiting(
    tx: Tx,
    schedules: readonly { readonly id: string; readonly tenancyId: number }[],
  ): Promise<string[]> {
    if (schedules.length === 0) return [];
    const tenancies = [...new Set(schedules.map(({ tenancyId }) => tenancyId))];
    const ids = schedules.map(({ id }) => uuidToBytes(id));
    // By the queue: hardly any run of a tenancy waits so, and a schedule may have a million that have ended.
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT r.id FROM run r ${tx.dialect.useIndex('run_queue')}
       WHERE r.state IN (${RETRYING}, ${TRIGGERED}) AND r.tenancy_id IN (${marks(tenancies)}) AND r.attempt > 1
       AND (r.executed_at IS NULL OR r.claimed_by = 0) AND r.schedule_id IN (${marks(ids)})`,
      [...tenancies, ...ids],
    );
    return rows.map((row) => uuidFromBytes(row.id));
  }

  /** Returns which of these runs belong to schedules that somebody switched off since they were planned. */
  async listSwitchedOff(tx: Tx, ids: readonly Buffer[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const join = tx.dialect.orderedJoin;
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT r.id FROM run r ${join} schedule s ON s.id = r.schedule_id
       WHERE r.id IN (${marks(ids)}) AND s.active = 0 AND EXISTS (SELECT 1 FROM action_log a
         WHERE a.job_id = s.job_id AND a.schedule_id = s.id AND a.action IN (${SWITCHED_OFF}) AND a.at >= r.created_at)`,
      ids,
    );
    return new Set(rows.map((row) => uuidFromBytes(row.id)));
  }

  private async write(
    tx: Tx,
    failed: readonly FailedRun[],
    guard: { readonly guard: string; readonly guardParameters: readonly number[] },
  ): Promise<number> {
    if (failed.length === 0) return 0;
    return tx.dialect.bulkUpdate(tx, {
      ...{ table: 'run', columns: COLUMNS, matched: 'attempt', also: BACK },
      rows: failed.map((run) => [run.id, run.attempt, attemptsOf(run), run.nextAt]),
      ...guard,
    });
  }

  private async listPutBack(tx: Tx, outcomes: readonly RunOutcome[]): Promise<ReadonlySet<RunOutcome>> {
    const rows = await tx.query<AttemptRecord>(
      `SELECT id, attempt, attempts FROM run WHERE id IN (${marks(outcomes)})`,
      outcomes.map(({ id }) => id),
    );
    const stored = new Map(rows.map((row) => [uuidFromBytes(row.id), row]));
    return new Set(
      outcomes.filter(({ runId, executedAt, retry }) => {
        const row = stored.get(runId);
        if (row === undefined || retry === undefined || row.attempt <= retry.attempt) return false;
        return storedAttempts(row.attempts)[retry.attempt - 1]?.calledAt === executedAt;
      }),
    );
  }
}

function failedRunOf({ id, retry, executedAt, answeredAt, httpStatus, text }: RunOutcome): FailedRun | null {
  if (retry === undefined || retry.nextAt === null) return null;
  const { attempt, attempts, nextAt } = retry;
  const call = { calledAt: executedAt, failedAt: answeredAt, status: httpStatus, text, wasBegun: false };
  return { id, attempt, attempts, nextAt, ...call };
}

function attemptsOf({ attempts, calledAt, failedAt, status, text, nextAt, wasBegun }: FailedRun): string {
  return withAttempt(attempts, {
    calledAt,
    failedAt,
    status,
    text,
    nextAt,
    ...(wasBegun && { wasBegun: true as const }),
  });
}

import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import { latestCallOf } from '../core/policy/attempts.js';
import { storedPolicy, type RunPolicy } from '../core/policy/run-policy.js';
import { RUN_STATES, shownState, type RunState, type ShownState } from '../core/run-state.js';
import { flagOf, uuidFromBytes, uuidToBytes } from '../database/columns.js';
import { ACTION_KINDS, type ActionKind } from '../database/entities/job.row.js';
import { RUN_ORIGINS } from '../database/entities/run.row.js';
import { SCHEDULE_KINDS } from '../database/entities/schedule.row.js';
import { UNENDED_STATES, UNREPORTED_STATES } from '../database/entities/stored-values.js';
import { marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import type { EndedRun } from './run-endings.js';

/**
 * A run that is to be ended by something other than the answer to its call: the data needed to report the end,
 * and its current state.
 */
export interface OpenRun extends Omit<
  EndedRun,
  'state' | 'endedAt' | 'awaitedFrom' | 'endText' | 'isCanceled' | 'wasBegun' | 'isRepeated'
> {
  /** Null where the schedule was deleted while the run was under way. */
  readonly instanceId: number | null;
  /** Null where the job was deleted while the run was under way. */
  readonly actionKind: ActionKind | null;
  readonly state: RunState;
  /** When its 202 came, or the wait for any answer was given up; null while that is not recorded. */
  readonly ackedAt: Instant | null;
  /** The number of its next or latest call: 1 for the first. */
  readonly attempt: number;
  /** The calls that failed before, as they are stored. */
  readonly attempts: string | null;
  /** The settings of job and schedule together; null where stored settings cannot be read. */
  readonly policy: RunPolicy | null;
  readonly endText: string | null;
  readonly isReported: boolean;
}

/** A run and how it ends. */
export interface RunEnd {
  readonly run: OpenRun;
  readonly state: RunState;
  readonly endedAt: Instant;
  readonly text: string;
  /** Whether the application itself reported this end. */
  readonly isReported: boolean;
}

const END_COLUMNS = {
  id: 'uuid',
  state: 'integer',
  completed_at: 'integer',
  end_text: 'text',
  is_reported: 'integer',
} as const;

/**
 * The columns that `openRunOf` reads, with the aliases r (run), s (schedule), j (job); rows of s and j may be
 * missing.
 */
const OPEN_RUN_COLUMNS = `r.id, r.schedule_id, r.tenancy_id, r.origin, r.paced_by, r.state, r.planned_at, r.due_at, r.executed_at, r.attempt, r.attempts,
  r.acked_at, r.http_status, r.end_text, r.is_reported, s.kind, s.instance_id, s.policy, j.policy AS job_policy, j.id AS job_id, j.kind AS job_kind, j.name AS job_name, j.ans_on_success, j.ans_on_error`;

/** A row of OPEN_RUN_COLUMNS as both drivers return it. */
interface OpenRecord {
  id: Buffer;
  schedule_id: Buffer;
  tenancy_id: number;
  origin: number;
  paced_by: Buffer | null;
  state: number;
  planned_at: number;
  due_at: number;
  executed_at: number | null;
  attempt: number;
  attempts: string | null;
  acked_at: number | null;
  http_status: number | null;
  end_text: string | null;
  is_reported: number;
  kind: number | null;
  instance_id: number | null;
  job_id: number | null;
  job_kind: number | null;
  job_name: string | null;
  ans_on_success: number | null;
  ans_on_error: number | null;
  policy: string | null;
  job_policy: string | null;
}

/** Runs that may be ended by something other than the answer to their call. */
@Injectable()
export class OpenRunStore {
  /** Returns those of these runs that exist, by their ids, and locks them until commit. Two statements for any number. */
  async lock(tx: Tx, runIds: readonly string[]): Promise<Map<string, OpenRun>> {
    const { runs } = await this.lockThose(tx, runIds, { skipsHeld: false });
    return runs;
  }

  /** Does the same for those that nobody holds, and returns the ids of the others, which are not looked into. */
  lockFree(tx: Tx, runIds: readonly string[]): Promise<{ runs: Map<string, OpenRun>; held: Set<string> }> {
    return this.lockThose(tx, runIds, { skipsHeld: true });
  }

  private async lockThose(tx: Tx, runIds: readonly string[], how: { skipsHeld: boolean }) {
    const held = new Set<string>();
    if (runIds.length === 0) return { runs: new Map<string, OpenRun>(), held };
    // In the order of their ids, so that two transactions never wait for each other.
    const ids = [...new Set(runIds)].sort().map(uuidToBytes);
    const locked = new Set((await tx.dialect.lockById(tx, 'run', ids, how)).map(uuidFromBytes));
    const rows = await tx.query<OpenRecord>(
      `SELECT ${OPEN_RUN_COLUMNS} FROM run r LEFT JOIN schedule s ON s.id = r.schedule_id LEFT JOIN job j ON j.id = s.job_id
       WHERE r.id IN (${marks(ids)})`,
      ids,
    );
    const runs = new Map<string, OpenRun>();
    for (const run of rows.map(openRunOf)) {
      if (locked.has(run.runId)) runs.set(run.runId, run);
      else held.add(run.runId);
    }
    return { runs, held };
  }

  /** Ends locked runs, in one statement. */
  async end(tx: Tx, ends: readonly RunEnd[]): Promise<void> {
    if (ends.length === 0) return;
    await tx.dialect.bulkUpdate(tx, {
      table: 'run',
      columns: END_COLUMNS,
      rows: ends.map(({ run, state, endedAt, text, isReported }) => [
        uuidToBytes(run.runId),
        RUN_STATES.indexOf(state),
        ...[endedAt, text, isReported ? 1 : 0],
      ]),
      guard: `t.state IN (${UNENDED_STATES})`,
      guardParameters: [],
    });
    await this.noteCalls(tx, ends);
  }

  /** A run that ends while it waits for another call was executed when it was called last. */
  private async noteCalls(tx: Tx, ends: readonly RunEnd[]): Promise<void> {
    const rows = ends.flatMap(({ run }) => {
      const at = latestCallOf(run.attempts);
      return at === null ? [] : [[uuidToBytes(run.runId), at, at]];
    });
    if (rows.length === 0) return;
    const columns = { id: 'uuid', executed_at: 'integer', due_at: 'integer' } as const;
    const guard = { guard: 't.executed_at IS NULL', guardParameters: [] };
    await tx.dialect.bulkUpdate(tx, { table: 'run', columns, rows, ...guard });
  }

  /** Stores for a locked run that what it started was found, although its request was not answered. */
  async acknowledge(
    tx: Tx,
    { runId }: OpenRun,
    { httpStatus, text, at }: { httpStatus: number; text: string; at: Instant },
  ): Promise<void> {
    await tx.execute(
      `UPDATE run SET state = ${RUN_STATES.indexOf('ACK_RECVD')}, http_status = ?, ack_text = ?, acked_at = ? WHERE id = ?`,
      [httpStatus, text, at, uuidToBytes(runId)],
    );
  }

  /** Returns the ids of up to `limit` runs that have waited for their report longer than their instance permits; tasks report nothing. */
  async listOverdue(tx: Tx, now: Instant, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT r.id FROM instance i JOIN tenancy t ON t.instance_id = i.id
       JOIN run r ${tx.dialect.useIndex('run_queue')} ON r.tenancy_id = t.id AND r.state IN (${UNREPORTED_STATES}) AND r.due_at <= ? - i.async_timeout_s * 1000
       WHERE r.executed_at <= ? - i.async_timeout_s * 1000 AND NOT EXISTS (SELECT 1 FROM task_run k WHERE k.id = r.id)
       LIMIT ?`,
      [now, now, limit],
    );
    return rows.map((row) => uuidFromBytes(row.id));
  }
}

function openRunOf(row: OpenRecord): OpenRun {
  // What waits for another call was called last when the attempt before was.
  const latestAt = row.executed_at === null ? latestCallOf(row.attempts) : null;
  return {
    runId: uuidFromBytes(row.id),
    scheduleId: uuidFromBytes(row.schedule_id),
    scheduleKind: row.kind === null ? null : (SCHEDULE_KINDS[row.kind] ?? null),
    job: jobOf(row),
    policy: storedPolicy(row.job_policy, row.policy),
    tenancyId: row.tenancy_id,
    instanceId: row.instance_id,
    actionKind: row.job_kind === null ? null : (ACTION_KINDS[row.job_kind] ?? null),
    origin: RUN_ORIGINS[row.origin] ?? 'plan',
    pacedBy: row.paced_by === null ? null : uuidFromBytes(row.paced_by),
    plannedAt: row.planned_at,
    dueAt: latestAt ?? row.due_at,
    executedAt: row.executed_at ?? latestAt,
    ackedAt: row.acked_at,
    attempt: row.attempt,
    attempts: row.attempts,
    state: stateOf(row),
    httpStatus: row.http_status,
    endText: row.end_text,
    isReported: row.is_reported === 1,
  };
}

/** Returns the state that everybody is told: a run that is claimed and not called is still SCHEDULED. */
function stateOf({ state, executed_at: executedAt, attempt }: OpenRecord): ShownState {
  return shownState({ state: RUN_STATES[state] ?? 'UNKNOWN', executedAt, attempt });
}

function jobOf(row: OpenRecord): EndedRun['job'] {
  if (row.job_id === null || row.job_name === null) return null;
  const switches = { ansOnSuccess: flagOf(row.ans_on_success), ansOnError: flagOf(row.ans_on_error) };
  const kind = ACTION_KINDS[row.job_kind ?? -1] ?? 'http';
  return { id: row.job_id, kind, name: row.job_name, ...switches };
}

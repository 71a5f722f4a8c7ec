import { Injectable } from '@nestjs/common';
import { NotFound } from '../../../core/errors.js';
import type { Instant } from '../../../core/instant.js';
import { storedAttempts, type FailedAttempt } from '../../../core/policy/attempts.js';
import { storedPolicy } from '../../../core/policy/run-policy.js';
import { RUN_STATES, shownState, type RunState } from '../../../core/run-state.js';
import { uuidFromBytes, uuidToBytes } from '../../../database/columns.js';
import { HOLDS, type Hold } from '../../../core/protection/hold.js';
import { RETRYING, WAITING } from '../../../database/entities/stored-values.js';
import { ACTION_KINDS, type ActionKind } from '../../../database/entities/job.row.js';
import { marks } from '../../../database/lists.js';
import { scopeSql, type RowScope } from '../../../database/scoped.js';
import { countWithin, textBytes } from '../../../database/text-bytes.js';
import type { Tx } from '../../../database/tx.js';
import { LISTED_COLUMNS, listedRunOf, type ListedRecord, type ListedRun } from './listed-run.js';
import type { FoundRun } from './found-run.js';

/** A run with the texts of its log. */
export interface LoggedRun extends ListedRun {
  readonly createdAt: Instant;
  readonly ackedAt: Instant | null;
  readonly ackText: string | null;
  readonly endText: string | null;
  /** The number of its next or latest call. */
  readonly attempt: number;
  /** The calls that were followed by another one. */
  readonly attempts: readonly FailedAttempt[];
  readonly isReported: boolean;
}

/** The run before or after another of its schedule. */
export interface Neighbour {
  readonly runId: string;
  readonly state: RunState;
  readonly plannedAt: Instant;
}

/** Everything about a run. */
export interface RunDetail {
  readonly run: LoggedRun;
  readonly action: ActionKind;
  /** How many seconds the application has for its report, from the call. */
  readonly reportS: number;
  /** How long a call may take where the job says so. */
  readonly timeoutMs: number | undefined;
  /** The replica that called it, null where none has; without a name where it is forgotten. */
  readonly replica: { readonly id: number; readonly name: string | null } | null;
  /** What keeps it from its endpoint, since when, and when it is called at the earliest or given up; null where nothing does. */
  readonly held: { readonly by: Hold; readonly since: Instant; readonly until: Instant } | null;
  readonly previous: Neighbour | null;
  readonly next: Neighbour | null;
}

const LOGGED_COLUMNS = `${LISTED_COLUMNS}, r.created_at, r.acked_at, r.ack_text, r.end_text, r.attempts, r.is_reported`;

interface LoggedRecord extends ListedRecord {
  created_at: number;
  acked_at: number | null;
  ack_text: string | null;
  end_text: string | null;
  attempts: string | null;
  is_reported: number;
}

interface DetailRecord extends LoggedRecord {
  replica: number | null;
  replica_name: string | null;
  kind: number;
  report_s: number;
  hold: number | null;
  held_since: number | null;
  policy: string | null;
}

interface NeighbourRecord {
  id: Buffer;
  state: number;
  planned_at: number;
  executed_at: number | null;
  attempt: number;
}

/** Reads the rows of runs whose places are known. Runs of jobs and schedules that were deleted are not there. */
@Injectable()
export class RunRowsQuery {
  /** Returns the runs at these places, in their order. */
  async list(tx: Tx, places: readonly FoundRun[]): Promise<ListedRun[]> {
    return inOrder(places, (await rowsOf<ListedRecord>(tx, LISTED_COLUMNS, places)).map(listedRunOf));
  }

  /** Returns as many of the runs at these places as may be read at once, with their texts, and of how many places. */
  async listLogged(tx: Tx, places: readonly FoundRun[]): Promise<{ runs: LoggedRun[]; places: number }> {
    if (places.length === 0) return { runs: [], places: 0 };
    const sizes = await tx.query<{ id: Buffer; bytes: number }>(
      `SELECT t.id, ${textBytes('run', 't')} AS bytes FROM run t WHERE t.id IN (${marks(places)})`,
      places.map(({ key }) => key),
    );
    const sizeOf = new Map(sizes.map(({ id, bytes }) => [uuidFromBytes(id), Number(bytes)]));
    const few = places.slice(0, Math.max(1, countWithin(places.map(({ id }) => sizeOf.get(id) ?? 0))));
    const rows = await rowsOf<LoggedRecord>(tx, LOGGED_COLUMNS, few);
    return { runs: inOrder(few, rows.map(loggedRunOf)), places: few.length };
  }

  /** Returns a run of the scope. Throws NotFound where there is none, or none for this caller. */
  async get(tx: Tx, scope: RowScope, runId: string): Promise<RunDetail> {
    const { sql, parameters } = scopeSql(scope, 's');
    const [row] = await tx.query<DetailRecord>(
      `SELECT ${LOGGED_COLUMNS}, r.claimed_by AS replica, p.name AS replica_name, j.kind, j.policy, r.hold, r.held_since, i.async_timeout_s AS report_s
       FROM run r JOIN schedule s ON s.id = r.schedule_id JOIN job j ON j.id = s.job_id
       JOIN instance i ON i.id = j.instance_id LEFT JOIN replica p ON p.id = r.claimed_by
       WHERE r.id = ? AND ${sql}`,
      [uuidToBytes(runId), ...parameters],
    );
    if (!row) throw new NotFound(`There is no run with the id '${runId}'.`);
    const run = loggedRunOf(row);
    const { replica: id, replica_name: name, kind, report_s: reportS } = row;
    return {
      run,
      ...{ action: ACTION_KINDS[kind] ?? 'http', reportS, timeoutMs: timeoutOf(row) },
      replica: id === null || run.calledAt === null ? null : { id, name },
      held: heldOf(row),
      previous: await neighbourOf(tx, row, 'before'),
      next: await neighbourOf(tx, row, 'after'),
    };
  }
}

/** A run is held only while it is in the queue. */
function heldOf({ state, hold, held_since: since, due_at: until }: DetailRecord): RunDetail['held'] {
  const by = hold === null ? undefined : HOLDS[hold];
  if (by === undefined || since === null || (state !== WAITING && state !== RETRYING)) return null;
  return { by, since: Number(since), until: Number(until) };
}

async function rowsOf<Record>(tx: Tx, columns: string, places: readonly FoundRun[]): Promise<Record[]> {
  if (places.length === 0) return [];
  const join = tx.dialect.orderedJoin;
  return tx.query<Record>(
    `SELECT ${columns} FROM run r ${join} schedule s ON s.id = r.schedule_id ${join} job j ON j.id = s.job_id
     WHERE r.id IN (${marks(places)})`,
    places.map(({ key }) => key),
  );
}

function inOrder<Run extends ListedRun>(places: readonly FoundRun[], runs: readonly Run[]): Run[] {
  const byId = new Map(runs.map((run) => [run.runId, run]));
  return places.flatMap(({ id }) => byId.get(id) ?? []);
}

/** Two looks into the index of the schedule's runs, beside the run itself. */
async function neighbourOf(
  tx: Tx,
  { schedule_id: scheduleId, planned_at: plannedAt }: ListedRecord,
  side: 'before' | 'after',
): Promise<Neighbour | null> {
  const beside = side === 'before' ? '< ? ORDER BY planned_at DESC' : '> ? ORDER BY planned_at';
  const [row] = await tx.query<NeighbourRecord>(
    `SELECT id, state, planned_at, executed_at, attempt FROM run ${tx.dialect.useIndex('run_schedule')}
     WHERE schedule_id = ? AND planned_at ${beside} LIMIT 1`,
    [scheduleId, plannedAt],
  );
  if (!row) return null;
  const { executed_at: executedAt, attempt } = row;
  const state = shownState({ state: RUN_STATES[row.state] ?? 'UNKNOWN', executedAt, attempt });
  return { runId: uuidFromBytes(row.id), state, plannedAt: row.planned_at };
}

/** Settings that cannot be read say nothing. */
function timeoutOf({ policy }: DetailRecord): number | undefined {
  return storedPolicy(policy, null)?.timeoutMs;
}

function loggedRunOf(row: LoggedRecord): LoggedRun {
  const attempts = storedAttempts(row.attempts);
  const listed = listedRunOf(row);
  return {
    ...listed,
    // While another call is to follow, the latest one is that before.
    calledAt: listed.calledAt ?? attempts.at(-1)?.calledAt ?? null,
    ...{ attempt: row.attempt, attempts },
    ...{ createdAt: row.created_at, ackedAt: row.acked_at, ackText: row.ack_text, endText: row.end_text },
    isReported: row.is_reported === 1,
  };
}

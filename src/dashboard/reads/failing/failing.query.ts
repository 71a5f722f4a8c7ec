import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import { RUN_STATES, type RunState } from '../../../core/run-state.js';
import { uuidFromBytes, uuidToBytes } from '../../../database/columns.js';
import { ACTION_KINDS, type ActionKind } from '../../../database/entities/job.row.js';
import { FAILING, HEALED, OFF, ONCE, SUCCESS } from '../../../database/entities/stored-values.js';
import { marks } from '../../../database/lists.js';
import { scopeSql, type RowScope } from '../../../database/scoped.js';
import type { Tx } from '../../../database/tx.js';
import { ONE_TIME_MS } from '../../../statistics/failing-mend.js';
import type { Cursor } from '../cursor.js';
import { shownTiming, type ShownTiming, type TimingRecord } from '../schedule-timing.js';

/** Failing schedules are counted up to so many, and up to so many without those that were switched off a moment ago. */
const MOST_COUNTED = 10_000;
const FEW = 500;
const PAGE = 50;
const MOST_TEXT = 300;

/** A failing schedule. */
export interface FailingSchedule extends ShownTiming {
  readonly scheduleId: string;
  readonly description: string;
  readonly jobId: number;
  readonly jobName: string;
  readonly tenancyId: number;
  readonly since: Instant;
  readonly times: number;
  readonly lastAt: Instant;
  readonly lastSuccessAt: Instant | null;
  readonly lastRun: LastRun | null;
}

/** The newest failed run, as long as its log is kept. */
export interface LastRun {
  readonly id: string;
  readonly action: ActionKind;
  readonly state: RunState;
  readonly httpStatus: number | null;
  readonly isReported: boolean;
  readonly plannedAt: Instant;
  readonly endedAt: Instant | null;
  readonly text: string | null;
}

export interface FailingCount {
  readonly schedules: number;
  readonly jobs: number;
  readonly isMore: boolean;
}

interface FailingRow extends TimingRecord {
  id: Buffer;
  job_id: number;
  tenancy_id: number;
  run_id: Buffer;
  since_at: number;
  last_at: number;
  times: number;
  description: string;
  name: string;
  action: number;
}

interface RunRecord {
  id: Buffer;
  state: number;
  http_status: number | null;
  is_reported: number;
  planned_at: number;
  completed_at: number | null;
  end_text: string | null;
}

/**
 * Reads the failing schedules of a scope. Those that were switched off or deleted since the table was last put right are left
 * out, so that a list agrees with what its reader has just done.
 */
@Injectable()
export class FailingQuery {
  /**
   * Returns how many schedules fail, of how many jobs, counted up to MOST_COUNTED. Few are counted as the list has them, and
   * many as they are noted: by an index alone, and right again within half a minute.
   */
  async count(tx: Tx, scope: RowScope, now: Instant): Promise<FailingCount> {
    const noted = await countOf(tx, notedOf(tx, scope));
    return noted.schedules <= FEW ? countOf(tx, failingOf(tx, scope, now)) : noted;
  }

  /** Returns when a schedule last stopped failing, null where none has within the time that run logs are kept for. */
  async lastHealedAt(tx: Tx, scope: RowScope): Promise<Instant | null> {
    const { sql, parameters } = scopeSql(scope, 'f');
    const rows = await tx.query<{ last_at: number | null }>(
      [HEALED, OFF]
        .map(
          (standing) =>
            `SELECT MAX(f.last_at) AS last_at FROM failing_schedule f WHERE ${sql} AND f.standing = ${standing}`,
        )
        .join(' UNION ALL '),
      [...parameters, ...parameters],
    );
    const last = Math.max(...rows.map((row) => Number(row.last_at ?? 0)));
    return last > 0 ? last : null;
  }

  /** Returns a page of the failing schedules, of PAGE where no other number is said, those that failed last first, and whether more follow. */
  async page(
    tx: Tx,
    scope: RowScope,
    { after, now, limit = PAGE }: { after?: Cursor | undefined; now: Instant; limit?: number },
  ): Promise<{ results: FailingSchedule[]; isMore: boolean }> {
    const { from, parameters } = failingOf(tx, scope, now);
    const beyond = after ? 'AND f.last_at <= ? AND (f.last_at < ? OR f.id < ?)' : '';
    const rows = await tx.query<FailingRow>(
      `SELECT ${COLUMNS} ${from} ${beyond} ORDER BY f.last_at DESC, f.id DESC LIMIT ?`,
      [...parameters, ...(after ? [after.at, after.at, uuidToBytes(after.id)] : []), limit + 1],
    );
    return { results: await wholeOf(tx, rows.slice(0, limit)), isMore: rows.length > limit };
  }

  /** Returns up to PAGE of the failing schedules of a job, those that failed last first. */
  async ofJob(
    tx: Tx,
    scope: RowScope,
    { jobId, now }: { jobId: number; now: Instant },
  ): Promise<FailingSchedule[]> {
    const { from, parameters } = failingOf(tx, scope, now, OF_JOB);
    const rows = await tx.query<FailingRow>(
      `SELECT ${COLUMNS} ${from} AND f.job_id = ? ORDER BY f.last_at DESC, f.id DESC LIMIT ?`,
      [...parameters, jobId, PAGE],
    );
    return wholeOf(tx, rows);
  }

  /** Returns which of some jobs fail, each with the schedule of it that failed last. */
  async schedulesOfJobs(
    tx: Tx,
    scope: RowScope,
    { jobIds, now }: { jobIds: readonly number[]; now: Instant },
  ): Promise<Map<number, string>> {
    if (jobIds.length === 0) return new Map();
    const { from, parameters } = failingOf(tx, scope, now, OF_JOB);
    // A job may have very many: of each one is looked for, at the end of its part of the index.
    const last = (_id: number, place: number) =>
      `SELECT * FROM (SELECT f.id, f.job_id ${from} AND f.job_id = ? ORDER BY f.last_at DESC, f.id DESC LIMIT 1) p${place}`;
    const rows = await tx.query<{ id: Buffer; job_id: number }>(
      jobIds.map(last).join(' UNION ALL '),
      jobIds.flatMap((jobId) => [...parameters, jobId]),
    );
    return new Map(rows.map(({ id, job_id: jobId }) => [Number(jobId), uuidFromBytes(id)]));
  }
}

/** The index that has the failing schedules of a job in the order in which they failed. */
const OF_JOB = 'failing_schedule_job';

const COLUMNS =
  'f.id, f.job_id, f.tenancy_id, f.run_id, f.since_at, f.last_at, f.times, s.description, s.kind, s.expression, s.meaning, s.policy, j.name, j.kind AS action';

/** SQL that stands after SELECT: which rows of alias `f` are meant, with its parameters. */
export interface FailingRows {
  readonly from: string;
  readonly parameters: readonly number[];
}

async function wholeOf(tx: Tx, rows: readonly FailingRow[]): Promise<FailingSchedule[]> {
  const successes = await lastSuccesses(tx, rows);
  const runs = await lastRuns(tx, rows);
  return rows.map((row) => failingScheduleOf(row, successes, runs));
}

async function countOf(tx: Tx, { from, parameters }: FailingRows): Promise<FailingCount> {
  const [row] = await tx.query<{ schedules: number; jobs: number }>(
    `SELECT COUNT(*) AS schedules, COUNT(DISTINCT c.job_id) AS jobs FROM (SELECT f.job_id ${from} LIMIT ?) c`,
    [...parameters, MOST_COUNTED + 1],
  );
  const [schedules, jobs] = [Number(row?.schedules), Number(row?.jobs)];
  return { schedules: Math.min(schedules, MOST_COUNTED), jobs, isMore: schedules > MOST_COUNTED };
}

/** What is noted as failing, by the index that has its order. */
function notedOf(tx: Tx, scope: RowScope, index = indexOf(scope), joins = ''): FailingRows {
  const { sql, parameters } = scopeSql(scope, 'f');
  const from = `FROM failing_schedule f ${tx.dialect.useIndex(index)}${joins} WHERE ${sql} AND f.standing = ${FAILING}`;
  return { from, parameters };
}

const indexOf = (scope: RowScope) =>
  scope.kind === 'instance' ? 'failing_schedule_instance' : 'failing_schedule_tenancy';

/** What fails now, whatever has been done since it was noted: `f`, with its schedule `s` and its job `j`. */
export function failingOf(tx: Tx, scope: RowScope, now: Instant, index = indexOf(scope)): FailingRows {
  const join = tx.dialect.orderedJoin;
  const joins = ` ${join} schedule s ON s.id = f.id ${join} job j ON j.id = s.job_id`;
  const { from, parameters } = notedOf(tx, scope, index, joins);
  const isActive = `j.active = 1 AND (s.active = 1 OR s.kind = ${ONCE}) AND (s.kind <> ${ONCE} OR f.last_at > ?)`;
  return { from: `${from} AND ${isActive}`, parameters: [...parameters, now - ONE_TIME_MS] };
}

/** Returns when the last success before its failures ended, by schedule: one look into an index each. */
async function lastSuccesses(tx: Tx, rows: readonly FailingRow[]): Promise<Map<string, Instant>> {
  if (rows.length === 0) return new Map();
  const found = await tx.query<{ id: Buffer; ended_at: number | null }>(
    `SELECT f.id, (SELECT r.completed_at FROM run r ${tx.dialect.useIndex('run_schedule')} WHERE r.schedule_id = f.id
       AND r.planned_at < f.since_planned_at AND r.state = ${SUCCESS} ORDER BY r.planned_at DESC LIMIT 1) AS ended_at
     FROM failing_schedule f WHERE f.id IN (${marks(rows)})`,
    rows.map(({ id }) => id),
  );
  return new Map(
    found.flatMap(({ id, ended_at: at }) => (at === null ? [] : [[uuidFromBytes(id), Number(at)]])),
  );
}

async function lastRuns(tx: Tx, rows: readonly FailingRow[]): Promise<Map<string, Omit<LastRun, 'action'>>> {
  if (rows.length === 0) return new Map();
  const found = await tx.query<RunRecord>(
    `SELECT id, state, http_status, is_reported, planned_at, completed_at, SUBSTR(end_text, 1, ${MOST_TEXT}) AS end_text
     FROM run WHERE id IN (${marks(rows)})`,
    rows.map((row) => row.run_id),
  );
  return new Map(
    found.map((row) => [
      uuidFromBytes(row.id),
      {
        ...{
          id: uuidFromBytes(row.id),
          state: RUN_STATES[row.state] ?? 'UNKNOWN',
          httpStatus: row.http_status,
          isReported: row.is_reported === 1,
        },
        ...{ plannedAt: row.planned_at, endedAt: row.completed_at, text: row.end_text },
      },
    ]),
  );
}

function failingScheduleOf(
  row: FailingRow,
  successes: ReadonlyMap<string, Instant>,
  runs: ReadonlyMap<string, Omit<LastRun, 'action'>>,
): FailingSchedule {
  const scheduleId = uuidFromBytes(row.id);
  const lastRun = runs.get(uuidFromBytes(row.run_id));
  return {
    ...{ scheduleId, description: row.description, ...shownTiming(row) },
    ...{ jobId: row.job_id, jobName: row.name, tenancyId: row.tenancy_id },
    ...{ since: row.since_at, times: row.times, lastAt: row.last_at },
    lastSuccessAt: successes.get(scheduleId) ?? null,
    lastRun: lastRun ? { ...lastRun, action: ACTION_KINDS[row.action] ?? 'http' } : null,
  };
}

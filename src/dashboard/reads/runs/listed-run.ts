import type { Instant } from '../../../core/instant.js';
import { RUN_STATES, shownState, type RunState } from '../../../core/run-state.js';
import { uuidFromBytes } from '../../../database/columns.js';
import { RUN_ORIGINS, type RunOrigin } from '../../../database/entities/run.row.js';

/** A run as lists show it. */
export interface ListedRun {
  readonly runId: string;
  readonly state: RunState;
  readonly origin: RunOrigin;
  readonly tenancyId: number;
  readonly jobId: number;
  readonly jobName: string;
  readonly scheduleId: string;
  readonly plannedAt: Instant;
  readonly dueAt: Instant;
  readonly calledAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly httpStatus: number | null;
  /** The instant that it stands for where that is not `plannedAt`. */
  readonly originalAt: Instant | null;
  /** The run that it runs again. */
  readonly replayOf: string | null;
}

/** The columns that `listedRunOf` reads, with the aliases r (run) and j (job). */
export const LISTED_COLUMNS = `r.id, r.state, r.origin, r.tenancy_id, r.schedule_id, r.planned_at, r.due_at, r.executed_at, r.attempt,
  r.completed_at, r.http_status, r.original_at, r.replay_of, j.id AS job_id, j.name`;

/** A row of LISTED_COLUMNS as both drivers return it. */
export interface ListedRecord {
  id: Buffer;
  state: number;
  origin: number;
  tenancy_id: number;
  schedule_id: Buffer;
  planned_at: number;
  due_at: number;
  executed_at: number | null;
  attempt: number;
  completed_at: number | null;
  http_status: number | null;
  original_at: number | null;
  replay_of: Buffer | null;
  job_id: number;
  name: string;
}

/** Returns the run of a record. */
export function listedRunOf(row: ListedRecord): ListedRun {
  const stored = RUN_STATES[row.state] ?? 'UNKNOWN';
  const state = shownState({ state: stored, executedAt: row.executed_at, attempt: row.attempt });
  return {
    ...{ runId: uuidFromBytes(row.id), state, origin: RUN_ORIGINS[row.origin] ?? 'plan' },
    ...{ tenancyId: row.tenancy_id, jobId: row.job_id, jobName: row.name },
    ...{ scheduleId: uuidFromBytes(row.schedule_id), plannedAt: row.planned_at, dueAt: row.due_at },
    ...{ calledAt: row.executed_at, endedAt: row.completed_at, httpStatus: row.http_status },
    ...{
      originalAt: row.original_at,
      replayOf: row.replay_of === null ? null : uuidFromBytes(row.replay_of),
    },
  };
}

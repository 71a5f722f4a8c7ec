import { RUN_STATES, type RunState } from '../core/run-state.js';
import { flagOf, uuidFromBytes } from '../database/columns.js';
import { RUN_ORIGINS } from '../database/entities/run.row.js';
import { SCHEDULE_KINDS } from '../database/entities/schedule.row.js';
import type { EndedRun } from './run-endings.js';

/** A run that is to be ended by something else than the answer to its call: what an end is told with, and its state now. */
export interface OpenRun extends Omit<EndedRun, 'state' | 'endedAt' | 'endText' | 'isCanceled'> {
  readonly state: RunState;
  readonly endText: string | null;
  readonly isReported: boolean;
}

/** The columns that `openRunOf` reads, over the aliases r (run), s (schedule), j (job); the last two may be missing. */
export const OPEN_RUN_COLUMNS = `r.id, r.schedule_id, r.tenancy_id, r.origin, r.state, r.planned_at, r.due_at,
  r.http_status, r.end_text, r.is_reported, s.kind, j.id AS job_id, j.name AS job_name, j.ans_on_success, j.ans_on_error`;

/** A row of OPEN_RUN_COLUMNS as both drivers return it. */
export interface OpenRecord {
  id: Buffer;
  schedule_id: Buffer;
  tenancy_id: number;
  origin: number;
  state: number;
  planned_at: number;
  due_at: number;
  http_status: number | null;
  end_text: string | null;
  is_reported: number;
  kind: number | null;
  job_id: number | null;
  job_name: string | null;
  ans_on_success: number | null;
  ans_on_error: number | null;
}

/** Returns the run of a record. */
export function openRunOf(row: OpenRecord): OpenRun {
  return {
    runId: uuidFromBytes(row.id),
    scheduleId: uuidFromBytes(row.schedule_id),
    scheduleKind: row.kind === null ? null : (SCHEDULE_KINDS[row.kind] ?? null),
    job: jobOf(row),
    tenancyId: row.tenancy_id,
    origin: RUN_ORIGINS[row.origin] ?? 'plan',
    plannedAt: row.planned_at,
    dueAt: row.due_at,
    state: RUN_STATES[row.state] ?? 'UNKNOWN',
    httpStatus: row.http_status,
    endText: row.end_text,
    isReported: row.is_reported === 1,
  };
}

function jobOf(row: OpenRecord): EndedRun['job'] {
  if (row.job_id === null || row.job_name === null) return null;
  const switches = { ansOnSuccess: flagOf(row.ans_on_success), ansOnError: flagOf(row.ans_on_error) };
  return { id: row.job_id, name: row.job_name, ...switches };
}

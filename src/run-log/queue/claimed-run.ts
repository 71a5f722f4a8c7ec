import type { Instant } from '../../core/instant.js';
import { HOLDS, type Hold } from '../../core/protection/hold.js';
import type { OpenChange } from '../../core/plan/claim-gate.js';
import { storedPolicy, type RunPolicy } from '../../core/policy/run-policy.js';
import { isSigned } from '../../core/policy/signing.js';
import { flagOf, uuidFromBytes } from '../../database/columns.js';
import { WORK_KINDS } from '../../database/entities/job-work.row.js';
import {
  ACTION_KINDS,
  HTTP_METHODS,
  type ActionKind,
  type HttpMethod,
} from '../../database/entities/job.row.js';
import { RETRYING, WAITING } from '../../database/entities/stored-values.js';
import { RUN_ORIGINS, type RunOrigin } from '../../database/entities/run.row.js';
import { SCHEDULE_KINDS, type ScheduleKind } from '../../database/entities/schedule.row.js';

/** A run that this replica has claimed, with everything needed to call its action and to plan the next run. */
export interface ClaimedRun {
  readonly id: Buffer;
  readonly runId: string;
  readonly origin: RunOrigin;
  readonly plannedAt: Instant;
  /** When the run is to be called: at its planned instant, or later. */
  readonly dueAt: Instant;
  readonly tenancyId: number;
  /** Whether a replica that held the run before may have called it. */
  readonly wasCalled: boolean;
  /** The number of the call that is to be made: 1 for the first. */
  readonly attempt: number;
  /** The calls of it that failed before, as they are stored; null where there were none. */
  readonly attempts: string | null;
  /** Whether it was claimed before and went back to the queue: what follows it is planned already. */
  readonly hasWaited: boolean;
  /** The instant that it stands for where that is not `plannedAt`. */
  readonly originalAt: Instant | null;
  /** The operation that makes it as one of many; null for any other. */
  readonly pacedBy: string | null;
  /** Whether it must not be called because the data that it is to be called with is no longer kept. */
  readonly isDataGone: boolean;
  /** What has kept it in the queue since when, to protect its endpoint; null where nothing has. */
  readonly held: { readonly by: Hold; readonly since: Instant } | null;
  /** What the schedule may not have followed yet of the last change of its job; null where there is nothing. */
  readonly openChange: OpenChange | null;
  /** The settings of job and schedule together; null where stored settings cannot be read. */
  readonly policy: RunPolicy | null;
  readonly schedule: {
    readonly id: string;
    readonly kind: ScheduleKind;
    readonly expression: string;
    readonly meaning: number | null;
    readonly active: boolean;
    readonly data: string | null;
    readonly startAt: Instant | null;
    readonly endAt: Instant | null;
    readonly unreachableSince: Instant | null;
    /** How many of its planned runs were claimed before, where its settings limit them. */
    readonly claimedRuns: number | null;
    /** Since when the schedule has its current timing. */
    readonly timedAt: Instant;
    /** How much later than its instants it is due; null where its settings do not spread it. */
    readonly spreadOffset: number | null;
  };
  readonly job: {
    readonly id: number;
    readonly name: string;
    readonly active: boolean;
    /** Decides who performs the run. */
    readonly kind: ActionKind;
    readonly action: string;
    readonly httpMethod: HttpMethod;
    readonly startAt: Instant | null;
    readonly endAt: Instant | null;
    readonly ansOnSuccess: boolean | null;
    readonly ansOnError: boolean | null;
    readonly user: string | null;
    readonly sealedPassword: string | null;
    /** The additional headers of its calls, null where it has none. */
    readonly sealedHeaders: string | null;
    /** Whether its calls are signed; known where its settings as a whole cannot be read, too. */
    readonly isSigned: boolean;
  };
}

/** The columns that `claimedRunOf` reads, with the aliases r (run), s (schedule), j (job), w (job_work). */
export const CLAIMED_COLUMNS = `r.id, r.origin, r.state AS claimed_state, r.attempt, r.planned_at, r.due_at, r.executed_at, r.data_version, r.tenancy_id, r.schedule_id,
  s.kind, s.expression, s.meaning, s.active, s.data, s.data_version AS schedule_version, s.start_at, s.end_at, s.unreachable_since, s.claimed_runs, s.timed_at, s.spread_offset, s.policy,
  j.id AS job_id, j.name AS job_name, j.active AS job_active, j.kind AS job_kind, j.action, j.http_method,
  j.start_at AS job_start_at, j.end_at AS job_end_at, j.ans_on_success, j.ans_on_error, j.action_user,
  j.action_password, j.headers AS job_headers, j.policy AS job_policy, w.kind AS work_kind, w.at AS work_at, w.up_to AS work_up_to`;

/** What a run has got since it was claimed first, or because somebody asked for it. */
export interface ClaimedPast {
  readonly attempts: string | null;
  readonly original_at: number | null;
  readonly paced_by: Buffer | null;
  readonly hold: number | null;
  readonly held_since: number | null;
}

/** A row of CLAIMED_COLUMNS as both drivers return it. */
export interface ClaimedRecord {
  id: Buffer;
  origin: number;
  claimed_state: number;
  attempt: number;
  planned_at: number;
  due_at: number;
  executed_at: number | null;
  /** What only few runs have (claimed-past.store); not there for a run that is claimed first and of its schedule's plan. */
  past?: ClaimedPast | undefined;
  data_version: number;
  tenancy_id: number;
  schedule_id: Buffer;
  kind: number;
  expression: string;
  meaning: number | null;
  active: number;
  data: string | null;
  schedule_version: number;
  is_data_gone?: boolean;
  start_at: number | null;
  end_at: number | null;
  unreachable_since: number | null;
  claimed_runs: number | null;
  timed_at: number;
  spread_offset: number | null;
  policy: string | null;
  job_id: number;
  job_name: string;
  job_active: number;
  job_kind: number;
  action: string;
  http_method: number;
  job_start_at: number | null;
  job_end_at: number | null;
  ans_on_success: number | null;
  ans_on_error: number | null;
  action_user: string | null;
  action_password: string | null;
  job_headers: string | null;
  job_policy: string | null;
  work_kind: number | null;
  work_at: number | null;
  work_up_to: Buffer | null;
}

/**
 * Returns the claimed run of a record. The mapping is written by hand, because this code runs very often and
 * entities would be slower.
 */
export function claimedRunOf(row: ClaimedRecord): ClaimedRun {
  const past = row.past ?? NO_PAST;
  return {
    id: row.id,
    runId: uuidFromBytes(row.id),
    origin: RUN_ORIGINS[row.origin] ?? 'plan',
    plannedAt: row.planned_at,
    dueAt: row.due_at,
    tenancyId: row.tenancy_id,
    wasCalled: row.executed_at !== null,
    attempt: row.attempt,
    attempts: past.attempts,
    hasWaited: row.claimed_state === RETRYING || row.claimed_state === WAITING,
    originalAt: past.original_at,
    pacedBy: past.paced_by === null ? null : uuidFromBytes(past.paced_by),
    isDataGone: row.is_data_gone === true,
    held: heldOf(past),
    openChange: openChangeOf(row),
    policy: storedPolicy(row.job_policy, row.policy),
    schedule: {
      id: uuidFromBytes(row.schedule_id),
      kind: SCHEDULE_KINDS[row.kind] ?? 'cron',
      expression: row.expression,
      meaning: row.meaning,
      active: row.active === 1,
      data: row.data,
      startAt: row.start_at,
      endAt: row.end_at,
      unreachableSince: row.unreachable_since,
      claimedRuns: row.claimed_runs,
      timedAt: row.timed_at,
      spreadOffset: row.spread_offset,
    },
    job: {
      id: row.job_id,
      name: row.job_name,
      active: row.job_active === 1,
      kind: ACTION_KINDS[row.job_kind] ?? 'http',
      action: row.action,
      httpMethod: HTTP_METHODS[row.http_method] ?? 'POST',
      startAt: row.job_start_at,
      endAt: row.job_end_at,
      ansOnSuccess: flagOf(row.ans_on_success),
      ansOnError: flagOf(row.ans_on_error),
      user: row.action_user,
      sealedPassword: row.action_password,
      sealedHeaders: row.job_headers,
      isSigned: isSigned(row.job_policy),
    },
  };
}

const NO_PAST: ClaimedPast = {
  attempts: null,
  original_at: null,
  paced_by: null,
  hold: null,
  held_since: null,
};

function heldOf({ hold, held_since: since }: ClaimedPast): ClaimedRun['held'] {
  if (hold === null || since === null) return null;
  return { by: HOLDS[hold] ?? 'breaker', since: Number(since) };
}

function openChangeOf(row: ClaimedRecord): OpenChange | null {
  if (row.work_kind === null) return null;
  switch (WORK_KINDS[row.work_kind]) {
    case 'remove':
      return row.work_up_to === null || row.work_up_to.compare(row.schedule_id) >= 0 ? REMOVAL : null;
    case 'edit':
    case 'move':
      return { kind: 'window', at: Number(row.work_at) };
    default:
      return null;
  }
}

const REMOVAL: OpenChange = { kind: 'removal' };

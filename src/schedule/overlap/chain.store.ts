import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { isFinal, RUN_STATES, type RunState } from '../../core/run-state.js';
import { storedPolicy, type RunPolicy } from '../../core/policy/run-policy.js';
import type { ActiveWindow } from '../../core/plan/planning.js';
import { intersect } from '../../core/plan/planning.js';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import { OF_PLAN } from '../../database/entities/stored-values.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';

/** The newest run of a schedule's plan: what follows it comes from it alone. */
export interface Head {
  readonly runId: string;
  readonly state: RunState;
  readonly plannedAt: Instant;
  readonly createdAt: Instant;
}

/** A schedule whose interval counts from ends, as it is now. */
export interface Chain {
  readonly scheduleId: string;
  readonly jobId: number;
  readonly tenancyId: number;
  readonly isActive: boolean;
  readonly everyMs: number;
  readonly window: ActiveWindow;
  readonly policy: RunPolicy | null;
  readonly timedAt: Instant;
  readonly head: Head | null;
}

interface ChainRecord {
  id: Buffer;
  job_id: number;
  tenancy_id: number;
  active: number;
  job_active: number;
  meaning: number | null;
  start_at: number | null;
  end_at: number | null;
  job_start_at: number | null;
  job_end_at: number | null;
  policy: string | null;
  job_policy: string | null;
  timed_at: number;
  run_id: Buffer | null;
  state: number | null;
  planned_at: number | null;
  created_at: number | null;
}

/** Reads the ends of the chains of schedules whose interval counts from the end of a run. */
@Injectable()
export class ChainStore {
  /** Returns schedules with the newest runs of their plans, in one statement: one look from the end of an index for each. */
  async list(tx: Tx, scheduleIds: readonly string[]): Promise<Chain[]> {
    if (scheduleIds.length === 0) return [];
    const rows = await tx.query<ChainRecord>(
      `SELECT s.id, s.job_id, s.tenancy_id, s.active, s.meaning, s.start_at, s.end_at, s.policy, s.timed_at,
         j.active AS job_active, j.start_at AS job_start_at, j.end_at AS job_end_at, j.policy AS job_policy,
         r.id AS run_id, r.state, r.planned_at, r.created_at
       FROM schedule s JOIN job j ON j.id = s.job_id
       LEFT JOIN run r ON r.id = (SELECT h.id FROM run h WHERE h.schedule_id = s.id AND h.origin = ${OF_PLAN}
         ORDER BY h.planned_at DESC LIMIT 1)
       WHERE s.id IN (${marks(scheduleIds)})`,
      scheduleIds.map(uuidToBytes),
    );
    return rows.map(chainOf);
  }
}

/** Returns whether a run is under way: more than a plan, and not ended. */
export function isUnderWay({ state }: Head): boolean {
  return state !== 'SCHEDULED' && !isFinal(state);
}

function chainOf(row: ChainRecord): Chain {
  const ofJob = { startAt: row.job_start_at, endAt: row.job_end_at };
  return {
    scheduleId: uuidFromBytes(row.id),
    jobId: Number(row.job_id),
    tenancyId: Number(row.tenancy_id),
    isActive: row.active === 1 && row.job_active === 1,
    everyMs: Number(row.meaning),
    window: intersect(ofJob, { startAt: row.start_at, endAt: row.end_at }),
    policy: storedPolicy(row.job_policy, row.policy),
    timedAt: Number(row.timed_at),
    head: headOf(row),
  };
}

function headOf({
  run_id: id,
  state,
  planned_at: plannedAt,
  created_at: createdAt,
}: ChainRecord): Head | null {
  if (id === null || state === null) return null;
  return {
    runId: uuidFromBytes(id),
    state: RUN_STATES[state] ?? 'UNKNOWN',
    plannedAt: Number(plannedAt),
    createdAt: Number(createdAt),
  };
}

import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import { storedPolicy, type RunPolicy } from '../../../core/policy/run-policy.js';
import { uuidFromBytes, uuidToBytes } from '../../../database/columns.js';
import { JobRow } from '../../../database/entities/job.row.js';
import { ScheduleRow } from '../../../database/entities/schedule.row.js';
import { OF_PLAN, SCHEDULED, UNENDED_STATES } from '../../../database/entities/stored-values.js';
import { chunks, marks } from '../../../database/lists.js';
import { holdSchedules } from '../../../database/row-lock.js';
import type { Tx } from '../../../database/tx.js';
import { instantOfUuid } from '../../../database/uuid-v7.js';
import type { ClaimedRun } from '../../../run-log/queue/claimed-run.js';

/** What is counted of a schedule since it was activated, and its settings as they are now. */
export interface LifeCount {
  readonly scheduleId: string;
  readonly jobId: number;
  readonly tenancyId: number;
  readonly isActive: boolean;
  readonly isJobActive: boolean;
  readonly policy: RunPolicy | null;
  /** How many of its planned runs were claimed, without those that were skipped or canceled. */
  readonly claimedRuns: number;
  /** How many planned runs have failed in a row. */
  readonly failedRuns: number;
  /** Runs that were planned before this do not count; null where all do. */
  readonly countedSince: Instant | null;
}

interface CountRecord {
  id: Buffer;
  job_id: number;
  tenancy_id: number;
  active: number;
  job_active: number;
  policy: string | null;
  claimed_runs: number | null;
  failed_runs: number | null;
  counted_since: number | null;
}

/** Whether a schedule has a run to come, and whether one of its plan was claimed and has not ended. */
export interface OpenPlan {
  readonly isPlanned: boolean;
  readonly isUnderWay: boolean;
}

const NONE: ReadonlyMap<string, number> = new Map();
/** Who waits, and what was claimed: of the newest first, because a schedule may have a million runs that have ended. */
const NEWEST = `SELECT r.id FROM run r WHERE r.schedule_id = s.id AND r.origin = ${OF_PLAN}`;

/**
 * Keeps what the limits of a schedule's life count, in columns that are null wherever no setting asks for it. A row is
 * held before what it counts is read and changed.
 */
@Injectable()
export class LifeCountStore {
  /**
   * Counts the planned runs among those that were claimed just now, of schedules that may have so many only. Returns how
   * many each has had with these. One statement; no statement where no schedule has a limit, and one more where a last
   * run is among them, because a run may be taken off the count at the same moment.
   */
  async countClaims(tx: Tx, claimed: readonly ClaimedRun[]): Promise<ReadonlyMap<string, number>> {
    const counted = claimed.filter((run) => isLimited(run) && !run.hasWaited);
    if (counted.length === 0) return NONE;
    const ids = counted.map(({ schedule }) => uuidToBytes(schedule.id));
    await tx.execute(
      `UPDATE schedule SET claimed_runs = COALESCE(claimed_runs, 0) + 1 WHERE id IN (${marks(ids)})`,
      ids,
    );
    const counts = new Map(counted.map(({ schedule }) => [schedule.id, (schedule.claimedRuns ?? 0) + 1]));
    const last = counted.filter(
      ({ schedule, policy }) => (counts.get(schedule.id) ?? 0) >= (policy?.maxRuns ?? Infinity),
    );
    if (last.length === 0) return counts;
    const rows = await tx.query<{ id: Buffer; claimed_runs: number }>(
      `SELECT id, claimed_runs FROM schedule WHERE id IN (${marks(last)})`,
      last.map(({ schedule }) => uuidToBytes(schedule.id)),
    );
    for (const row of rows) counts.set(uuidFromBytes(row.id), Number(row.claimed_runs));
    return counts;
  }

  /** Returns what these schedules count, in one statement for up to 500. Hold them first where it is to be changed. */
  async list(tx: Tx, scheduleIds: readonly string[]): Promise<LifeCount[]> {
    const counts: LifeCount[] = [];
    for (const part of chunks(scheduleIds)) {
      const rows = await tx.query<CountRecord>(
        `SELECT s.id, s.job_id, s.tenancy_id, s.active, s.policy, s.claimed_runs, s.failed_runs, s.counted_since,
           j.active AS job_active
         FROM schedule s JOIN job j ON j.id = s.job_id WHERE s.id IN (${marks(part)})`,
        part.map(uuidToBytes),
      );
      counts.push(...rows.map(countOf));
    }
    return counts;
  }

  /** Returns how many planned runs a schedule has had. */
  async claimedRuns(tx: Tx, scheduleId: string): Promise<number> {
    const [count] = await this.list(tx, [scheduleId]);
    return count?.claimedRuns ?? 0;
  }

  /** Holds schedules until commit and returns what they count. */
  async hold(tx: Tx, scheduleIds: readonly string[]): Promise<LifeCount[]> {
    await holdSchedules(tx, scheduleIds);
    return this.list(tx, scheduleIds);
  }

  /** Returns what is open of the plans of schedules, by schedule. */
  async openPlans(tx: Tx, scheduleIds: readonly string[]): Promise<Map<string, OpenPlan>> {
    const found = new Map<string, OpenPlan>();
    for (const part of chunks(scheduleIds)) {
      const rows = await tx.query<{ id: Buffer; planned: Buffer | null; under_way: Buffer | null }>(
        `SELECT s.id, (${NEWEST} AND r.state = ${SCHEDULED} ORDER BY r.planned_at DESC LIMIT 1) AS planned,
           (${NEWEST} AND r.state IN (${UNENDED_STATES}) AND r.state <> ${SCHEDULED}
            ORDER BY r.planned_at DESC LIMIT 1) AS under_way
         FROM schedule s WHERE s.id IN (${marks(part)})`,
        part.map(uuidToBytes),
      );
      for (const row of rows) {
        found.set(uuidFromBytes(row.id), {
          isPlanned: row.planned !== null,
          isUnderWay: row.under_way !== null,
        });
      }
    }
    return found;
  }

  /** Returns a schedule and its job as planning takes them, null where they are gone. */
  async findRows(tx: Tx, { jobId, scheduleId }: Pick<LifeCount, 'jobId' | 'scheduleId'>) {
    const job = await tx.manager.findOneBy(JobRow, { id: jobId });
    return { job, schedule: await tx.manager.findOneBy(ScheduleRow, { id: scheduleId }) };
  }

  /** Takes runs off the count that were counted when they were claimed first, and are deleted now instead of being called. */
  async forget(tx: Tx, runs: readonly ClaimedRun[]): Promise<void> {
    const limited = runs.filter(isLimited);
    if (limited.length === 0) return;
    const ids = [...new Set(limited.map(({ schedule }) => schedule.id))];
    for (const count of await this.hold(tx, ids)) {
      const own = limited.filter(
        ({ runId, schedule }) => schedule.id === count.scheduleId && isSinceCounted(runId, count),
      );
      await this.takeOff(tx, count.scheduleId, own.length);
    }
  }

  /** Takes so many runs off the count of a held schedule. */
  async takeOff(tx: Tx, scheduleId: string, runs: number): Promise<void> {
    await tx.execute(
      'UPDATE schedule SET claimed_runs = claimed_runs - ? WHERE id = ? AND claimed_runs >= ?',
      [runs, uuidToBytes(scheduleId), runs],
    );
  }

  /** Stores how many runs of a held schedule failed in a row. */
  async setFailures(tx: Tx, scheduleId: string, failures: number): Promise<void> {
    await tx.execute('UPDATE schedule SET failed_runs = ? WHERE id = ?', [failures, uuidToBytes(scheduleId)]);
  }

  /** Notes that runs of these schedules succeeded: one statement, which writes only where some had failed before. */
  async endStreaks(tx: Tx, scheduleIds: readonly string[]): Promise<void> {
    for (const part of chunks(scheduleIds)) {
      await tx.execute(
        `UPDATE schedule SET failed_runs = NULL WHERE id IN (${marks(part)}) AND failed_runs IS NOT NULL`,
        part.map(uuidToBytes),
      );
    }
  }

  /** Begins to count anew. */
  async reset(tx: Tx, scheduleIds: readonly string[], at: Instant): Promise<void> {
    for (const part of chunks(scheduleIds)) {
      await tx.execute(
        `UPDATE schedule SET claimed_runs = NULL, failed_runs = NULL, counted_since = ? WHERE id IN (${marks(part)})`,
        [at, ...part.map(uuidToBytes)],
      );
    }
  }

  /** Begins to count what a schedule was given a limit of that had none in the settings before. */
  async beginNew(tx: Tx, row: ScheduleRow, settingsBefore: string | null, at: Instant): Promise<void> {
    if (row.policy === settingsBefore) return;
    const [before, after] = [storedPolicy(null, settingsBefore), storedPolicy(null, row.policy)];
    const isNew = (name: 'maxRuns' | 'pauseOnFailures') =>
      after?.[name] !== undefined && before?.[name] === undefined;
    const columns = [
      ...(isNew('maxRuns') ? ['claimed_runs = NULL'] : []),
      ...(isNew('pauseOnFailures') ? ['failed_runs = NULL'] : []),
    ];
    if (columns.length === 0) return;
    await tx.execute(`UPDATE schedule SET ${columns.join(', ')}, counted_since = ? WHERE id = ?`, [
      at,
      uuidToBytes(row.id),
    ]);
  }
}

function isLimited({ origin, schedule, policy }: ClaimedRun): boolean {
  return policy?.maxRuns !== undefined && origin === 'plan' && schedule.kind !== 'once';
}

/** Returns whether a run belongs to what a schedule counts: it was planned since the count began. */
export function isSinceCounted(runId: string, { countedSince }: LifeCount): boolean {
  return countedSince === null || instantOfUuid(runId) >= countedSince;
}

function countOf(row: CountRecord): LifeCount {
  return {
    scheduleId: uuidFromBytes(row.id),
    jobId: Number(row.job_id),
    tenancyId: row.tenancy_id,
    isActive: row.active === 1,
    isJobActive: row.job_active === 1,
    policy: storedPolicy(null, row.policy),
    claimedRuns: row.claimed_runs ?? 0,
    failedRuns: row.failed_runs ?? 0,
    countedSince: row.counted_since === null ? null : Number(row.counted_since),
  };
}

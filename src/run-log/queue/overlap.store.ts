import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { HOLDS } from '../../core/protection/hold.js';
import type { OpenRunFact } from '../../core/policy/overlap.js';
import { RUN_STATES } from '../../core/run-state.js';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import { OPEN_STATES, OF_PLAN, TRIGGERED, WAITING } from '../../database/entities/stored-values.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import { BACK } from './hold.store.js';

/** What waits for its endpoint does not wait for a run. */
const OF_BREAKER = HOLDS.indexOf('breaker');

/** Schedules, and the tenancies that they belong to: the queue's index finds open runs by these. */
export interface SchedulePlaces {
  readonly scheduleIds: readonly string[];
  readonly tenancyIds: readonly number[];
}

/** A run that has not ended and is more than a plan, and its schedule. */
export interface StoredOpenRun extends OpenRunFact {
  readonly scheduleId: string;
}

/** A run that goes back to the queue after it was claimed. */
export interface PutBack {
  readonly runId: string;
  readonly until: Instant;
}

/** The runs of schedules whose runs may not overlap: which have not ended, and what waits for them (schedule-extensions.md, "Overlap"). */
@Injectable()
export class OverlapStore {
  /** Returns the runs of held schedules that have begun, or wait in the queue after they were claimed, the earliest planned first. */
  async listOpen(tx: Tx, places: SchedulePlaces): Promise<StoredOpenRun[]> {
    const rows = await tx.query<{
      id: Buffer;
      schedule_id: Buffer;
      state: number;
      planned_at: number;
      acked_at: number | null;
    }>(
      `SELECT id, schedule_id, state, planned_at, acked_at FROM run ${tx.dialect.useIndex('run_queue')}
       WHERE state IN (${OPEN_STATES}) AND ${inPlaces(places)} ORDER BY planned_at`,
      parametersOf(places),
    );
    return rows.map((row) => ({
      runId: uuidFromBytes(row.id),
      scheduleId: uuidFromBytes(row.schedule_id),
      state: RUN_STATES[row.state] ?? 'UNKNOWN',
      plannedAt: Number(row.planned_at),
      ackedAt: row.acked_at === null ? null : Number(row.acked_at),
    }));
  }

  /** Puts runs that were claimed and not called back into the queue. */
  async putBack(tx: Tx, runs: readonly PutBack[]): Promise<void> {
    if (runs.length === 0) return;
    await tx.dialect.bulkUpdate(tx, {
      table: 'run',
      columns: { id: 'uuid', due_at: 'integer' },
      rows: runs.map(({ runId, until }) => [uuidToBytes(runId), until]),
      also: BACK,
      guard: `t.state = ${TRIGGERED}`,
      guardParameters: [],
    });
  }

  /**
   * Puts planned runs of held schedules back that a replica holds and has not called, but for these: a run that was asked for has
   * come before them. They are as due as they were.
   */
  async putBackUncalled(tx: Tx, places: SchedulePlaces, except: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT id FROM run ${tx.dialect.useIndex('run_queue')} WHERE state = ${TRIGGERED} AND ${inPlaces(places)}
       AND origin = ${OF_PLAN} AND executed_at IS NULL AND attempt = 1`,
      parametersOf(places),
    );
    const kept = new Set(except);
    const ids = rows.map(({ id }) => id).filter((id) => !kept.has(uuidFromBytes(id)));
    if (ids.length === 0) return [];
    await tx.execute(
      `UPDATE run SET ${BACK} WHERE id IN (${marks(ids)}) AND state = ${TRIGGERED} AND executed_at IS NULL`,
      ids,
    );
    return ids.map(uuidFromBytes);
  }

  /** Makes what waits of schedules due: at once, or at its planned instant where that is still to come. Returns the earliest such instant of each tenancy. */
  async release(tx: Tx, places: SchedulePlaces, now: Instant): Promise<Map<number, Instant>> {
    const rows = await tx.query<{ id: Buffer; tenancy_id: number; planned_at: number }>(
      `SELECT id, tenancy_id, planned_at FROM run ${tx.dialect.useIndex('run_queue')}
       WHERE state = ${WAITING} AND ${inPlaces(places)} AND COALESCE(hold, -1) <> ${OF_BREAKER}`,
      parametersOf(places),
    );
    const earliest = new Map<number, Instant>();
    if (rows.length === 0) return earliest;
    const released = rows.map(({ id, tenancy_id: tenancyId, planned_at: plannedAt }) => {
      const at = Math.max(now, Number(plannedAt));
      earliest.set(Number(tenancyId), Math.min(at, earliest.get(Number(tenancyId)) ?? Infinity));
      return [id, at];
    });
    await tx.dialect.bulkUpdate(tx, {
      table: 'run',
      columns: { id: 'uuid', due_at: 'integer' },
      rows: released,
      guard: `t.state = ${WAITING}`,
      guardParameters: [],
    });
    return earliest;
  }

  /** Deletes the runs of schedules that wait and are planned for later than `now`: nobody has expected them yet. */
  async dropAhead(tx: Tx, places: SchedulePlaces, now: Instant): Promise<void> {
    await tx.execute(
      `DELETE FROM run WHERE state = ${WAITING} AND ${inPlaces(places)} AND origin = ${OF_PLAN} AND planned_at > ?`,
      [...parametersOf(places), now],
    );
  }

  /** Returns the planned runs of schedules that wait. What was asked for is called whether or not its schedule is active. */
  async listWaiting(tx: Tx, places: SchedulePlaces): Promise<string[]> {
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT id FROM run ${tx.dialect.useIndex('run_queue')} WHERE state = ${WAITING} AND ${inPlaces(places)} AND origin = ${OF_PLAN}`,
      parametersOf(places),
    );
    return rows.map(({ id }) => uuidFromBytes(id));
  }

  /** Lets go of runs that were ended while a replica had them: what it brings of them later is refused. */
  async letGo(tx: Tx, runIds: readonly string[]): Promise<void> {
    if (runIds.length === 0) return;
    await tx.execute(
      `UPDATE run SET claimed_by = NULL WHERE id IN (${marks(runIds)})`,
      runIds.map(uuidToBytes),
    );
  }
}

function inPlaces({ scheduleIds, tenancyIds }: SchedulePlaces): string {
  return `tenancy_id IN (${marks(tenancyIds)}) AND schedule_id IN (${marks(scheduleIds)})`;
}

function parametersOf({ scheduleIds, tenancyIds }: SchedulePlaces): (number | Buffer)[] {
  return [...tenancyIds, ...scheduleIds.map(uuidToBytes)];
}

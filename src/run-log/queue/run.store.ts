import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import type { Cell } from '../../database/dialects/dialect.js';
import { marks } from '../../database/lists.js';
import { holdSchedules } from '../../database/row-lock.js';
import type { Tx } from '../../database/tx.js';
import { RUN_ORIGINS } from '../../database/entities/kinds.js';
import { OF_PLAN, ONCE, SCHEDULED, TRIGGERED, WAITING } from '../../database/entities/stored-values.js';
import type { ClaimedRun } from './claimed-run.js';
import { NOBODY } from './held-run.store.js';
import type { AskedRun, PlannedRun } from './planned-run.js';

/**
 * The state in conditions on schedules: `+ 0` keeps the optimizer from the index of the queue, where it would read every
 * planned run that there is.
 */
const STATE = 'state + 0';
/** A run whose request was not sent, claimed or not: whoever claimed it does not call it once it is gone. */
const UNSENT = `(${STATE} = ${SCHEDULED} OR (${STATE} = ${TRIGGERED} AND executed_at IS NULL))`;
/** The same of a run that was never called before: one that was has a log, and ends. */
const UNCALLED = `(${UNSENT} AND attempt = 1)`;

const PLAN_COLUMNS = [
  'id',
  'schedule_id',
  'tenancy_id',
  'origin',
  'state',
  'planned_at',
  'due_at',
  'created_at',
  'is_reported',
];
const ASKED_COLUMNS = [...PLAN_COLUMNS, 'original_at', 'replay_of', 'data_version', 'paced_by'];

/**
 * The plans in the table `run`: what is planned, and what is dropped before it is called. There is one row per run
 * for its whole life. The unique key (schedule, planned_at) makes planning idempotent (architecture.md, "The walk
 * of a run").
 */
@Injectable()
export class RunStore {
  /**
   * Plans runs in one statement; a run is skipped where its schedule already has one at that instant. Returns how
   * many were inserted.
   */
  async plan(tx: Tx, runs: readonly PlannedRun[]): Promise<number> {
    if (runs.length === 0) return 0;
    const rows = runs.map((run) => cellsOf(run, OF_PLAN));
    return tx.dialect.insertIgnore(tx, 'run', PLAN_COLUMNS, rows);
  }

  /**
   * Plans runs that were asked for, in one statement; they do not change the plans of their schedules. A run is skipped where
   * its schedule already has one at that instant. Returns how many were inserted.
   */
  async planAsked(tx: Tx, runs: readonly AskedRun[]): Promise<number> {
    if (runs.length === 0) return 0;
    const rows = runs.map((run) => [
      ...cellsOf(run, RUN_ORIGINS.indexOf(run.origin)),
      run.originalAt,
      run.replayOf === null ? null : uuidToBytes(run.replayOf),
      run.dataVersion,
      run.pacedBy ? uuidToBytes(run.pacedBy) : null,
    ]);
    return tx.dialect.insertIgnore(tx, 'run', ASKED_COLUMNS, rows);
  }

  /**
   * Deletes the plans of schedules: planned runs that were not called, claimed by any replica or not, and planned runs
   * that a replica gave back. Waits for a claim that is under way, and then deletes the runs that
   * this claim planned.
   */
  async dropPlans(tx: Tx, scheduleIds: readonly string[]): Promise<void> {
    if (scheduleIds.length === 0) return;
    await tx.execute(
      `DELETE FROM run WHERE schedule_id IN (${marks(scheduleIds)}) AND origin = ${OF_PLAN}
       AND (${UNCALLED} OR (${STATE} = ${TRIGGERED} AND claimed_by = ${NOBODY} AND attempt = 1))`,
      scheduleIds.map(uuidToBytes),
    );
  }

  /**
   * Deletes the planned runs of schedules for instants after `now`, and returns when the runs are due for earlier ones, which
   * wait to be claimed or to be due, by schedule.
   */
  async dropLaterPlans(tx: Tx, scheduleIds: readonly string[], now: Instant): Promise<Map<string, Instant>> {
    if (scheduleIds.length === 0) return new Map();
    const ids = scheduleIds.map(uuidToBytes);
    const plans = `schedule_id IN (${marks(ids)}) AND ${STATE} = ${SCHEDULED} AND origin = ${OF_PLAN}`;
    await tx.execute(`DELETE FROM run WHERE ${plans} AND planned_at > ?`, [...ids, now]);
    const due = await tx.query<{ schedule_id: Buffer; due_at: number }>(
      `SELECT schedule_id, MIN(due_at) AS due_at FROM run WHERE ${plans} GROUP BY schedule_id`,
      ids,
    );
    return new Map(due.map((run) => [uuidFromBytes(run.schedule_id), Number(run.due_at)]));
  }

  /**
   * Makes a schedule's planned run for an instant that has passed due as the schedule is now: at once, or so much later than its
   * instant. Returns when.
   */
  async moveDue(tx: Tx, scheduleId: string, offsetMs: number, now: Instant): Promise<Instant | null> {
    const id = uuidToBytes(scheduleId);
    const plan = `schedule_id = ? AND ${STATE} = ${SCHEDULED} AND origin = ${OF_PLAN}`;
    await tx.execute(
      `UPDATE run SET due_at = CASE WHEN planned_at + ? > ? THEN planned_at + ? ELSE ? END WHERE ${plan} AND due_at > ?`,
      [offsetMs, now, offsetMs, now, id, now],
    );
    const [run] = await tx.query<{ due_at: number }>(`SELECT due_at FROM run WHERE ${plan} LIMIT 1`, [id]);
    return run ? Number(run.due_at) : null;
  }

  /** Returns the latest claimed run of the plan of each schedule that has one: for when it was planned, when it started and when it ended. */
  async listPrevious(
    tx: Tx,
    scheduleIds: readonly string[],
  ): Promise<Map<string, { plannedAt: Instant; startedAt: Instant; endedAt: Instant | null }>> {
    if (scheduleIds.length === 0) return new Map();
    // One look from the end of the index for each: a list of their runs would be read whole.
    const latest = (column: string) =>
      `(SELECT r.${column} FROM run r WHERE r.schedule_id = s.id AND r.state <> ${SCHEDULED}
        AND r.origin = ${OF_PLAN} ORDER BY r.planned_at DESC LIMIT 1) AS ${column}`;
    const rows = await tx.query<{
      id: Buffer;
      planned_at: number | null;
      executed_at: number | null;
      completed_at: number | null;
    }>(
      `SELECT s.id, ${latest('planned_at')}, ${latest('executed_at')}, ${latest('completed_at')} FROM schedule s
       WHERE s.id IN (${marks(scheduleIds)})`,
      scheduleIds.map(uuidToBytes),
    );
    return new Map(
      rows.flatMap(({ id, planned_at: plannedAt, executed_at: executedAt, completed_at: endedAt }) =>
        plannedAt === null
          ? []
          : [[uuidFromBytes(id), { plannedAt, startedAt: executedAt ?? plannedAt, endedAt }] as const],
      ),
    );
  }

  /** Returns which of these runs are stored, by their ids as hexadecimal digits. */
  async listStored(tx: Tx, runs: readonly PlannedRun[]): Promise<Set<string>> {
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT id FROM run WHERE id IN (${marks(runs)})`,
      runs.map(({ id }) => id),
    );
    return new Set(rows.map(({ id }) => id.toString('hex')));
  }

  /** Returns the instants within a range for which these schedules have runs, by schedule. */
  async listTaken(
    tx: Tx,
    scheduleIds: readonly string[],
    { from, until }: { readonly from: Instant; readonly until: Instant },
  ): Promise<Map<string, Set<Instant>>> {
    const rows = await tx.query<{ schedule_id: Buffer; planned_at: number }>(
      `SELECT schedule_id, planned_at FROM run
       WHERE schedule_id IN (${marks(scheduleIds)}) AND planned_at >= ? AND planned_at < ?`,
      [...scheduleIds.map(uuidToBytes), from, until],
    );
    const taken = new Map<string, Set<Instant>>(scheduleIds.map((id) => [id, new Set()]));
    for (const row of rows) taken.get(uuidFromBytes(row.schedule_id))?.add(Number(row.planned_at));
    return taken;
  }

  /**
   * Returns the latest run of a schedule, whatever its origin: the instant for which it is planned, and whether
   * it is a planned run that waits to be claimed.
   */
  async findLatest(tx: Tx, scheduleId: string): Promise<{ plannedAt: Instant; isPlan: boolean } | null> {
    const [row] = await tx.query<{ planned_at: number; state: number; origin: number }>(
      'SELECT planned_at, state, origin FROM run WHERE schedule_id = ? ORDER BY planned_at DESC LIMIT 1',
      [uuidToBytes(scheduleId)],
    );
    return row
      ? { plannedAt: row.planned_at, isPlan: row.state === SCHEDULED && row.origin === OF_PLAN }
      : null;
  }

  /** Returns which of these runs a replica holds. */
  async listHeldOf(tx: Tx, ids: readonly Buffer[], replicaId: number): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT id FROM run WHERE id IN (${marks(ids)}) AND state = ${TRIGGERED} AND claimed_by = ?`,
      [...ids, replicaId],
    );
    return new Set(rows.map((row) => uuidFromBytes(row.id)));
  }

  /**
   * Leaves the runs of deleted schedules to the purge, which deletes them in batches of limited size. Runs that
   * are not yet called are deleted at once, whatever their origin.
   */
  async purge(tx: Tx, scheduleIds: readonly string[]): Promise<void> {
    if (scheduleIds.length === 0) return;
    const ids = scheduleIds.map(uuidToBytes);
    await tx.execute(
      `DELETE FROM run WHERE schedule_id IN (${marks(ids)}) AND (${UNSENT} OR ${STATE} = ${WAITING})`,
      ids,
    );
    await tx.dialect.insertIgnore(
      tx,
      'run_purge',
      ['schedule_id'],
      ids.map((id) => [id]),
    );
  }

  /**
   * Deletes runs that were claimed and not called, because their schedule was deactivated, deleted or given another
   * time in the meantime. A requested run stays as long as its schedule exists, active or not, and so does one that may
   * have been called before or waits for another call. So does the run of a one-time schedule that was activated again before this came to be done:
   * nothing else is planned for it.
   */
  async dropHeld(tx: Tx, runs: readonly ClaimedRun[], replicaId: number): Promise<void> {
    if (runs.length === 0) return;
    const ids = runs.map((run) => run.id);
    // Held first: a schedule may just be activated again, counting on its run.
    await holdSchedules(
      tx,
      runs.map((run) => run.schedule.id),
    );
    await tx.execute(
      `DELETE FROM run WHERE id IN (${marks(ids)}) AND state = ${TRIGGERED} AND claimed_by = ?
       AND (schedule_id NOT IN (SELECT id FROM schedule)
         OR (origin = ${OF_PLAN} AND executed_at IS NULL AND attempt = 1 AND NOT EXISTS (
           SELECT 1 FROM schedule s JOIN job j ON j.id = s.job_id WHERE s.id = run.schedule_id
           AND s.kind = ${ONCE} AND s.active = 1 AND j.active = 1 AND s.timed_at <= run.created_at)))`,
      [...ids, replicaId],
    );
  }

  /** Deletes runs that were claimed just now and are not to be called. */
  async deleteClaimed(tx: Tx, ids: readonly Buffer[]): Promise<void> {
    await tx.execute(`DELETE FROM run WHERE id IN (${marks(ids)})`, ids);
  }

  /**
   * Moves a claimed run to another planned instant, and to when it was due then: the last missed instant of an outage.
   * Returns false where the schedule already has a run at that instant.
   */
  async redate(
    tx: Tx,
    id: Buffer,
    { plannedAt, dueAt }: { readonly plannedAt: Instant; readonly dueAt: Instant },
  ): Promise<boolean> {
    try {
      await tx.execute('UPDATE run SET planned_at = ?, due_at = ? WHERE id = ?', [plannedAt, dueAt, id]);
      return true;
    } catch (error) {
      if (tx.dialect.isDuplicateKey(error)) return false;
      throw error;
    }
  }
}

function cellsOf(run: PlannedRun, origin: number): Cell[] {
  return [
    ...[run.id, run.scheduleId, run.tenancyId, origin, SCHEDULED],
    ...[run.plannedAt, run.dueAt, run.createdAt, 0],
  ];
}

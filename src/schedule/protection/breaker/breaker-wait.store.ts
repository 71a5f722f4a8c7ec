import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import { HOLDS } from '../../../core/protection/hold.js';
import { uuidFromBytes, uuidToBytes } from '../../../database/columns.js';
import { RETRYING, TRIGGERED, WAITING } from '../../../database/entities/stored-values.js';
import { chunks, marks } from '../../../database/lists.js';
import type { Tx } from '../../../database/tx.js';
import { BACK } from '../../../run-log/queue/hold.store.js';

const BREAKER = HOLDS.indexOf('breaker');
const RAMP = HOLDS.indexOf('ramp');
const QUEUED = `${RETRYING}, ${WAITING}`;
/** So many rows are looked at where some of them may be of runs that are gone. */
const LEAST_LOOK = 20;
const MOST_LOOK = 2_000;
const PART = 1_000;

/** A run that waits for its endpoint: since when, and until when it may. */
export interface WaitingRun {
  readonly runId: string;
  readonly breakerId: string;
  readonly since: Instant;
  readonly endsAt: Instant;
}

/** A run that this replica holds and that goes back to the queue, and when it is due there. */
export interface KeptRun {
  readonly runId: string;
  readonly since: Instant;
  readonly dueAt: Instant;
}

/**
 * The runs that wait for endpoints, in the tables `breaker_wait` and `run`. A row stays where its run is deleted: whoever comes
 * upon it takes it away.
 */
@Injectable()
export class BreakerWaitStore {
  /** Notes runs that wait; one that is noted already stays as it is. */
  async add(tx: Tx, runs: readonly WaitingRun[]): Promise<void> {
    if (runs.length === 0) return;
    await tx.dialect.insertIgnore(
      tx,
      'breaker_wait',
      ['run_id', 'breaker_id', 'since', 'ends_at'],
      runs.map(({ runId, breakerId, since, endsAt }) => [
        ...[uuidToBytes(runId), uuidToBytes(breakerId), since, endsAt],
      ]),
    );
  }

  /** Takes the notes of runs away. */
  async remove(tx: Tx, runIds: readonly string[]): Promise<void> {
    for (const part of chunks(runIds, PART)) {
      await tx.execute(`DELETE FROM breaker_wait WHERE run_id IN (${marks(part)})`, part.map(uuidToBytes));
    }
  }

  /** Returns whether a run waits for a circuit. */
  async isAny(tx: Tx, breakerId: string): Promise<boolean> {
    const rows = await tx.query('SELECT 1 FROM breaker_wait WHERE breaker_id = ? LIMIT 1', [
      uuidToBytes(breakerId),
    ]);
    return rows.length > 0;
  }

  /** Lets the runs that have waited longest for a locked circuit go, each at its instant, and returns them in that order. */
  async release(tx: Tx, breakerId: string, instants: readonly Instant[]): Promise<string[]> {
    const oldest = await this.takeOldest(tx, breakerId, instants.length);
    await tx.dialect.bulkUpdate(tx, {
      table: 'run',
      columns: { id: 'uuid', due_at: 'integer', hold: 'integer' },
      rows: oldest.map((id, place) => [uuidToBytes(id), instants[place] ?? 0, RAMP]),
      guard: `t.state IN (${QUEUED})`,
      guardParameters: [],
    });
    return oldest;
  }

  private async takeOldest(tx: Tx, breakerId: string, count: number): Promise<string[]> {
    const taken: string[] = [];
    for (let limit = Math.max(LEAST_LOOK, count); ; limit = Math.max(limit, Math.min(MOST_LOOK, 4 * limit))) {
      const rows = await tx.query<{ run_id: Buffer; is_there: number }>(
        `SELECT w.run_id, (SELECT COUNT(*) FROM run r WHERE r.id = w.run_id AND r.state IN (${QUEUED}) AND r.hold = ${BREAKER}) AS is_there
         FROM breaker_wait w ${tx.dialect.useIndex('breaker_wait_age')} WHERE w.breaker_id = ?
         ORDER BY w.since, w.run_id LIMIT ?`,
        [uuidToBytes(breakerId), limit],
      );
      const gone: string[] = [];
      for (const { run_id: id, is_there: isThere } of rows) {
        if (Number(isThere) === 0) gone.push(uuidFromBytes(id));
        else if (taken.length < count) taken.push(uuidFromBytes(id));
      }
      const isEnough = taken.length >= count || rows.length < limit;
      await this.remove(tx, isEnough ? [...gone, ...taken] : gone);
      if (isEnough) return taken;
      // Those that are there are found again with more behind them.
      taken.length = 0;
    }
  }

  /** Returns whether the probe of a circuit is still to be called, or is being called. */
  async isUnderWay(tx: Tx, runId: string): Promise<boolean> {
    const rows = await tx.query(
      `SELECT 1 FROM run WHERE id = ? AND (state = ${TRIGGERED} OR (state IN (${QUEUED}) AND hold = ${RAMP}))`,
      [uuidToBytes(runId)],
    );
    return rows.length > 0;
  }

  /** Returns how many released runs of a tenancy are due and not recorded: not even claimed, or held by a replica. */
  async countReleased(tx: Tx, tenancyId: number, now: Instant): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT COUNT(*) AS count FROM run ${tx.dialect.useIndex('run_queue')}
       WHERE state IN (${QUEUED}, ${TRIGGERED}) AND tenancy_id = ? AND due_at <= ? AND hold = ${RAMP}`,
      [tenancyId, now],
    );
    return Number(row?.count ?? 0);
  }

  /** Puts runs that a replica holds back into the queue, as not called, to wait; returns those that it had, and have become so. */
  async keep(tx: Tx, runs: readonly KeptRun[], replicaId: number): Promise<ReadonlySet<string>> {
    if (runs.length === 0) return new Set();
    const matched = await tx.dialect.bulkUpdate(tx, {
      table: 'run',
      columns: { id: 'uuid', due_at: 'integer', hold: 'integer', held_since: 'integer' },
      rows: runs.map(({ runId, since, dueAt }) => [uuidToBytes(runId), dueAt, BREAKER, since]),
      also: `${BACK}, executed_at = NULL`,
      guard: `t.state = ${TRIGGERED} AND t.claimed_by = ?`,
      guardParameters: [replicaId],
    });
    const all = runs.map(({ runId }) => runId);
    if (matched === runs.length) return new Set(all);
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT id FROM run WHERE id IN (${marks(all)}) AND state IN (${QUEUED}) AND hold = ${BREAKER}`,
      all.map(uuidToBytes),
    );
    return new Set(rows.map(({ id }) => uuidFromBytes(id)));
  }

  /** Makes due what waits of a job whose endpoint or settings have changed: the next claim decides anew. Returns how many. */
  async releaseJob(
    tx: Tx,
    { id: jobId, tenancyId }: { readonly id: number; readonly tenancyId: number },
    now: Instant,
  ): Promise<number> {
    let count = 0;
    for (let after: Buffer = Buffer.alloc(0); ;) {
      const rows = await tx.query<{ run_id: Buffer }>(
        `SELECT w.run_id FROM breaker b ${tx.dialect.orderedJoin} breaker_wait w ON w.breaker_id = b.id
         ${tx.dialect.orderedJoin} run r ON r.id = w.run_id ${tx.dialect.orderedJoin} schedule s ON s.id = r.schedule_id
         WHERE b.tenancy_id = ? AND s.job_id = ? AND w.run_id > ? ORDER BY w.run_id LIMIT ?`,
        [tenancyId, jobId, after, PART],
      );
      const ids = rows.map(({ run_id: id }) => id);
      if (ids.length === 0) return count;
      await tx.execute(
        `UPDATE run SET due_at = ? WHERE id IN (${marks(ids)}) AND state IN (${QUEUED}) AND hold = ${BREAKER}`,
        [now, ...ids],
      );
      await this.remove(tx, ids.map(uuidFromBytes));
      count += ids.length;
      after = ids.at(-1) ?? after;
    }
  }

  /** Deletes notes of runs that should have been looked at before an instant: their runs are gone, or their tenant is suspended. */
  deleteOld(tx: Tx, before: Instant, limit: number): Promise<number> {
    return tx.execute(
      `DELETE FROM breaker_wait WHERE run_id IN (SELECT run_id FROM (SELECT run_id FROM breaker_wait WHERE ends_at < ? LIMIT ?) AS old)`,
      [before, limit],
    );
  }
}

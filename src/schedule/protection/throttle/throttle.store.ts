import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import { WAITS_FOR, type Wait } from '../../../core/protection/throttle-line.js';
import { MOST_CONCURRENCY } from '../../../core/policy/throttle.js';
import { uuidFromBytes, uuidToBytes } from '../../../database/columns.js';
import { RETRYING, TRIGGERED, WAITING } from '../../../database/entities/stored-values.js';
import { chunks, marks } from '../../../database/lists.js';
import type { Tx } from '../../../database/tx.js';

/** A run that waits, its job, and how. */
export interface StoredWait extends Wait {
  readonly runId: string;
  readonly jobId: number;
}

/** How many runs of a job wait for a place, as far as that is counted, and whether any waits for anything. */
export interface WaitCount {
  readonly place: number;
  readonly isAny: boolean;
}

const PLACE = WAITS_FOR.indexOf('place');
/** No job has more places, so further than this, beyond the runs that ask, is not counted: each claim and each record asks. */
const MOST_COUNTED = MOST_CONCURRENCY;
const END = WAITS_FOR.indexOf('end');

/** The tables `throttle`, with a row for each job that was throttled once, and `throttle_wait`, with one for each run that waits. */
@Injectable()
export class ThrottleStore {
  /**
   * Holds jobs until commit and returns their paces as they are stored: claims and ends of their runs then come one after the
   * other, on all replicas. In one order, so that two who hold several never wait for each other.
   */
  async hold(tx: Tx, jobIds: readonly number[]): Promise<Map<number, string>> {
    const ids = [...jobIds].sort((a, b) => a - b);
    await tx.execute(
      `INSERT INTO throttle (job_id, revision) VALUES ${ids.map(() => '(?, 0)').join(',')}
       ${tx.dialect.onTaken(['job_id'])} revision = throttle.revision + 1`,
      ids,
    );
    const rows = await tx.query<{ job_id: number; pace: string | null }>(
      `SELECT job_id, pace FROM throttle WHERE job_id IN (${marks(ids)})`,
      ids,
    );
    return new Map(rows.map((row) => [Number(row.job_id), row.pace ?? '']));
  }

  /** Stores the paces of held jobs. */
  async savePaces(tx: Tx, paces: ReadonlyMap<number, string>): Promise<void> {
    if (paces.size === 0) return;
    await tx.execute(
      `INSERT INTO throttle (job_id, revision, pace) VALUES ${[...paces].map(() => '(?, 0, ?)').join(',')}
       ${tx.dialect.onTaken(['job_id'])} pace = ${tx.dialect.incoming('pace')}`,
      [...paces].flat(),
    );
  }

  /** Returns how these runs wait, by their ids. */
  async listWaits(tx: Tx, runIds: readonly string[]): Promise<Map<string, StoredWait>> {
    if (runIds.length === 0) return new Map();
    const rows = await tx.query<WaitRecord>(
      `SELECT run_id, job_id, waits_for, since, until_at FROM throttle_wait WHERE run_id IN (${marks(runIds)})`,
      runIds.map(uuidToBytes),
    );
    return new Map(rows.map(waitOf).map((wait) => [wait.runId, wait]));
  }

  /** Returns how many runs of jobs wait; `asking` of them may ask now. It costs the same however many wait. */
  async countWaits(tx: Tx, jobIds: readonly number[], asking = 0): Promise<Map<number, WaitCount>> {
    const ofJob = `SELECT ? AS job_id, (SELECT COUNT(*) FROM (SELECT 1 AS one FROM throttle_wait
       WHERE job_id = ? AND waits_for = ${PLACE} LIMIT ?) AS places) AS place,
       EXISTS (SELECT 1 FROM throttle_wait WHERE job_id = ?) AS is_any`;
    const rows = await tx.query<{ job_id: number; place: number; is_any: number }>(
      jobIds.map(() => ofJob).join(' UNION ALL '),
      jobIds.flatMap((id) => [id, id, MOST_COUNTED + asking, id]),
    );
    return new Map(
      rows.map((row) => [Number(row.job_id), { place: Number(row.place), isAny: Number(row.is_any) === 1 }]),
    );
  }

  /** Returns how many runs of jobs are called, or claimed to be, but for these. */
  async countOpen(
    tx: Tx,
    { jobIds, tenancyIds }: { readonly jobIds: readonly number[]; readonly tenancyIds: readonly number[] },
    except: readonly string[] = [],
  ): Promise<Map<number, number>> {
    if (jobIds.length === 0) return new Map();
    const join = tx.dialect.orderedJoin;
    const others = except.length === 0 ? '' : `AND r.id NOT IN (${marks(except)})`;
    const rows = await tx.query<{ job_id: number; runs: number }>(
      `SELECT s.job_id, COUNT(*) AS runs FROM run r ${tx.dialect.useIndex('run_queue')} ${join} schedule s ON s.id = r.schedule_id
       WHERE r.state = ${TRIGGERED} AND r.tenancy_id IN (${marks(tenancyIds)}) AND s.job_id IN (${marks(jobIds)}) ${others}
       GROUP BY s.job_id`,
      [...tenancyIds, ...jobIds, ...except.map(uuidToBytes)],
    );
    return new Map(rows.map((row) => [Number(row.job_id), Number(row.runs)]));
  }

  /** Stores how runs wait. */
  async saveWaits(tx: Tx, waits: readonly StoredWait[]): Promise<void> {
    if (waits.length === 0) return;
    await tx.execute(
      `INSERT INTO throttle_wait (run_id, job_id, waits_for, since, until_at) VALUES ${waits.map(() => '(?, ?, ?, ?, ?)').join(',')}
       ${tx.dialect.onTaken(['run_id'])} waits_for = ${tx.dialect.incoming('waits_for')},
         until_at = ${tx.dialect.incoming('until_at')}`,
      waits.flatMap((wait) => [
        ...[uuidToBytes(wait.runId), wait.jobId, WAITS_FOR.indexOf(wait.for)],
        ...[wait.since, wait.until],
      ]),
    );
  }

  /** Forgets how runs have waited: they are called, or have ended. */
  async forgetWaits(tx: Tx, runIds: readonly string[]): Promise<void> {
    if (runIds.length === 0) return;
    await tx.execute(`DELETE FROM throttle_wait WHERE run_id IN (${marks(runIds)})`, runIds.map(uuidToBytes));
  }

  /**
   * Makes up to `limit` runs of a held job due that wait for a place, those first that have waited longest. Returns when the first
   * is due; null where none waits. What a claim has taken meanwhile is left to it: it waits for this transaction.
   */
  async release(tx: Tx, jobId: number, limit: number, now: Instant): Promise<Instant | null> {
    const rows = await tx.query<{ run_id: Buffer; since: number }>(
      `SELECT run_id, since FROM throttle_wait WHERE job_id = ? AND waits_for = ${PLACE} ORDER BY since, run_id LIMIT ?`,
      [jobId, limit],
    );
    const free = await tx.dialect.lockById(
      tx,
      'run',
      rows.map((row) => row.run_id),
      { skipsHeld: true },
    );
    if (free.length === 0) return null;
    const known = new Map(rows.map((row) => [uuidFromBytes(row.run_id), Number(row.since)]));
    // One that was claimed ahead of its time is not called before it.
    const released = free.map((id) => [id, Math.max(now, known.get(uuidFromBytes(id)) ?? now)] as const);
    await this.makeDue(tx, released);
    return Math.min(...released.map(([, at]) => at));
  }

  /** Lets all runs of a job that wait ask anew, in the order in which they came. Returns when the first is due; null where none waits. */
  async releaseAll(tx: Tx, jobId: number, now: Instant): Promise<Instant | null> {
    const rows = await tx.query<{ run_id: Buffer; since: number }>(
      'SELECT run_id, since FROM throttle_wait WHERE job_id = ? ORDER BY run_id',
      [jobId],
    );
    for (const part of chunks(rows))
      await this.makeDue(
        tx,
        part.map((row) => [row.run_id, Number(row.since)]),
        'hold = NULL, held_since = NULL',
      );
    if (rows.length === 0) return null;
    return Math.max(now, Math.min(...rows.map(({ since }) => Number(since))));
  }

  /** Forgets the pace of a job, and what its runs wait for; where it is not throttled any more, that they wait. */
  async startAfresh(tx: Tx, jobId: number, isThrottled: boolean): Promise<void> {
    await tx.execute('UPDATE throttle SET pace = NULL, revision = revision + 1 WHERE job_id = ?', [jobId]);
    await tx.execute(
      isThrottled
        ? `UPDATE throttle_wait SET waits_for = ${END}, until_at = NULL WHERE job_id = ?`
        : 'DELETE FROM throttle_wait WHERE job_id = ?',
      [jobId],
    );
  }

  /** Deletes up to `limit` rows of runs that do not wait any more, and of jobs that are gone; returns how many. */
  async deleteStale(tx: Tx, limit: number): Promise<number> {
    const waits = await tx.query<{ run_id: Buffer }>(
      `SELECT w.run_id FROM throttle_wait w LEFT JOIN run r ON r.id = w.run_id
       WHERE r.id IS NULL OR r.state NOT IN (${WAITING}, ${RETRYING}, ${TRIGGERED}) LIMIT ?`,
      [limit],
    );
    await this.forgetWaits(
      tx,
      waits.map((row) => uuidFromBytes(row.run_id)),
    );
    const jobs = await tx.query<{ job_id: number }>(
      'SELECT t.job_id FROM throttle t LEFT JOIN job j ON j.id = t.job_id WHERE j.id IS NULL LIMIT ?',
      [limit],
    );
    const ids = jobs.map((row) => Number(row.job_id));
    if (ids.length > 0) await tx.execute(`DELETE FROM throttle WHERE job_id IN (${marks(ids)})`, ids);
    return waits.length + jobs.length;
  }

  /** Returns the jobs of which runs wait for a place, with their settings as they are stored. */
  async listWaitedFor(tx: Tx): Promise<{ id: number; tenancyId: number; policy: string | null }[]> {
    const rows = await tx.query<{ id: number; tenancy_id: number; policy: string | null }>(
      `SELECT j.id, j.tenancy_id, j.policy FROM (SELECT DISTINCT job_id FROM throttle_wait WHERE waits_for = ${PLACE}) w
       JOIN job j ON j.id = w.job_id`,
    );
    return rows.map((row) => ({ id: Number(row.id), tenancyId: Number(row.tenancy_id), policy: row.policy }));
  }

  private async makeDue(tx: Tx, runs: readonly (readonly [Buffer, Instant])[], also?: string): Promise<void> {
    await tx.dialect.bulkUpdate(tx, {
      ...{ table: 'run', columns: { id: 'uuid', due_at: 'integer' } as const, rows: runs },
      ...{ guard: `t.state IN (${WAITING}, ${RETRYING})`, guardParameters: [] },
      ...(also !== undefined && { also }),
    });
  }
}

interface WaitRecord {
  run_id: Buffer;
  job_id: number;
  waits_for: number;
  since: number;
  until_at: number | null;
}

function waitOf(row: WaitRecord): StoredWait {
  return {
    runId: uuidFromBytes(row.run_id),
    jobId: Number(row.job_id),
    for: WAITS_FOR[row.waits_for] ?? 'end',
    since: Number(row.since),
    until: row.until_at === null ? null : Number(row.until_at),
  };
}

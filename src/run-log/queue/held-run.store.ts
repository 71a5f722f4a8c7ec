import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { uuidFromBytes } from '../../database/columns.js';
import type { ClaimQuota } from '../../database/dialects/dialect.js';
import { TRIGGERED } from '../../database/entities/stored-values.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import { withCalledData } from './called-data.store.js';
import { withPast } from './claimed-past.store.js';
import { CLAIMED_COLUMNS, claimedRunOf, type ClaimedRecord, type ClaimedRun } from './claimed-run.js';
import type { PlannedRun } from './planned-run.js';

/** A run that is claimed and not yet recorded. */
export interface HeldRun {
  readonly runId: string;
  /** 0 where the run was given back. */
  readonly replicaId: number;
  /** Whether its tenancy is suspended or deleted, so that the run must not be called. */
  readonly isStopped: boolean;
}

/**
 * The holder of a run that nobody holds: its replica gave it back when it stopped, and any other may take it over
 * at once.
 */
export const NOBODY = 0;

/** The runs that replicas hold, in the table `run`: claiming, taking over and giving back (architecture.md, "The walk of a run"). */
@Injectable()
export class HeldRunStore {
  /**
   * Claims due runs for a replica: they become TRIGGERED and the replica holds them. Rows whose schedule or job
   * was deleted are deleted instead.
   */
  async claim(
    tx: Tx,
    claim: { quotas: readonly ClaimQuota[]; dueUntil: Instant; replicaId: number },
  ): Promise<ClaimedRun[]> {
    const ids = await tx.dialect.claimDue(tx, claim.quotas, claim.dueUntil);
    return this.hold(tx, ids, claim.replicaId);
  }

  /** Claims runs that the same transaction planned: nobody else can have them. */
  claimPlanned(tx: Tx, runs: readonly PlannedRun[], replicaId: number): Promise<ClaimedRun[]> {
    return this.hold(
      tx,
      runs.map(({ id }) => id),
      replicaId,
    );
  }

  /**
   * Takes over runs whose replica gave them back or has died: they are TRIGGERED, and no live replica holds them.
   * Their next run is already planned, so nothing is planned for them again. Runs of suspended tenancies wait. Who is
   * alive is asked once more when the rows are locked: a replica that began a moment ago may have claimed them. Of those
   * that were taken over, `ofSilent` were not given back: their replica fell silent.
   */
  async takeOver(
    tx: Tx,
    claim: { listLive: () => Promise<readonly number[]>; replicaId: number; limit: number },
  ): Promise<{ runs: ClaimedRun[]; ofSilent: number }> {
    const alive = await claim.listLive();
    const rows = await tx.query<{ id: Buffer; claimed_by: number }>(
      `SELECT id, claimed_by FROM run ${tx.dialect.useIndex('run_queue')} WHERE ${abandoned(alive)} ORDER BY due_at LIMIT ? ${tx.dialect.skipLocked}`,
      [...alive, claim.limit],
    );
    if (rows.length === 0) return { runs: [], ofSilent: 0 };
    const stillAlive = new Set(await claim.listLive());
    const left = rows.filter((row) => !stillAlive.has(row.claimed_by));
    const ids = left.map((row) => row.id);
    const runs = await this.hold(tx, ids, claim.replicaId);
    return { runs, ofSilent: left.filter((row) => row.claimed_by !== NOBODY).length };
  }

  /** Returns whether a run may be taken over. */
  async isAnyToTakeOver(tx: Tx, liveReplicaIds: readonly number[]): Promise<boolean> {
    const rows = await tx.query(
      `SELECT 1 FROM run ${tx.dialect.useIndex('run_queue')} WHERE ${abandoned(liveReplicaIds)} LIMIT 1`,
      liveReplicaIds,
    );
    return rows.length > 0;
  }

  /** Returns every run that is claimed and not yet recorded, with the replica that holds it. */
  async listHeld(tx: Tx): Promise<HeldRun[]> {
    const rows = await tx.query<{ id: Buffer; claimed_by: number; is_stopped: number }>(
      `SELECT r.id, r.claimed_by, (t.id IS NULL OR t.suspended_at IS NOT NULL) AS is_stopped
       FROM run r LEFT JOIN tenancy t ON t.id = r.tenancy_id WHERE r.state = ${TRIGGERED}`,
    );
    return rows.map((row) => ({
      runId: uuidFromBytes(row.id),
      replicaId: row.claimed_by,
      isStopped: Number(row.is_stopped) === 1,
    }));
  }

  /**
   * Marks held runs as called, in one statement that also says which of them a replica may call: not those that were
   * canceled, dropped or taken over meanwhile. Call it before their requests are sent. From then on they are RUNNING for
   * everybody; before, they are SCHEDULED. Doing it again does no harm.
   */
  async markCalled(
    tx: Tx,
    runs: readonly ClaimedRun[],
    { replicaId, at }: { replicaId: number; at: Instant },
  ): Promise<ReadonlySet<string>> {
    const ids = runs.map((run) => run.id);
    const held = `id IN (${marks(ids)}) AND state = ${TRIGGERED} AND claimed_by = ?`;
    const marked = await tx.execute(`UPDATE run SET executed_at = ? WHERE ${held}`, [at, ...ids, replicaId]);
    if (marked === ids.length) return new Set(runs.map((run) => run.runId));
    const rows = await tx.query<{ id: Buffer }>(`SELECT id FROM run WHERE ${held} AND executed_at = ?`, [
      ...ids,
      replicaId,
      at,
    ]);
    return new Set(rows.map((row) => uuidFromBytes(row.id)));
  }

  /** Gives back a held run that was marked as called and was not, without its mark. */
  async giveBackUnmarked(tx: Tx, id: Buffer, replicaId: number): Promise<void> {
    await tx.execute(
      `UPDATE run SET claimed_by = ${NOBODY}, executed_at = NULL
       WHERE id = ? AND state = ${TRIGGERED} AND claimed_by = ?`,
      [id, replicaId],
    );
  }

  /** Gives back runs that were claimed and not called: any replica may take them over at once. */
  async giveBack(tx: Tx, ids: readonly Buffer[], replicaId: number): Promise<number> {
    if (ids.length === 0) return 0;
    return tx.execute(
      `UPDATE run SET claimed_by = ${NOBODY} WHERE id IN (${marks(ids)}) AND state = ${TRIGGERED} AND claimed_by = ?`,
      [...ids, replicaId],
    );
  }

  private async hold(tx: Tx, ids: readonly Buffer[], replicaId: number): Promise<ClaimedRun[]> {
    if (ids.length === 0) return [];
    // Two statements: the snapshot of the second is taken after the locks are held, so it sees the schedule as
    // the last committed edit left it.
    const join = tx.dialect.orderedJoin;
    const rows = await tx.query<ClaimedRecord>(
      `SELECT ${CLAIMED_COLUMNS} FROM run r ${join} schedule s ON s.id = r.schedule_id ${join} job j ON j.id = s.job_id
       LEFT JOIN job_work w ON w.job_id = j.id WHERE r.id IN (${marks(ids)})`,
      ids,
    );
    if (rows.length < ids.length) await this.deleteOrphans(tx, ids, rows);
    if (rows.length === 0) return [];
    const held = rows.map((row) => row.id);
    await tx.execute(`UPDATE run SET state = ${TRIGGERED}, claimed_by = ? WHERE id IN (${marks(held)})`, [
      replicaId,
      ...held,
    ]);
    await withPast(tx, rows);
    await withCalledData(tx, rows);
    return rows.map(claimedRunOf).sort((a, b) => a.dueAt - b.dueAt);
  }

  private async deleteOrphans(
    tx: Tx,
    ids: readonly Buffer[],
    found: readonly ClaimedRecord[],
  ): Promise<void> {
    const known = new Set(found.map((row) => row.id.toString('hex')));
    const orphans = ids.filter((id) => !known.has(id.toString('hex')));
    await tx.execute(`DELETE FROM run WHERE id IN (${marks(orphans)})`, orphans);
  }
}

/** Runs that no live replica holds, in tenancies that may run; its parameters are the live replicas. */
function abandoned(liveReplicaIds: readonly number[]): string {
  return `state = ${TRIGGERED} AND claimed_by NOT IN (${marks(liveReplicaIds)})
    AND tenancy_id NOT IN (SELECT id FROM tenancy WHERE suspended_at IS NOT NULL)`;
}

import { Injectable } from '@nestjs/common';
import { LEAST_ABSENCE_MS, type Outage } from '../core/plan/catch-up.js';
import { DAY_MS, type Instant } from '../core/instant.js';
import type { Tx } from '../database/tx.js';

/** How long outages are looked at: no planned run that is still to be claimed can lie within an older one. */
const OUTAGE_MEMORY_MS = 400 * DAY_MS;
/** Replicas that died leave their rows behind. The next replica that starts deletes rows that are older than this. */
const FORGET_DEAD_MS = DAY_MS;

/** The rows of replicas, the heartbeat that they share, and the outages that it showed. */
@Injectable()
export class HeartbeatStore {
  /** Updates the shared heartbeat. */
  async raise(tx: Tx, now: Instant): Promise<void> {
    await tx.execute('UPDATE heartbeat SET beat_at = ? WHERE id = 1 AND beat_at < ?', [now, now]);
  }

  /**
   * Updates the shared heartbeat, records an outage where nobody had updated it for a time, and returns the known
   * outages, the latest first. While another replica is alive, the heartbeat may be as old as its next beat is due.
   */
  async raiseAfterAbsence(tx: Tx, now: Instant, isOtherAlive: boolean): Promise<Outage[]> {
    const before = await tx.dialect.upsertHeartbeat(tx, now);
    const leastMs = isOtherAlive ? LEAST_ABSENCE_MS : 1;
    if (before !== null && now - before >= leastMs) {
      await tx.execute('INSERT INTO outage (from_at, to_at) VALUES (?, ?)', [before, now]);
    }
    const rows = await tx.query<{ from_at: number; to_at: number }>(
      'SELECT from_at, to_at FROM outage WHERE to_at > ? ORDER BY to_at DESC LIMIT 1000',
      [now - OUTAGE_MEMORY_MS],
    );
    return rows.map((row) => ({ fromAt: row.from_at, toAt: row.to_at }));
  }

  /** Renews the row of a replica; returns false where the row no longer exists. */
  async renew(tx: Tx, id: number, now: Instant): Promise<boolean> {
    return (await tx.execute('UPDATE replica SET beat_at = ? WHERE id = ?', [now, id])) === 1;
  }

  /** Adds a row for a replica of this name and returns its id; deletes the rows of replicas that died long ago. */
  async add(tx: Tx, name: string, now: Instant): Promise<number> {
    await tx.execute('DELETE FROM replica WHERE beat_at < ?', [now - FORGET_DEAD_MS]);
    await tx.execute('INSERT INTO replica (name, started_at, beat_at) VALUES (?, ?, ?)', [name, now, now]);
    const [row] = await tx.query<{ id: number }>('SELECT MAX(id) AS id FROM replica WHERE name = ?', [name]);
    return row?.id ?? 0;
  }

  /** Deletes the row of a replica: other replicas may at once take over the runs that it holds. */
  async remove(tx: Tx, id: number): Promise<void> {
    await tx.execute('DELETE FROM replica WHERE id = ?', [id]);
  }

  /** Returns the other replicas that have sent a heartbeat since an instant, and when each did last. */
  async listOthers(tx: Tx, own: number, since: Instant): Promise<{ id: number; beatAt: Instant }[]> {
    // Only one process at a time can open an embedded database, so every other recorded replica has died.
    if (tx.dialect.isSerial) return [];
    const rows = await tx.query<{ id: number; beat_at: number }>(
      'SELECT id, beat_at FROM replica WHERE beat_at > ? AND id <> ?',
      [since, own],
    );
    return rows.map((row) => ({ id: row.id, beatAt: Number(row.beat_at) }));
  }
}

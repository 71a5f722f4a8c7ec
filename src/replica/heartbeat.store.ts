import { Injectable } from '@nestjs/common';
import { SKIPPING_OUTAGE_MS, type Outage } from '../core/plan/catch-up.js';
import { DAY_MS, type Instant } from '../core/instant.js';
import type { Tx } from '../database/tx.js';

/** Outages older than this can hold no planned run any more that is still to be claimed. */
const OUTAGE_MEMORY_MS = 400 * DAY_MS;
/** Replicas that died leave their rows behind; the next one to start clears away those that are surely dead. */
const FORGET_DEAD_MS = DAY_MS;

/** The rows of replicas, the heartbeat that they share, and the outages that it showed. */
@Injectable()
export class HeartbeatStore {
  /** Raises the shared heartbeat. */
  async raise(tx: Tx, now: Instant): Promise<void> {
    await tx.execute('UPDATE heartbeat SET beat_at = ? WHERE id = 1 AND beat_at < ?', [now, now]);
  }

  /** Raises the shared heartbeat, notes an outage where nobody had raised it for long, and returns the known outages. */
  async raiseAfterAbsence(tx: Tx, now: Instant): Promise<Outage[]> {
    const before = await tx.dialect.upsertHeartbeat(tx, now);
    if (before !== null && now - before >= SKIPPING_OUTAGE_MS) {
      await tx.execute('INSERT INTO outage (from_at, to_at) VALUES (?, ?)', [before, now]);
    }
    const rows = await tx.query<{ from_at: number; to_at: number }>(
      'SELECT from_at, to_at FROM outage WHERE to_at > ? ORDER BY to_at DESC LIMIT 1000',
      [now - OUTAGE_MEMORY_MS],
    );
    return rows.map((row) => ({ fromAt: row.from_at, toAt: row.to_at }));
  }

  /** Renews the row of a replica; returns false where it is gone. */
  async renew(tx: Tx, id: number, now: Instant): Promise<boolean> {
    return (await tx.execute('UPDATE replica SET beat_at = ? WHERE id = ?', [now, id])) === 1;
  }

  /** Adds a row for a replica of this name and returns its id; rows of replicas that are long dead go. */
  async add(tx: Tx, name: string, now: Instant): Promise<number> {
    await tx.execute('DELETE FROM replica WHERE beat_at < ?', [now - FORGET_DEAD_MS]);
    await tx.execute('INSERT INTO replica (name, started_at, beat_at) VALUES (?, ?, ?)', [name, now, now]);
    const [row] = await tx.query<{ id: number }>('SELECT MAX(id) AS id FROM replica WHERE name = ?', [name]);
    return row?.id ?? 0;
  }

  /** Removes the row of a replica: what it holds may be taken over at once. */
  async remove(tx: Tx, id: number): Promise<void> {
    await tx.execute('DELETE FROM replica WHERE id = ?', [id]);
  }

  /** Returns the ids of the replicas that have beaten since an instant, `own` among them. */
  async listLive(tx: Tx, own: number, since: Instant): Promise<number[]> {
    // One process at a time can hold an embedded database: whoever else is on record has died.
    if (tx.dialect.isSerial) return [own];
    const rows = await tx.query<{ id: number }>('SELECT id FROM replica WHERE beat_at > ? OR id = ?', [
      since,
      own,
    ]);
    return rows.map((row) => row.id);
  }
}

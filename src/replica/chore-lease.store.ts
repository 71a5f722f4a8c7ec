import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import type { Tx } from '../database/tx.js';

/** The rows through which replicas agree which of them does work that must be done only once, and when it was done. */
@Injectable()
export class ChoreLeaseStore {
  /** Takes or renews the lease of a chore until an instant; returns whether the holder then has it. */
  async take(
    tx: Tx,
    chore: string,
    holder: string,
    time: { now: Instant; until: Instant },
  ): Promise<boolean> {
    const taken = await tx.execute(
      'UPDATE chore_lease SET holder = ?, held_until = ? WHERE name = ? AND (holder = ? OR held_until <= ?)',
      [holder, time.until, chore, holder, time.now],
    );
    if (taken === 1) return true;
    const row = [chore, holder, time.until];
    return (await tx.dialect.insertIgnore(tx, 'chore_lease', ['name', 'holder', 'held_until'], [row])) === 1;
  }

  /** Notes when a chore was done. */
  async noteDone(tx: Tx, chore: string, at: Instant): Promise<void> {
    const known = await tx.execute('UPDATE chore_done SET done_at = ? WHERE name = ?', [at, chore]);
    if (known === 0) await tx.dialect.insertIgnore(tx, 'chore_done', ['name', 'done_at'], [[chore, at]]);
  }

  /** Returns when each chore was last done; one that never was is left out. */
  async listDone(tx: Tx): Promise<Map<string, Instant>> {
    const rows = await tx.query<{ name: string; done_at: number }>('SELECT name, done_at FROM chore_done');
    return new Map(rows.map((row) => [row.name, row.done_at]));
  }
}

import type { Database } from './database.js';
import type { Lane, Tx } from './tx.js';

/**
 * Works in transactions of their own until a batch finds nothing, so that none holds locks for long and others get
 * their turn in between. Returns how much all of them did together.
 */
export async function untilNone(
  database: Database,
  batch: (tx: Tx) => Promise<number>,
  lane?: Lane,
): Promise<number> {
  for (let total = 0; ;) {
    const done = await database.transaction(batch, lane);
    if (done === 0) return total;
    total += done;
  }
}

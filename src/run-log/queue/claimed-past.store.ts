import { OF_PLAN, SCHEDULED } from '../../database/entities/stored-values.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import type { ClaimedPast, ClaimedRecord } from './claimed-run.js';

/**
 * Reads what claimed runs have beyond what every run has: the calls that failed before, what has held them back, and what
 * they stand for. A run that is claimed first and is of its schedule's plan has none of it, and hardly any other is claimed:
 * each column that every claim reads would be felt. At most one statement; none where all are such.
 */
export async function withPast(tx: Tx, claimed: readonly ClaimedRecord[]): Promise<void> {
  const rows = claimed.filter(hasPast);
  if (rows.length === 0) return;
  const found = await tx.query<ClaimedPast & { id: Buffer }>(
    `SELECT id, attempts, original_at, paced_by, hold, held_since FROM run WHERE id IN (${marks(rows)})`,
    rows.map(({ id }) => id),
  );
  const pasts = new Map(found.map((past) => [past.id.toString('hex'), past]));
  for (const row of rows) row.past = pasts.get(row.id.toString('hex'));
}

function hasPast({ origin, attempt, claimed_state: state }: ClaimedRecord): boolean {
  return origin !== OF_PLAN || attempt > 1 || state !== SCHEDULED;
}

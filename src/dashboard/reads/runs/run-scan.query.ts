import type { Tx } from '../../../database/tx.js';
import type { Cursor } from '../cursor.js';
import { placeOf, type FoundRun, type PlaceRow } from './found-run.js';
import { TOLD_STATE, type RunRange, type Scan } from './run-filter.query.js';

/** Returns the first `limit` of the meant runs among the next `most`. */
export function meantOf(tx: Tx, scan: Scan, most: number, limit: number): Promise<FoundRun[]> {
  return first(tx, scan, scan.meant, { most, limit, order: 'DESC' });
}

/** Returns the last of the next `most` runs that is of the scope, meant or not; null where none of them is. */
export async function lastOwnOf(tx: Tx, scan: Scan, most: number): Promise<Cursor | null> {
  const [last] = await first(tx, scan, scan.own, { most, limit: 1, order: 'ASC' });
  return last ?? null;
}

/** Returns the place of the last of the next `most` runs, whosever it is; null where there are no more than these. */
export async function endOf(tx: Tx, { by, sql, parameters }: Scan, most: number): Promise<Cursor | null> {
  const rows = await tx.query<PlaceRow>(`SELECT r.id, r.${by} AS at ${sql} OFFSET ?`, [
    ...parameters,
    ...[2, most - 1],
  ]);
  const [last, beyond] = rows;
  return last && beyond ? placeOf(last) : null;
}

/** Returns of the next `most` runs how many are in each state, and how many of these are meant. */
export function countsOf(tx: Tx, { meant, sql, parameters }: Scan, most: number) {
  return tx.query<{ told: number; looked: number; n: number }>(
    `SELECT p.told, COUNT(*) AS looked, SUM(p.meant) AS n
     FROM (SELECT ${meant.sql} AS meant, ${TOLD_STATE} AS told ${sql}) p GROUP BY p.told`,
    [...meant.parameters, ...parameters, most],
  );
}

async function first(
  tx: Tx,
  { by, sql, parameters }: Scan,
  wanted: RunRange,
  { most, limit, order }: { readonly most: number; readonly limit: number; readonly order: 'ASC' | 'DESC' },
): Promise<FoundRun[]> {
  const rows = await tx.query<PlaceRow>(
    `SELECT p.id, p.at FROM (SELECT r.id, r.${by} AS at, ${wanted.sql} AS wanted ${sql}) p
     WHERE p.wanted = 1 ORDER BY p.at ${order}, p.id ${order} LIMIT ?`,
    [...wanted.parameters, ...parameters, most, limit],
  );
  return rows.map(placeOf);
}

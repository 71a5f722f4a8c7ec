import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import type { Page } from '../../http/page.js';
import type { Condition } from './job.query.js';

/** Rows of one table (or join) that a condition finds, each known by a key. */
export interface Scan {
  /** The column that names a row. */
  readonly key: string;
  /** What follows FROM. */
  readonly from: string;
  readonly where: Condition;
  /** What follows ORDER BY. */
  readonly order: string;
  /** How rows of known keys are found again and put in order. */
  readonly again: { readonly key: string; readonly from: string; readonly order: string };
}

/** The keys of one page, and how many rows the condition finds in all. */
export interface ScanPage<Key> {
  readonly total: number;
  readonly keys: readonly Key[];
}

/** So many keys are taken up in one go. */
const FEW = 2_000;

/**
 * Returns a page of what a condition finds that no index serves. Where it finds few rows, one look at everything
 * yields the total and the page; where it finds many, counting takes the look, and the page fills up at once.
 */
export async function pageOfScan<Key>(
  tx: Tx,
  scan: Scan,
  { offset, pageSize }: Page,
): Promise<ScanPage<Key>> {
  const { key, from, where, order, again } = scan;
  const some = await tx.query<{ id: Key }>(
    `SELECT ${key} AS id FROM ${from} WHERE ${where.sql} LIMIT ${FEW + 1}`,
    where.parameters,
  );
  if (some.length === 0) return { total: 0, keys: [] };
  if (some.length <= FEW) {
    const keys = some.map((row) => row.id);
    const sorted = await tx.query<{ id: Key }>(
      `SELECT ${again.key} AS id FROM ${again.from} WHERE ${again.key} IN (${marks(keys)})
       ORDER BY ${again.order} LIMIT ? OFFSET ?`,
      [...keys, pageSize, offset],
    );
    return { total: keys.length, keys: sorted.map((row) => row.id) };
  }
  const [count] = await tx.query<{ total: number }>(
    `SELECT COUNT(*) AS total FROM ${from} WHERE ${where.sql}`,
    where.parameters,
  );
  const page = await tx.query<{ id: Key }>(
    `SELECT ${key} AS id FROM ${from} WHERE ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?`,
    [...where.parameters, pageSize, offset],
  );
  return { total: Number(count?.total), keys: page.map((row) => row.id) };
}

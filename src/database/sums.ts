import type { Cell } from './dialects/dialect.js';
import { chunks, marks } from './lists.js';
import type { Tx } from './tx.js';

/** A table of sums: its columns, which of them are its key, and which are added up. */
export interface Sums {
  readonly table: string;
  readonly columns: readonly string[];
  readonly keys: readonly string[];
  readonly sums: readonly string[];
}

/** Rows to insert, and how one that is there already is changed instead: `column = SQL`, in an order that every database may follow. */
export interface Upsert {
  readonly table: string;
  readonly columns: readonly string[];
  readonly keys: readonly string[];
  readonly changes: readonly string[];
}

/**
 * Inserts rows; where there is one of the same key, its sums are raised by the given ones. Give the rows in the order of
 * their keys, so that no two transactions wait for each other. One statement for up to 500 rows.
 */
export async function addUp(tx: Tx, sums: Sums, rows: readonly (readonly Cell[])[]): Promise<void> {
  const changes = sums.sums.map((name) => `${name} = ${name} + ${tx.dialect.incoming(name)}`);
  await upsert(tx, { ...sums, changes }, rows);
}

/** Inserts rows, or changes those that are there. Give them in the order of their keys. One statement for up to 500 rows. */
export async function upsert(
  tx: Tx,
  { table, columns, keys, changes }: Upsert,
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  const tuple = `(${marks(columns)})`;
  for (const part of chunks(rows)) {
    await tx.execute(
      `INSERT INTO ${table} (${columns.join(',')}) VALUES ${part.map(() => tuple).join(',')}
       ${tx.dialect.onTaken(keys)} ${changes.join(', ')}`,
      part.flat(),
    );
  }
}

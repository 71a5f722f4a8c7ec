import type { Cell, Sums } from './dialects/dialect.js';
import { chunks, marks } from './lists.js';
import type { Tx } from './tx.js';

/**
 * Inserts rows; where there is one of the same key, its sums are raised by the given ones. Give the rows in the order of
 * their keys, so that no two transactions wait for each other. One statement for up to 500 rows.
 */
export async function addUp(tx: Tx, sums: Sums, rows: readonly (readonly Cell[])[]): Promise<void> {
  const tuple = `(${marks(sums.columns)})`;
  for (const part of chunks(rows)) {
    await tx.execute(
      `INSERT INTO ${sums.table} (${sums.columns.join(',')}) VALUES ${part.map(() => tuple).join(',')}
       ${tx.dialect.raising(sums)}`,
      part.flat(),
    );
  }
}

import type { Tx } from './tx.js';

/**
 * Returns how many rows of a table meet a condition. An entity manager would count distinct keys, which reads
 * every row; this reads the index of the condition alone.
 */
export async function countWhere(
  tx: Tx,
  table: string,
  condition: string,
  parameters: readonly unknown[],
): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `SELECT COUNT(*) AS n FROM ${table} WHERE ${condition}`,
    parameters,
  );
  return Number(row?.n ?? 0);
}

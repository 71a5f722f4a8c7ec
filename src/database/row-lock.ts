import type { Tx } from './tx.js';

/**
 * Holds the rows that a condition finds until commit, so that what is read of them afterwards stays true. `from` is a
 * table, with an alias where the condition uses one. Where transactions are serial there is nothing to hold.
 */
export async function lockRows(
  tx: Tx,
  from: string,
  condition: string,
  parameters: readonly unknown[],
): Promise<void> {
  const { forUpdate } = tx.dialect;
  if (forUpdate !== '') await tx.query(`SELECT 1 FROM ${from} WHERE ${condition} ${forUpdate}`, parameters);
}

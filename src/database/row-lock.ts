import { uuidToBytes } from './columns.js';
import { chunks, marks } from './lists.js';
import type { Tx } from './tx.js';

/** Tables whose rows are held while something that belongs to them is read and changed. */
type HeldTable = 'job' | 'schedule' | 'tenancy' | 'runner';

/**
 * Holds the rows that a condition finds until commit, so that what is read of them and of their children afterwards
 * stays true, and returns how many they are. It writes them, too: the nodes of a Galera cluster compare at the commit
 * what transactions wrote, and know nothing of rows that were only locked. Changes of one row on two nodes thus
 * conflict, and the later one is run again. `condition` names columns as `job.id`.
 */
export function holdRows(
  tx: Tx,
  table: HeldTable,
  condition: string,
  parameters: readonly unknown[],
): Promise<number> {
  return tx.execute(`UPDATE ${table} SET revision = revision + 1 WHERE ${condition}`, parameters);
}

/**
 * Holds schedules until commit: claims, ends and edits of their runs then come one after the other, on all replicas. In one order,
 * so that two who hold several never wait for each other.
 */
export async function holdSchedules(tx: Tx, scheduleIds: readonly string[]): Promise<void> {
  for (const part of chunks([...new Set(scheduleIds)].sort())) {
    const ids = part.map(uuidToBytes);
    await holdRows(tx, 'schedule', `schedule.id IN (${marks(ids)})`, ids);
  }
}

/**
 * Locks rows until commit without writing them, and only for a transaction that writes these same rows wherever it
 * writes anything: who relies on the lock for other rows needs `holdRows`. Where transactions are serial there is
 * nothing to lock. Who may use it is said in house-rules.test.ts.
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

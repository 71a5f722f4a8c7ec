import type { RowDataPacket } from 'mysql2/promise';
import type { Trial } from './trial.js';

/**
 * Returns the lateness in milliseconds (call start minus planned instant) of every run planned within a stretch of
 * time. A run that has not started counts as late until now, so that what starves does not drop out.
 */
export async function latenessOf(
  trial: Trial,
  stretch: { from: number; to: number; tenancies: readonly number[] },
): Promise<number[]> {
  const [rows] = await trial.db.query<RowDataPacket[]>(
    `SELECT COALESCE(executed_at, ?) - planned_at AS late FROM run
     WHERE planned_at >= ? AND planned_at < ? AND tenancy_id IN (?)`,
    [Date.now(), stretch.from, stretch.to, stretch.tenancies],
  );
  return rows.map((row) => Number(row['late']));
}

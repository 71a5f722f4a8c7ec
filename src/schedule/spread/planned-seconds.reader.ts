import { Injectable } from '@nestjs/common';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import type { SpreadWindow } from '../../core/plan/spread.js';
import { SCHEDULED } from '../../database/entities/stored-values.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';

/** So many planned runs are counted for one request at most: some ten milliseconds. */
const MOST_RUNS = 20_000;

/** Counts planned runs by the second in which they are due, by the index of the queue alone. */
@Injectable()
export class PlannedSecondsReader {
  /**
   * Returns how many planned runs of these tenancies are due in each second of some windows, by the instant at which it begins;
   * seconds without any are left out. It reads no more than MOST_RUNS, those of the first windows and tenancies.
   */
  async count(
    tx: Tx,
    tenancyIds: readonly number[],
    windows: readonly SpreadWindow[],
  ): Promise<Map<Instant, number>> {
    const counts = new Map<Instant, number>();
    let left = MOST_RUNS;
    for (const { fromAt, toAt } of windows) {
      if (left <= 0) break;
      const rows = await tx.query<{ at: number; runs: number | string }>(
        `SELECT at, COUNT(*) AS runs FROM (
           SELECT r.due_at - r.due_at % ${SECOND_MS} AS at FROM run r ${tx.dialect.useIndex('run_queue')}
           WHERE r.state = ${SCHEDULED} AND r.tenancy_id IN (${marks(tenancyIds)}) AND r.due_at >= ? AND r.due_at < ? LIMIT ?
         ) c GROUP BY at`,
        [...tenancyIds, fromAt - (fromAt % SECOND_MS), toAt + SECOND_MS, left],
      );
      for (const { at, runs } of rows) {
        counts.set(Number(at), (counts.get(Number(at)) ?? 0) + Number(runs));
        left -= Number(runs);
      }
    }
    return counts;
  }
}

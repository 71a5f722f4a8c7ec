import { Injectable } from '@nestjs/common';
import type { LoadRange } from '../../core/plan/load-range.js';
import { SCHEDULED } from '../../database/entities/stored-values.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';

/** Counts planned runs by the steps of a range, by the index of the queue alone. */
@Injectable()
export class PlannedLoadReader {
  /** Returns how many planned runs of some tenancies are due in each step, by its place in the range; steps without any are left out. */
  async list(
    tx: Tx,
    tenancyIds: readonly number[],
    { from, stepMs, steps }: LoadRange,
  ): Promise<[place: number, runs: number][]> {
    const rows = await tx.query<{ at: number; runs: number | string }>(
      `SELECT at, COUNT(*) AS runs FROM (
         SELECT r.due_at - ? - (r.due_at - ?) % ? AS at FROM run r ${tx.dialect.useIndex('run_queue')}
         WHERE r.state = ${SCHEDULED} AND r.tenancy_id IN (${marks(tenancyIds)}) AND r.due_at >= ? AND r.due_at < ?
       ) c GROUP BY at`,
      [from, from, stepMs, ...tenancyIds, from, from + steps * stepMs],
    );
    return rows.map(({ at, runs }) => [Number(at) / stepMs, Number(runs)]);
  }
}

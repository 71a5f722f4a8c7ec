import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { RETRYING, SCHEDULED, WAITING } from '../../database/entities/stored-values.js';
import type { Tx } from '../../database/tx.js';

/** When a tenancy's next run is due, and how many of its calls may be in flight (null: the deployment's default). */
export interface DueTenancy {
  readonly tenancyId: number;
  readonly nextAt: Instant;
  readonly maxCalls: number | null;
  /** Whether runs are among them that were claimed before and went back to the queue. */
  readonly hasWaiting: boolean;
}

/** What is due, as one statement saw it. */
export interface DueTenancies {
  readonly due: DueTenancy[];
  readonly nextAt: Instant | null;
  /** The place of the last change of a tenancy, a binding or a key. */
  readonly changedAt: number;
}

/** A tenancy and when its next planned run is due, or a tenancy that has runs waiting and when the first of them is due. */
interface DueRecord {
  is_waiting: number;
  id: number;
  max_calls: number | null;
  changed: number | null;
  next_at: number | null;
}

/** Looks for who has runs to be claimed, in the table `run`. */
@Injectable()
export class DueTenancyStore {
  /**
   * Returns the tenancies that have a run due up to `until`, without suspended ones, when the earliest planned run is
   * due, and the place of the last change in the feed of access. Needs one index look-up per tenancy: MariaDB would read all
   * planned runs of each for their MIN.
   */
  async list(tx: Tx, until: Instant): Promise<DueTenancies> {
    const index = tx.dialect.useIndex('run_queue');
    // Hardly ever does a run wait: the second part looks into two empty ranges, and costs no statement of its own.
    const rows = await tx.query<DueRecord>(
      `SELECT 0 AS is_waiting, t.id, t.max_calls, (SELECT MAX(id) FROM access_change) AS changed,
         (SELECT r.due_at FROM run r ${index}
          WHERE r.state = ${SCHEDULED} AND r.tenancy_id = t.id ORDER BY r.due_at LIMIT 1) AS next_at
       FROM tenancy t WHERE t.suspended_at IS NULL
       UNION ALL SELECT 1, r.tenancy_id, NULL, NULL, MIN(r.due_at) FROM run r ${index}
       WHERE r.state IN (${RETRYING}, ${WAITING}) GROUP BY r.state, r.tenancy_id`,
    );
    const tenancies = rows.filter((row) => row.is_waiting === 0);
    const waiting = earliestWaiting(rows);
    const due: DueTenancy[] = [];
    let earliestAt: Instant = Infinity;
    for (const { id: tenancyId, max_calls: maxCalls, next_at: plannedAt } of tenancies) {
      const waitingAt = waiting.get(tenancyId) ?? Infinity;
      const nextAt = Math.min(plannedAt ?? Infinity, waitingAt);
      earliestAt = Math.min(earliestAt, nextAt);
      if (nextAt <= until) due.push({ tenancyId, nextAt, maxCalls, hasWaiting: waitingAt <= until });
    }
    const nextAt = earliestAt === Infinity ? null : earliestAt;
    return { due, nextAt, changedAt: Number(tenancies[0]?.changed ?? 0) };
  }
}

/** Returns when the earliest run of each tenancy is due that went back to the queue. */
function earliestWaiting(rows: readonly DueRecord[]): ReadonlyMap<number, Instant> {
  const earliest = new Map<number, Instant>();
  for (const { is_waiting: isWaiting, id, next_at: dueAt } of rows) {
    if (isWaiting === 0 || dueAt === null) continue;
    earliest.set(id, Math.min(Number(dueAt), earliest.get(id) ?? Infinity));
  }
  return earliest;
}

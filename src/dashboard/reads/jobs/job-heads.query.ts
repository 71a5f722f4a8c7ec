import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import { OF_PLAN, SCHEDULED } from '../../../database/entities/stored-values.js';
import { scopeSql, type RowScope } from '../../../database/scoped.js';
import type { Tx } from '../../../database/tx.js';
import { failingOf } from '../failing/failing.query.js';

/** So many planned runs, or failing schedules, are looked at for an order that no index of jobs has. */
const MOST_LOOKED = 2_000;

/**
 * Finds the jobs with which a list begins that is asked for in an order that jobs do not have in any index. What comes after
 * them is nothing that the order is asked for: there the list goes on by name.
 */
@Injectable()
export class JobHeadsQuery {
  /**
   * Returns the jobs of the soonest planned runs. Those of a tenant lie in the queue by its tenancy, overdue ones too; those of
   * an instance among all that are to come, of other instances as well.
   */
  async next(tx: Tx, scope: RowScope, now: Instant): Promise<number[]> {
    const { sql, parameters } = scopeSql(scope, 's');
    const { index, range, value } =
      scope.kind === 'tenant'
        ? {
            index: 'run_queue',
            range: `r.state = ${SCHEDULED} AND r.tenancy_id = ?`,
            value: scope.tenancyId,
          }
        : { index: 'run_due', range: 'r.due_at >= ?', value: now };
    const join = tx.dialect.orderedJoin;
    const rows = await tx.query<{ job_id: number }>(
      `SELECT s.job_id FROM (SELECT r.schedule_id, r.due_at, r.state, r.origin FROM run r ${tx.dialect.useIndex(index)}
         WHERE ${range} ORDER BY r.due_at LIMIT ${MOST_LOOKED}) p
       ${join} schedule s ON s.id = p.schedule_id ${join} job j ON j.id = s.job_id
       WHERE p.state = ${SCHEDULED} AND p.origin = ${OF_PLAN} AND ${sql} AND s.active = 1 AND j.active = 1
       GROUP BY s.job_id ORDER BY MIN(p.due_at), s.job_id`,
      [value, ...parameters],
    );
    return rows.map((row) => Number(row.job_id));
  }

  /** Returns the jobs whose last result is a failure, those that failed last first. */
  async result(tx: Tx, scope: RowScope, now: Instant): Promise<number[]> {
    const { from, parameters } = failingOf(tx, scope, now);
    const rows = await tx.query<{ job_id: number }>(
      `SELECT p.job_id FROM (SELECT f.job_id, f.last_at ${from} ORDER BY f.last_at DESC LIMIT ${MOST_LOOKED}) p
       GROUP BY p.job_id ORDER BY MAX(p.last_at) DESC, p.job_id`,
      parameters,
    );
    return rows.map((row) => Number(row.job_id));
  }
}

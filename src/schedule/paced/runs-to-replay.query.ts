import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { DAY_MS, type Instant } from '../../core/instant.js';
import { RUN_STATES, type RunState } from '../../core/run-state.js';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import { chunks, marks } from '../../database/lists.js';
import { scopeSql } from '../../database/scoped.js';
import type { Tx } from '../../database/tx.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';

/** Which runs are meant: in which states they ended, and for which instants they were planned, both ends included. */
export interface ReplayFilter {
  readonly runState: readonly RunState[];
  readonly from: Instant;
  readonly to: Instant;
  readonly jobId?: number | undefined;
  readonly scheduleId?: string | undefined;
  readonly tenantId?: string | undefined;
}

interface Found {
  readonly id: Buffer;
  readonly planned_at: number;
}

/** How much later than planned a run may be due: spread, held back or called again. The queue's index knows only when it was due. */
const LATEST_AFTER_MS = 2 * DAY_MS;

/** Finds the runs that are to run again. Each look is a range of an index: of the schedules that are named, else of tenancy and state. */
@Injectable()
export class RunsToReplayQuery {
  constructor(private readonly tenancies: TenancyIndex) {}

  /** Takes in a tenant that was made by another replica a moment ago. Call it before `list`, outside of database work. */
  async learn({ instanceId }: AccessScope, { tenantId }: ReplayFilter): Promise<void> {
    if (tenantId === undefined) return;
    await this.tenancies.findFresh(() => this.tenancies.findByTenant(instanceId, tenantId.toLowerCase()));
  }

  /** Returns the ids of up to `limit` runs of a scope, the earliest planned first; which they are is open where there are more. */
  async list(tx: Tx, scope: AccessScope, filter: ReplayFilter, limit: number): Promise<string[]> {
    const isNamed = filter.jobId !== undefined || filter.scheduleId !== undefined;
    const tenancies = isNamed && filter.tenantId === undefined ? null : this.tenanciesOf(scope, filter);
    const found = isNamed
      ? await this.ofSchedules(tx, scope, filter, { tenancies, limit })
      : await this.ofTenancies(tx, filter, { tenancies: tenancies ?? [], limit });
    return found.sort((a, b) => a.planned_at - b.planned_at).map(({ id }) => uuidFromBytes(id));
  }

  private tenanciesOf({ kind, instanceId, tenancyId }: AccessScope, { tenantId }: ReplayFilter): number[] {
    if (tenantId !== undefined) {
      const named = this.tenancies.findByTenant(instanceId, tenantId.toLowerCase());
      return named === null ? [] : [named.id];
    }
    return kind === 'tenant' ? [tenancyId] : this.tenancies.ofInstance(instanceId).map(({ id }) => id);
  }

  private async ofTenancies(
    tx: Tx,
    { runState, from, to }: ReplayFilter,
    { tenancies, limit }: { readonly tenancies: readonly number[]; readonly limit: number },
  ): Promise<Found[]> {
    const found: Found[] = [];
    for (const state of runState) {
      for (const part of chunks(tenancies)) {
        if (found.length >= limit) return found;
        const rows = await tx.query<Found>(
          `SELECT r.id, r.planned_at FROM run r ${tx.dialect.useIndex('run_queue')}
           WHERE r.state = ${RUN_STATES.indexOf(state)} AND r.tenancy_id IN (${marks(part)})
             AND r.due_at >= ? AND r.due_at <= ? AND r.planned_at >= ? AND r.planned_at <= ? LIMIT ?`,
          [...part, from, to + LATEST_AFTER_MS, from, to, limit - found.length],
        );
        found.push(...rows);
      }
    }
    return found;
  }

  private async ofSchedules(
    tx: Tx,
    scope: AccessScope,
    { runState, from, to, jobId, scheduleId }: ReplayFilter,
    { tenancies, limit }: { readonly tenancies: readonly number[] | null; readonly limit: number },
  ): Promise<Found[]> {
    if (tenancies?.length === 0) return [];
    const { sql, parameters } = scopeSql(scope, 's');
    const conditions: { sql: string; parameters: readonly unknown[] }[] = [
      { sql: sql.replace(' = ', ' + 0 = '), parameters },
    ];
    if (scheduleId !== undefined) conditions.push({ sql: 's.id = ?', parameters: [uuidToBytes(scheduleId)] });
    if (jobId !== undefined) conditions.push({ sql: 's.job_id = ?', parameters: [jobId] });
    if (tenancies !== null) {
      conditions.push({ sql: `s.tenancy_id + 0 IN (${marks(tenancies)})`, parameters: tenancies });
    }
    return tx.query<Found>(
      `SELECT r.id, r.planned_at FROM schedule s
       ${tx.dialect.orderedJoin} run r ${tx.dialect.useIndex('run_schedule')}
         ON r.schedule_id = s.id AND r.planned_at >= ? AND r.planned_at <= ?
       WHERE ${conditions.map((one) => one.sql).join(' AND ')}
         AND r.state + 0 IN (${runState.map((state) => RUN_STATES.indexOf(state)).join(',')}) LIMIT ?`,
      [from, to, ...conditions.flatMap((one) => one.parameters), limit],
    );
  }
}

import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import { OF_PLAN, SCHEDULED } from '../../../database/entities/stored-values.js';
import { uuidFromBytes } from '../../../database/columns.js';
import { marks } from '../../../database/lists.js';
import type { RowScope } from '../../../database/scoped.js';
import type { Tx } from '../../../database/tx.js';
import { shownTiming, type ShownTiming, type TimingRecord } from '../schedule-timing.js';

const MOST_TEXT = 300;
/** How many of all instances are looked at for those of one, before its tenants are asked one by one. */
const LOOKS = [100, 1_000];
/** So many more than are wanted: the schedule of one may have been switched off or deleted a moment ago. */
const SPARE = 40;

/** A run that is planned, with its schedule and its job. */
export interface NextRun extends ShownTiming {
  readonly plannedAt: Instant;
  readonly scheduleId: string;
  readonly description: string;
  readonly jobId: number;
  readonly jobName: string;
  readonly tenancyId: number;
}

interface PlaceRow {
  id: Buffer;
  at: number;
  tenancy: number | null;
  state: number;
}

interface NextRow extends TimingRecord {
  planned_at: number;
  tenancy_id: number;
  id: Buffer;
  description: string;
  job_id: number;
  name: string;
}

/** Finds the runs that come next: their ids by an index first, then their rows. Those of suspended tenants are not meant. */
@Injectable()
export class NextRunsQuery {
  /** Returns the `limit` runs of a scope that come next after an instant. */
  async list(tx: Tx, scope: RowScope, now: Instant, limit: number): Promise<NextRun[]> {
    const most = limit + SPARE;
    const ids =
      scope.kind === 'tenant'
        ? await soonestOf(tx, [scope.tenancyId], now, most)
        : await ofInstance(tx, scope.instanceId, now, most);
    if (ids.length === 0) return [];
    const rows = await tx.query<NextRow>(
      `SELECT r.planned_at, r.tenancy_id, s.id, SUBSTR(s.description, 1, ${MOST_TEXT}) AS description, s.kind,
         s.expression, s.meaning, s.policy, j.id AS job_id, j.name
       FROM run r JOIN schedule s ON s.id = r.schedule_id JOIN job j ON j.id = s.job_id
       JOIN tenancy t ON t.id = r.tenancy_id AND t.suspended_at IS NULL
       WHERE r.id IN (${marks(ids)}) AND r.state + 0 = ${SCHEDULED}
       AND (r.origin <> ${OF_PLAN} OR (s.active = 1 AND j.active = 1))`,
      ids,
    );
    return rows
      .map(nextRunOf)
      .sort((a, b) => a.plannedAt - b.plannedAt || (a.scheduleId < b.scheduleId ? -1 : 1))
      .slice(0, limit);
  }
}

/** Runs of all instances are in one order: where an instance has few of many, its tenants are asked instead. */
async function ofInstance(tx: Tx, instanceId: number, now: Instant, most: number): Promise<Buffer[]> {
  for (const looks of LOOKS) {
    const rows = await tx.query<PlaceRow>(
      // No join: where tenancies are few, MariaDB joins all runs with them before it looks for the soonest.
      `SELECT r.id, r.due_at AS at, r.state, (SELECT t.id FROM tenancy t
         WHERE t.id = r.tenancy_id AND t.instance_id = ? AND t.suspended_at IS NULL) AS tenancy
       FROM run r ${tx.dialect.useIndex('run_due')} WHERE r.due_at > ? ORDER BY r.due_at LIMIT ?`,
      [instanceId, now, looks],
    );
    const meant = rows.filter(({ tenancy, state }) => tenancy !== null && state === SCHEDULED);
    if (meant.length >= most || rows.length < looks) return meant.slice(0, most).map(({ id }) => id);
  }
  const rows = await tx.query<{ id: number }>(
    `SELECT f.id FROM (SELECT t.id, (SELECT r.due_at FROM run r ${tx.dialect.useIndex('run_queue')}
       WHERE r.state = ${SCHEDULED} AND r.tenancy_id = t.id AND r.due_at > ? ORDER BY r.due_at LIMIT 1) AS at
       FROM tenancy t WHERE t.instance_id = ? AND t.suspended_at IS NULL) f
     WHERE f.at IS NOT NULL ORDER BY f.at LIMIT ?`,
    [now, instanceId, most],
  );
  const tenancyIds = rows.map(({ id }) => id);
  return tenancyIds.length === 0 ? [] : soonestOf(tx, tenancyIds, now, most);
}

/** Returns the ids of the next runs of some tenancies together: one range of the queue's index for each. */
async function soonestOf(
  tx: Tx,
  tenancyIds: readonly number[],
  now: Instant,
  most: number,
): Promise<Buffer[]> {
  const rows = await tx.query<{ id: Buffer; at: number }>(
    tenancyIds
      .map(
        (_id, place) =>
          `SELECT * FROM (SELECT r.id, r.due_at AS at FROM run r ${tx.dialect.useIndex('run_queue')}
           WHERE r.state = ${SCHEDULED} AND r.tenancy_id = ? AND r.due_at > ? ORDER BY r.due_at LIMIT ?) p${place}`,
      )
      .join(' UNION ALL '),
    tenancyIds.flatMap((id) => [id, now, most]),
  );
  return rows
    .sort((a, b) => a.at - b.at)
    .slice(0, most)
    .map(({ id }) => id);
}

function nextRunOf(row: NextRow): NextRun {
  return {
    ...{ plannedAt: Number(row.planned_at), scheduleId: uuidFromBytes(row.id), description: row.description },
    ...shownTiming(row),
    ...{ jobId: Number(row.job_id), jobName: row.name, tenancyId: row.tenancy_id },
  };
}

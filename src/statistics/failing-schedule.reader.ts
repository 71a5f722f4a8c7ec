import { Injectable } from '@nestjs/common';
import { uuidFromBytes, uuidToBytes } from '../database/columns.js';
import { STANDINGS } from '../database/entities/failing-schedule.row.js';
import { SCHEDULE_KINDS } from '../database/entities/schedule.row.js';
import { HEALED, RESULT_STATES, SUCCESS } from '../database/entities/stored-values.js';
import { chunks, marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import type { NewerRun, NotedSchedule } from './failing-mend.js';
import type { Past } from './finding.js';

interface NotedRow {
  id: Buffer;
  instance_id: number;
  tenancy_id: number;
  job_id: number;
  standing: number;
  last_at: number;
  kind: number | null;
  active: number | null;
  job_active: number | null;
  newer_id: Buffer | null;
}

interface NewerRow {
  id: Buffer;
  state: number;
  planned_at: number;
  completed_at: number | null;
}

interface PastRow {
  schedule_id: Buffer;
  standing: number | null;
  noted_at: number | null;
  since_planned_at: number | null;
  id: Buffer | null;
  planned_at: number | null;
  completed_at: number | null;
}

const NOTHING = Buffer.alloc(16);

/** Reads noted schedules together with what there is to say of them now. */
@Injectable()
export class FailingScheduleReader {
  /**
   * Returns up to `limit` schedules that stand so, in the order of their ids, after an id (null: from the first). One look at
   * the end of an index for each tells whether a newer run has ended.
   */
  async listNoted(
    tx: Tx,
    standing: 'failing' | 'off',
    { after, limit }: { readonly after: string | null; readonly limit: number },
  ): Promise<NotedSchedule[]> {
    const rows = await tx.query<NotedRow>(
      `SELECT f.id, f.instance_id, f.tenancy_id, f.job_id, f.standing, f.last_at, s.kind, s.active, j.active AS job_active,
         (SELECT r.id FROM run r ${tx.dialect.useIndex('run_schedule')} WHERE r.schedule_id = f.id
          AND r.planned_at > f.planned_at AND r.state IN (${RESULT_STATES}) ORDER BY r.planned_at DESC LIMIT 1) AS newer_id
       FROM failing_schedule f LEFT JOIN schedule s ON s.id = f.id LEFT JOIN job j ON j.id = s.job_id
       WHERE f.id > ? AND f.standing = ${STANDINGS.indexOf(standing)} ORDER BY f.id LIMIT ?`,
      [after === null ? NOTHING : uuidToBytes(after), limit],
    );
    const newer = await newerRuns(
      tx,
      rows.flatMap((row) => row.newer_id ?? []),
    );
    return rows.map((row) => notedOf(row, newer));
  }

  /**
   * Returns what there is to know of some schedules, whichever replicas recorded their runs. For each it is one look at
   * the end of an index.
   */
  async listPasts(tx: Tx, scheduleIds: readonly string[]): Promise<Map<string, Past>> {
    const pasts = new Map<string, Past>();
    for (const part of chunks(scheduleIds)) {
      const rows = await tx.query<PastRow>(
        `SELECT s.id AS schedule_id, f.standing, f.planned_at AS noted_at, f.since_planned_at, r.id, r.planned_at, r.completed_at
         FROM schedule s LEFT JOIN failing_schedule f ON f.id = s.id LEFT JOIN run r
           ON r.id = (SELECT x.id FROM run x ${tx.dialect.useIndex('run_schedule')} WHERE x.schedule_id = s.id
             AND x.planned_at > COALESCE(f.planned_at, -1) AND x.state = ${SUCCESS} ORDER BY x.planned_at DESC LIMIT 1)
         WHERE s.id IN (${marks(part)})`,
        part.map(uuidToBytes),
      );
      for (const row of rows) pasts.set(uuidFromBytes(row.schedule_id), pastOf(row));
    }
    return pasts;
  }
}

function pastOf(row: PastRow): Past {
  const { standing, id, planned_at: plannedAt, completed_at: endedAt } = row;
  const isFailing = standing !== null && standing !== HEALED;
  const notedFrom = isFailing ? row.since_planned_at : row.noted_at;
  const at = Number(plannedAt);
  return {
    isFailing,
    notedFrom: notedFrom === null ? null : Number(notedFrom),
    success: id === null ? null : { runId: uuidFromBytes(id), plannedAt: at, endedAt: Number(endedAt ?? at) },
  };
}

async function newerRuns(tx: Tx, ids: readonly Buffer[]): Promise<Map<string, NewerRun>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<NewerRow>(
    `SELECT id, state, planned_at, completed_at FROM run WHERE id IN (${marks(ids)})`,
    ids,
  );
  return new Map(
    rows.map(({ id, state, planned_at: plannedAt, completed_at: endedAt }) => {
      const runId = uuidFromBytes(id);
      return [runId, { runId, plannedAt, endedAt: endedAt ?? plannedAt, isSuccess: state === SUCCESS }];
    }),
  );
}

function notedOf(row: NotedRow, newer: ReadonlyMap<string, NewerRun>): NotedSchedule {
  const isThere = row.kind !== null && row.job_active !== null;
  return {
    ...{ scheduleId: uuidFromBytes(row.id), instanceId: row.instance_id, tenancyId: row.tenancy_id },
    ...{ jobId: row.job_id, standing: STANDINGS[row.standing] ?? 'failing', lastAt: row.last_at },
    kind: isThere ? (SCHEDULE_KINDS[row.kind ?? 0] ?? null) : null,
    isActive: row.active === 1,
    isJobActive: row.job_active === 1,
    newer: row.newer_id === null ? null : (newer.get(uuidFromBytes(row.newer_id)) ?? null),
  };
}

import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Instant } from '../core/instant.js';
import type { AccessScope } from '../core/access-scope.js';
import { uuidFromBytes, uuidToBytes } from '../database/columns.js';
import { countWhere } from '../database/count.js';
import { columnsOf, rowOf } from '../database/entity-rows.js';
import { chunks, marks } from '../database/lists.js';
import { getJob, noSchedule, scopeSql, type SchedulePlace } from '../database/scoped.js';
import { readWithinBytes } from '../database/text-bytes.js';
import type { Tx } from '../database/tx.js';
import type { JobRow } from '../database/entities/job.row.js';
import { SCHEDULE_KINDS, ScheduleRow } from '../database/entities/schedule.row.js';
import { OF_PLAN, SCHEDULED } from '../database/entities/stored-values.js';
import type { Page } from '../http/page.js';
import { ScheduleDataStore } from '../run-log/queue/schedule-data.store.js';
import type { NewSchedules } from './plan/new-schedules.js';
import type { ScheduleView } from './schedule.view.js';
import { SearchTextStore } from './search-text.store.js';

const COLUMNS = [
  ...[
    'id',
    'job_id',
    'instance_id',
    'tenancy_id',
    'kind',
    'expression',
    'meaning',
    'firings_per_hour',
    'active',
  ],
  ...[
    'description',
    'data',
    'start_at',
    'end_at',
    'unreachable_since',
    'timed_at',
    'policy',
    'spread_offset',
    'created_at',
    'modified_at',
  ],
];
/** Which schedules of a job are looked for: those after one and up to another, where given switched on or off, not changed since an instant, or with an endpoint that is not reached. */
export interface SchedulePart {
  readonly jobId: number;
  readonly afterId: string | null;
  readonly upTo?: string | null;
  readonly active?: boolean;
  readonly unchangedSince?: Instant;
  readonly isUnreachable?: boolean;
}

/**
 * When the plan of a schedule (alias `s`) is due. The plan is the newest run of its schedule, so the look ends at the first
 * index entry; of a schedule without a plan all runs would be looked through, so ask for active ones of active jobs only.
 */
const DUE_AT = `(SELECT r.due_at FROM run r WHERE r.schedule_id = s.id AND r.state = ${SCHEDULED} AND r.origin = ${OF_PLAN}
   ORDER BY r.planned_at DESC LIMIT 1)`;

/** The same for any schedule, beside its job (alias `j`). */
export const NEXT_AT = `CASE WHEN j.active = 1 AND s.active = 1 THEN ${DUE_AT} END AS next_at`;

/** All SQL that writes the table `schedule` on behalf of its owners. Planning is the Planner's. */
@Injectable()
export class ScheduleStore {
  constructor(
    private readonly searchTexts: SearchTextStore,
    private readonly earlierData: ScheduleDataStore,
  ) {}

  /** Inserts new schedules, of jobs that are new themselves or not: the hot path of creation, so without entity hydration. */
  async insert(tx: Tx, made: readonly NewSchedules[], areNewJobs: boolean): Promise<void> {
    const cells = made.flatMap(({ job, views }) =>
      views.map(({ row }) => [
        ...[uuidToBytes(row.id), job.id, row.instanceId, row.tenancyId, SCHEDULE_KINDS.indexOf(row.kind)],
        ...[
          row.expression,
          row.meaning,
          row.firingsPerHour,
          row.active ? 1 : 0,
          row.description,
          row.data,
          row.startAt,
          row.endAt,
        ],
        ...[row.unreachableSince, row.timedAt, row.policy, row.spreadOffset, row.createdAt, row.modifiedAt],
      ]),
    );
    await tx.dialect.insertIgnore(tx, 'schedule', COLUMNS, cells);
    await this.searchTexts.add(tx, made, areNewJobs);
  }

  /** Stores a changed row. */
  async save(tx: Tx, job: JobRow, row: ScheduleRow): Promise<void> {
    const { id, ...rest } = row;
    await tx.manager.update(ScheduleRow, { id }, rest);
    await this.searchTexts.updateSchedule(tx, job, row);
  }

  /** Switches schedules on or off. */
  async switch(tx: Tx, ids: readonly string[], active: boolean, now: Instant): Promise<void> {
    for (const part of chunks(ids)) {
      await tx.manager.update(ScheduleRow, { id: In([...part]) }, { active, modifiedAt: now });
    }
  }

  /** Deletes schedules; their runs are the purge's. */
  async delete(tx: Tx, rows: readonly ScheduleRow[]): Promise<void> {
    for (const part of chunks(rows.map((row) => row.id))) {
      await tx.manager.delete(ScheduleRow, { id: In([...part]) });
    }
    await this.searchTexts.removeSchedules(tx, rows);
  }

  /** Deletes up to `limit` schedules of these jobs; returns how many. Their search texts and their runs are the caller's; their earlier data goes too. */
  async deleteSomeOfJobs(tx: Tx, jobIds: readonly number[], limit: number): Promise<number> {
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT id FROM schedule WHERE job_id IN (${marks(jobIds)}) LIMIT ?`,
      [...jobIds, limit],
    );
    if (rows.length === 0) return 0;
    const ids = rows.map((row) => row.id);
    const data = await this.earlierData.deleteSome(tx, ids, limit);
    if (data === limit) return data;
    return tx.execute(`DELETE FROM schedule WHERE id IN (${marks(ids)})`, ids);
  }

  /** Returns a schedule of a job of the scope with its next run, in one statement. Throws NotFound, for the job or for the schedule. */
  async getView(tx: Tx, scope: AccessScope, place: SchedulePlace): Promise<ScheduleView> {
    const { sql, parameters } = scopeSql(scope, 's');
    const [found] = await tx.query<StoredView>(
      `SELECT ${columnsOf(tx, ScheduleRow, 's')}, ${NEXT_AT} FROM schedule s JOIN job j ON j.id = s.job_id
       WHERE s.id = ? AND s.job_id = ? AND ${sql}`,
      [uuidToBytes(place.scheduleId), place.jobId, ...parameters],
    );
    if (found) return viewOf(tx, found);
    await getJob(tx, scope, place.jobId);
    throw noSchedule(place);
  }

  /** Returns a part of a job's schedules in the order in which they were made: fewer than asked for where their texts are large. */
  async pageOfJob(
    tx: Tx,
    jobId: number,
    { offset, pageSize }: Page,
  ): Promise<{ rows: ScheduleRow[]; isCut: boolean }> {
    const found = await tx.query<{ id: Buffer }>(
      'SELECT id FROM schedule WHERE job_id = ? ORDER BY id LIMIT ? OFFSET ?',
      [jobId, pageSize, offset],
    );
    return readWithinBytes(
      tx,
      'schedule',
      found.map((row) => row.id),
    );
  }

  /** Returns up to `limit` schedules of a part, in the order of their ids. */
  async listAfter(tx: Tx, part: SchedulePart, limit: number): Promise<ScheduleRow[]> {
    const { jobId, afterId, upTo = null, active, unchangedSince, isUnreachable = false } = part;
    const conditions: [string, number | Buffer][] = [
      ['id > ?', afterId === null ? Buffer.alloc(16) : uuidToBytes(afterId)],
    ];
    if (upTo !== null) conditions.push(['id <= ?', uuidToBytes(upTo)]);
    if (active !== undefined) conditions.push(['active = ?', active ? 1 : 0]);
    if (unchangedSince !== undefined) conditions.push(['modified_at <= ?', unchangedSince]);
    const unreached = isUnreachable ? 'AND unreachable_since IS NOT NULL' : '';
    const ids = await tx.query<{ id: Buffer }>(
      `SELECT id FROM schedule ${tx.dialect.useIndex('schedule_of_job')}
       WHERE job_id = ? AND ${conditions.map(([sql]) => sql).join(' AND ')} ${unreached} ORDER BY id LIMIT ?`,
      [jobId, ...conditions.map(([, value]) => value), limit],
    );
    if (ids.length === 0) return [];
    const id = In(ids.map((row) => uuidFromBytes(row.id)));
    return tx.manager.find(ScheduleRow, { where: { id }, order: { id: 'ASC' } });
  }

  /** Returns the id of the schedule of a job that was made last, null where it has none. */
  async findLastId(tx: Tx, jobId: number): Promise<string | null> {
    const [row] = await tx.query<{ id: Buffer }>(
      'SELECT id FROM schedule WHERE job_id = ? ORDER BY id DESC LIMIT 1',
      [jobId],
    );
    return row ? uuidFromBytes(row.id) : null;
  }

  /** Returns how many schedules a job has. */
  countOfJob(tx: Tx, jobId: number): Promise<number> {
    return countWhere(tx, 'schedule', 'job_id = ?', [jobId]);
  }

  /** Returns how many schedules of each job are active, and how many are not; a job without any is left out. */
  async countsOfJobs(
    tx: Tx,
    jobIds: readonly number[],
  ): Promise<Map<number, { active: number; inactive: number }>> {
    const rows = await tx.query<{ job_id: number; active: number; schedules: number }>(
      `SELECT job_id, active, COUNT(*) AS schedules FROM schedule WHERE job_id IN (${marks(jobIds)})
       GROUP BY job_id, active`,
      jobIds,
    );
    const counts = new Map<number, { active: number; inactive: number }>();
    for (const row of rows) {
      const count = counts.get(Number(row.job_id)) ?? { active: 0, inactive: 0 };
      count[Number(row.active) === 1 ? 'active' : 'inactive'] += Number(row.schedules);
      counts.set(Number(row.job_id), count);
    }
    return counts;
  }

  /** Returns the schedules of several jobs with their next runs, by job; a job without any is left out. */
  async viewsOfJobs(tx: Tx, jobs: readonly JobRow[]): Promise<Map<number, ScheduleView[]>> {
    const jobId = In(jobs.map((job) => job.id));
    const rows =
      jobs.length === 0 ? [] : await tx.manager.find(ScheduleRow, { where: { jobId }, order: { id: 'ASC' } });
    const active = new Set(jobs.filter((job) => job.active).map((job) => job.id));
    const planned = rows.filter((row) => row.active && active.has(row.jobId));
    const nextAt = await this.nextRuns(
      tx,
      planned.map((row) => row.id),
    );
    const views = new Map<number, ScheduleView[]>();
    for (const row of rows) {
      const view = { row, nextAt: nextAt.get(row.id) ?? null };
      views.set(row.jobId, [...(views.get(row.jobId) ?? []), view]);
    }
    return views;
  }

  /** Returns schedules with the instants of their next runs; none of a job that is not active has one. */
  async withNextRuns(tx: Tx, rows: readonly ScheduleRow[], isJobActive: boolean): Promise<ScheduleView[]> {
    const active = rows.filter((row) => isJobActive && row.active).map((row) => row.id);
    const nextAt = await this.nextRuns(tx, active);
    return rows.map((row) => ({ row, nextAt: nextAt.get(row.id) ?? null }));
  }

  /** Returns when the plans of active schedules are due. */
  async nextRuns(tx: Tx, ids: readonly string[]): Promise<Map<string, Instant>> {
    const found = new Map<string, Instant>();
    for (const part of chunks(ids)) {
      const rows = await tx.query<{ id: Buffer; next_at: number | null }>(
        `SELECT s.id, ${DUE_AT} AS next_at FROM schedule s WHERE s.id IN (${marks(part)})`,
        part.map(uuidToBytes),
      );
      for (const row of rows) {
        if (row.next_at !== null) found.set(uuidFromBytes(row.id), Number(row.next_at));
      }
    }
    return found;
  }
}

/** A schedule (alias `s`) and its next run, as they are stored. */
export interface StoredView extends Readonly<Record<string, unknown>> {
  readonly next_at: number | string | null;
}

/** Returns what the columns of a schedule by alias `s` and NEXT_AT found. */
export function viewOf(tx: Tx, found: StoredView): ScheduleView {
  const nextAt = found.next_at === null ? null : Number(found.next_at);
  return { row: rowOf(tx, ScheduleRow, 's', found), nextAt };
}

import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import { storedSettings, type Settings } from '../../../core/policy/settings.js';
import { uuidFromBytes } from '../../../database/columns.js';
import {
  ACTION_KINDS,
  HTTP_METHODS,
  type ActionKind,
  type HttpMethod,
} from '../../../database/entities/job.row.js';
import { marks } from '../../../database/lists.js';
import { noJob, scopeSql, type RowScope } from '../../../database/scoped.js';
import type { Tx } from '../../../database/tx.js';
import { NEXT_AT } from '../../../schedule/schedule.store.js';
import { shownTiming, type ShownTiming, type TimingRecord } from '../schedule-timing.js';

/** So much of a text is shown in a list. */
const MOST_TEXT = 300;
/** Of so many schedules of a job one is chosen for the list. */
const MOST_LOOKED_AT = 20;
/** So many schedules of a job are shown with it. */
export const MOST_SCHEDULES = 50;

/** A job as the dashboard shows it. */
export interface ShownJob {
  readonly id: number;
  readonly name: string;
  readonly action: string;
  readonly kind: ActionKind;
  readonly httpMethod: HttpMethod;
  readonly active: boolean;
  readonly tenancyId: number;
  readonly schedules: { readonly total: number; readonly active: number };
}

/** What is shown of a job by itself beside. */
export interface JobSettings {
  readonly description: string;
  readonly user: string | null;
  readonly startAt: Instant | null;
  readonly endAt: Instant | null;
  /** The optional ones that are set. */
  readonly settings: Settings;
  readonly createdAt: Instant;
  readonly modifiedAt: Instant;
}

export interface ShownSchedule extends ShownTiming {
  readonly id: string;
  readonly jobId: number;
  readonly description: string;
  readonly active: boolean;
  readonly startAt: Instant | null;
  readonly endAt: Instant | null;
  readonly settings: Settings;
  readonly nextAt: Instant | null;
}

interface JobRecord {
  id: number;
  name: string;
  action: string;
  kind: number;
  http_method: number;
  active: number;
  tenancy_id: number;
}

interface SettingsRecord extends JobRecord {
  description: string;
  action_user: string | null;
  start_at: number | null;
  end_at: number | null;
  policy: string | null;
  created_at: number;
  modified_at: number;
}

interface ScheduleRecord extends TimingRecord {
  id: Buffer;
  job_id: number;
  description: string;
  active: number;
  start_at: number | null;
  end_at: number | null;
  next_at: number | null;
}

const OF_SCHEDULE = `s.id, s.job_id, SUBSTR(s.description, 1, ${MOST_TEXT}) AS description, s.kind,
  s.expression, s.meaning, s.policy, s.active, s.start_at, s.end_at, ${NEXT_AT}`;

/** Reads jobs and their schedules as the dashboard shows them. */
@Injectable()
export class JobRowsQuery {
  /** Returns the jobs of some ids, in their order, with long actions cut. */
  async list(tx: Tx, ids: readonly number[]): Promise<ShownJob[]> {
    if (ids.length === 0) return [];
    const rows = await tx.query<JobRecord>(
      `SELECT id, name, SUBSTR(action, 1, ${MOST_TEXT}) AS action, kind, http_method, active, tenancy_id
       FROM job WHERE id IN (${marks(ids)})`,
      ids,
    );
    const counts = await countsOf(tx, ids);
    const found = new Map(rows.map((row) => [Number(row.id), shownJob(row, counts)]));
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  /** Returns a job of a scope with its settings. Throws NotFound. */
  async get(tx: Tx, scope: RowScope, jobId: number): Promise<ShownJob & JobSettings> {
    const { sql, parameters } = scopeSql(scope, 'j');
    const [row] = await tx.query<SettingsRecord>(
      `SELECT j.id, j.name, j.action, j.kind, j.http_method, j.active, j.tenancy_id, j.description, j.action_user, j.start_at,
         j.end_at, j.policy, j.created_at, j.modified_at FROM job j WHERE j.id = ? AND ${sql}`,
      [jobId, ...parameters],
    );
    if (!row) throw noJob(jobId);
    return {
      ...shownJob(row, await countsOf(tx, [jobId])),
      ...{ description: row.description, user: row.action_user, startAt: row.start_at, endAt: row.end_at },
      settings: storedSettings(row.policy),
      ...{ createdAt: row.created_at, modifiedAt: row.modified_at },
    };
  }

  /** Returns the first schedules of each of some jobs, in the order in which they were made. */
  firstSchedules(tx: Tx, jobIds: readonly number[]): Promise<ShownSchedule[]> {
    return this.schedulesOf(tx, jobIds, MOST_LOOKED_AT);
  }

  /** Returns up to MOST_SCHEDULES schedules of a job, in the order in which they were made. */
  schedules(tx: Tx, jobId: number): Promise<ShownSchedule[]> {
    return this.schedulesOf(tx, [jobId], MOST_SCHEDULES);
  }

  /** Returns schedules by their ids. */
  async schedulesById(tx: Tx, ids: readonly Buffer[]): Promise<ShownSchedule[]> {
    if (ids.length === 0) return [];
    const rows = await tx.query<ScheduleRecord>(
      `SELECT ${OF_SCHEDULE} FROM schedule s JOIN job j ON j.id = s.job_id WHERE s.id IN (${marks(ids)})
       ORDER BY s.job_id, s.id`,
      ids,
    );
    return rows.map(shownSchedule);
  }

  private async schedulesOf(tx: Tx, jobIds: readonly number[], most: number): Promise<ShownSchedule[]> {
    if (jobIds.length === 0) return [];
    const part = (alias: string) =>
      `SELECT * FROM (SELECT x.id FROM schedule x ${tx.dialect.useIndex('schedule_of_job')}
        WHERE x.job_id = ? ORDER BY x.id LIMIT ${most}) ${alias}`;
    const found = await tx.query<{ id: Buffer }>(
      jobIds.map((_id, place) => part(`p${place}`)).join(' UNION ALL '),
      jobIds,
    );
    return this.schedulesById(
      tx,
      found.map(({ id }) => id),
    );
  }
}

type Counts = ReadonlyMap<number, { total: number; active: number }>;

async function countsOf(tx: Tx, jobIds: readonly number[]): Promise<Counts> {
  const rows = await tx.query<{ job_id: number; total: number; active: number }>(
    `SELECT job_id, COUNT(*) AS total, SUM(active) AS active FROM schedule ${tx.dialect.useIndex('schedule_job_active')}
     WHERE job_id IN (${marks(jobIds)}) GROUP BY job_id`,
    jobIds,
  );
  return new Map(
    rows.map((row) => [Number(row.job_id), { total: Number(row.total), active: Number(row.active) }]),
  );
}

function shownJob(row: JobRecord, counts: Counts): ShownJob {
  const id = Number(row.id);
  return {
    ...{ id, name: row.name, action: row.action, kind: ACTION_KINDS[row.kind] ?? 'http' },
    ...{ httpMethod: HTTP_METHODS[row.http_method] ?? 'POST', active: Number(row.active) === 1 },
    ...{ tenancyId: Number(row.tenancy_id), schedules: counts.get(id) ?? { total: 0, active: 0 } },
  };
}

function shownSchedule(row: ScheduleRecord): ShownSchedule {
  return {
    ...{ id: uuidFromBytes(row.id), jobId: Number(row.job_id), description: row.description },
    ...shownTiming(row),
    ...{ active: Number(row.active) === 1, startAt: row.start_at, endAt: row.end_at },
    settings: storedSettings(row.policy),
    nextAt: row.next_at === null ? null : Number(row.next_at),
  };
}

import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { refuseTenantId, type AccessScope } from '../../core/access-scope.js';
import { uuidFromBytes } from '../../database/columns.js';
import { Database } from '../../database/database.js';
import { marks } from '../../database/lists.js';
import { countWithin, readWithinBytes } from '../../database/text-bytes.js';
import type { Tx } from '../../database/tx.js';
import type { JobRow } from '../../database/entities/job.row.js';
import { ScheduleRow } from '../../database/entities/schedule.row.js';
import type { Parts } from '../../http/pieces.js';
import { OneTimeRunStore } from '../../schedule/plan/one-time-run.store.js';
import { ScheduleParts } from '../../schedule/schedule-parts.store.js';
import { ScheduleStore } from '../../schedule/schedule.store.js';
import type { ScheduleView } from '../../schedule/schedule.view.js';
import type { BulkOrder, BulkVerb } from './bulk.order.js';
import { parseFilter } from '../search/job.filter.js';
import { allOf, conditionOf, type Condition } from '../search/job.query.js';
import type { JobTenant } from '../job.view.js';
import type { TaskView } from '../task/task.content.js';
import { taskIn, TaskReader } from '../task/task.reader.js';

/** Jobs that follow one another by their ids. */
interface Range {
  readonly after: number;
  readonly upTo?: number;
}

/** A job with all that an export says of it. */
export interface ExportedJob {
  readonly row: JobRow;
  readonly tenant: JobTenant;
  /** Null for a job that calls an endpoint. */
  readonly task: TaskView | null;
  readonly schedules: readonly ScheduleRow[];
  /** The one-time schedules among these whose run is under way: they are active, and run no more. */
  readonly underWay: ReadonlySet<string>;
  /** The schedules after those, where the job has too many to be read at once. Then it is the only job of its page. */
  readonly otherSchedules?: Parts<ExportedSchedule> | null;
}

/** A schedule of a job that is read in parts. */
export interface ExportedSchedule {
  readonly row: ScheduleRow;
  readonly isUnderWay: boolean;
}

/** A page of an export, and whether there are more jobs after it. */
export interface ExportedPage {
  readonly jobs: readonly ExportedJob[];
  readonly hasMore: boolean;
}

/** Finds the many jobs that bulk operations and exports go through. */
@Injectable()
export class BulkReader {
  constructor(
    private readonly database: Database,
    private readonly parts: ScheduleParts,
    private readonly schedules: ScheduleStore,
    private readonly oneTimeRuns: OneTimeRunStore,
    private readonly tasks: TaskReader,
  ) {}

  /** Returns where an operation on all jobs that a filter selects begins, and how much there is to do. */
  async begin(tx: Tx, scope: AccessScope, filter: string) {
    const { sql, parameters } = conditionOf(scope, parseFilter(filter));
    const [row] = await tx.query<{ jobs: number; last_id: number | null }>(
      `SELECT COUNT(*) AS jobs, MAX(j.id) AS last_id FROM job j WHERE ${sql}`,
      parameters,
    );
    return {
      ...{ afterId: 0, lastId: Number(row?.last_id ?? 0), total: Number(row?.jobs ?? 0) },
      ...{ matched: 0, changed: 0 },
    };
  }

  /** Returns the ids of up to `limit` jobs that a filter selects, in their order. */
  async listIds(
    tx: Tx,
    scope: AccessScope,
    { filter, ...range }: Range & { readonly filter: string },
    limit: number,
  ): Promise<number[]> {
    return this.idsOf(tx, conditionOf(scope, parseFilter(filter)), range, limit);
  }

  /** Returns the first of these jobs that have fewer than `most` schedules together, or the very first alone. */
  async firstWithin(tx: Tx, jobIds: readonly number[], most: number): Promise<readonly number[]> {
    if (jobIds.length === 0) return jobIds;
    const counts = await this.schedules.countsOfJobs(tx, jobIds);
    const sizes = jobIds.map((id) => (counts.get(id)?.active ?? 0) + (counts.get(id)?.inactive ?? 0));
    return jobIds.slice(0, Math.max(1, countWithin(sizes, most - 1)));
  }

  /** Returns how many of these jobs, or of their schedules, are not yet as a verb wants them. */
  async countPending(
    tx: Tx,
    jobIds: readonly number[],
    target: BulkOrder['target'],
    verb: BulkVerb,
  ): Promise<number> {
    if (jobIds.length === 0) return 0;
    const [table, key] = target === 'jobs' ? ['job', 'id'] : ['schedule', 'job_id'];
    const unless = { activate: 'AND active = 0', deactivate: 'AND active = 1', delete: '' }[verb];
    const [row] = await tx.query<{ pending: number }>(
      `SELECT COUNT(*) AS pending FROM ${table} WHERE ${key} IN (${marks(jobIds)}) ${unless}`,
      jobIds,
    );
    return Number(row?.pending ?? 0);
  }

  /** Returns a page of a scope's jobs, or of one tenant of it, after a job: up to `limit`, fewer where they are large. Throws InvalidInput where a tenant names one. */
  listWhole(
    scope: AccessScope,
    { tenantId, after }: { readonly tenantId: string | undefined; readonly after: number },
    limit: number,
  ): Promise<ExportedPage> {
    refuseTenantId(scope, tenantId);
    return this.database.read(async (tx) => {
      const found = await this.idsOf(tx, conditionOf(scope, undefined, tenantId), { after }, limit + 1);
      const { rows: few } = await readWithinBytes(tx, 'job', found.slice(0, limit));
      const whole = await this.parts.countJobsWithin(
        tx,
        few.map((job) => job.id),
      );
      const rows = few.slice(0, Math.max(1, whole));
      const jobs = whole === 0 ? await this.inParts(tx, rows) : await this.wholeOf(tx, rows);
      return { jobs, hasMore: rows.length < found.length };
    }, scope);
  }

  private async idsOf(tx: Tx, where: Condition, { after, upTo }: Range, limit: number): Promise<number[]> {
    const conditions = [where, { sql: 'j.id > ?', parameters: [after] }];
    if (upTo !== undefined) conditions.push({ sql: 'j.id <= ?', parameters: [upTo] });
    const { sql, parameters } = allOf(conditions);
    const rows = await tx.query<{ id: number }>(`SELECT j.id FROM job j WHERE ${sql} ORDER BY j.id LIMIT ?`, [
      ...parameters,
      limit,
    ]);
    return rows.map((row) => Number(row.id));
  }

  private async wholeOf(tx: Tx, rows: readonly JobRow[]): Promise<ExportedJob[]> {
    const order = { id: 'ASC' } as const;
    const ids = rows.map((job) => job.id);
    const schedules = await tx.manager.find(ScheduleRow, { where: { jobId: In(ids) }, order });
    const byJob = new Map<number, ScheduleRow[]>(ids.map((id) => [id, []]));
    for (const schedule of schedules) byJob.get(schedule.jobId)?.push(schedule);
    const jobs = await this.withTasks(tx, await withTenants(tx, rows));
    const underWay = await this.underWay(tx, schedules);
    return jobs.map((job) => ({ ...job, schedules: byJob.get(job.row.id) ?? [], underWay }));
  }

  private async inParts(tx: Tx, rows: readonly JobRow[]): Promise<ExportedJob[]> {
    const [job] = await this.withTasks(tx, await withTenants(tx, rows));
    if (!job) return [];
    const { first, rest } = await this.parts.ofJob(tx, job.row);
    const schedules = first.map(({ row }) => row);
    const underWay = await this.underWay(tx, schedules);
    return [{ ...job, schedules, underWay, otherSchedules: rest && this.exported(rest) }];
  }

  private async *exported(parts: Parts<ScheduleView>): AsyncGenerator<ExportedSchedule[]> {
    for await (const part of parts) {
      const rows = part.map(({ row }) => row);
      const underWay = await this.database.read((tx) => this.underWay(tx, rows));
      yield rows.map((row) => ({ row, isUnderWay: underWay.has(row.id) }));
    }
  }

  private async withTasks(tx: Tx, jobs: readonly { row: JobRow; tenant: JobTenant }[]) {
    const tasks = await this.tasks.ofJobs(
      tx,
      jobs.map(({ row }) => row),
    );
    return jobs.map((job) => ({ ...job, task: taskIn(tasks, job.row) }));
  }

  private underWay(tx: Tx, schedules: readonly ScheduleRow[]): Promise<Set<string>> {
    const once = schedules.filter((schedule) => schedule.kind === 'once').map((schedule) => schedule.id);
    return this.oneTimeRuns.listUnderWay(tx, once);
  }
}

async function withTenants(tx: Tx, rows: readonly JobRow[]): Promise<{ row: JobRow; tenant: JobTenant }[]> {
  if (rows.length === 0) return [];
  const tenancies = [...new Set(rows.map((row) => row.tenancyId))];
  const tenants = await tx.query<{ id: number; tenant_id: Buffer; subdomain: string }>(
    `SELECT t.id, t.tenant_id, n.subdomain FROM tenancy t JOIN tenant n ON n.id = t.tenant_id
     WHERE t.id IN (${marks(tenancies)})`,
    tenancies,
  );
  const byTenancy = new Map(
    tenants.map((t) => [t.id, { tenantId: uuidFromBytes(t.tenant_id), subdomain: t.subdomain }]),
  );
  return rows.flatMap((row) => {
    const tenant = byTenancy.get(row.tenancyId);
    return tenant ? [{ row, tenant }] : [];
  });
}

import { Injectable } from '@nestjs/common';
import { refuseTenantId, type AccessScope } from '../core/access-scope.js';
import { InvalidInput, NotFound, shown } from '../core/errors.js';
import { uuidFromBytes } from '../database/columns.js';
import { Database } from '../database/database.js';
import { marks } from '../database/lists.js';
import { readWithinBytes } from '../database/text-bytes.js';
import type { Tx } from '../database/tx.js';
import type { ActionKind, JobRow } from '../database/entities/job.row.js';
import { getJob, noJob } from '../database/scoped.js';
import type { Page, Part } from '../http/page.js';
import { ScheduleParts } from '../schedule/schedule-parts.store.js';
import { ScheduleStore } from '../schedule/schedule.store.js';
import { JobCountStore, type JobCount } from './job-count.store.js';
import {
  allOf,
  conditionOf,
  isOfTenancies,
  ofKind,
  type Condition,
  type JobPageQuery,
  type JobQuery,
  type OneJobQuery,
} from './search/job.query.js';
import {
  allJobs,
  jobsOfTenancies,
  orderBy,
  pageOfJobs,
  restriction,
  type ListedJobs,
} from './search/job-list.query.js';
import { pageOfScan } from './search/scan.query.js';
import type { JobEntry, JobTenant, JobView } from './job.view.js';
import { taskIn, TaskReader } from './task/task.reader.js';

/** What a GET of jobs found. */
export type FoundJobs =
  | { readonly kind: 'one'; readonly view: JobView }
  | { readonly kind: 'page'; readonly part: Part<JobEntry>; readonly page: Page };

/** What callers read about their jobs. */
@Injectable()
export class JobReader {
  constructor(
    private readonly database: Database,
    private readonly schedules: ScheduleStore,
    private readonly parts: ScheduleParts,
    private readonly counts: JobCountStore,
    private readonly tasks: TaskReader,
  ) {}

  /** Returns one job by id. Throws NotFound. */
  get(scope: AccessScope, jobId: number, isWithSchedules: boolean): Promise<JobView> {
    return this.database.read((tx) => this.view(tx, scope, jobId, isWithSchedules), scope);
  }

  /** Returns one job by id and/or name, or a page of jobs. Throws NotFound, and InvalidInput for what only a provider may ask. */
  find(scope: AccessScope, query: JobQuery): Promise<FoundJobs> {
    refuseTenantId(scope, query.tenantId);
    return this.database.read(async (tx): Promise<FoundJobs> => {
      if (query.kind === 'page')
        return { kind: 'page', part: await this.page(tx, scope, query), page: query.page };
      const jobId = await this.one(tx, scope, query);
      return { kind: 'one', view: await this.view(tx, scope, jobId, query.isWithSchedules) };
    }, scope);
  }

  /** Returns how many jobs of the scope are active, and how many are not. */
  count(scope: AccessScope): Promise<JobCount> {
    return this.database.read((tx) => this.counts.sum(tx, scope), scope);
  }

  private async one(tx: Tx, scope: AccessScope, query: OneJobQuery): Promise<number> {
    const conditions: Condition[] = [conditionOf(scope, undefined, query.tenantId)];
    if (query.jobId !== undefined) conditions.push({ sql: 'j.id = ?', parameters: [query.jobId] });
    if (query.name !== undefined) conditions.push({ sql: 'j.name = ?', parameters: [query.name] });
    const { sql, parameters } = allOf(conditions);
    // The index serves name and tenancy; more than two need not be known.
    const found = await tx.query<{ id: number; tenancy_id: number; name: string }>(
      `SELECT j.id, j.tenancy_id, j.name FROM job j WHERE ${sql}
       ORDER BY CASE WHEN j.tenancy_id = ? THEN 0 ELSE 1 END LIMIT 2`,
      [...parameters, scope.tenancyId],
    );
    // MySQL takes 'a' and 'a ' for the same name.
    const [first, second] = found.filter((job) => query.name === undefined || job.name === query.name);
    if (!first) throw new NotFound(`There is no job with ${described(query)}.`);
    if (second && first.tenancy_id !== scope.tenancyId) {
      throw new InvalidInput(
        `Several tenants have a job with the name ${shown(query.name)}: say which one with 'tenantId'`,
        'tenantId',
      );
    }
    return Number(first.id);
  }

  private async page(tx: Tx, scope: AccessScope, query: JobPageQuery): Promise<Part<JobEntry>> {
    // Only providers have tasks.
    if (query.actionKind === 'cf_task' && scope.kind === 'tenant') return { total: 0, results: [] };
    const kind = await this.kindApart(tx, scope, query);
    if (kind !== null || !isOfTenancies(query.filter)) {
      const own = conditionOf(scope, query.filter, query.tenantId);
      const where = kind === null ? own : allOf([own, ofKind(scope, kind)]);
      const table = { key: 'j.id', from: 'job j', order: orderBy(query.sort) };
      const { total, keys } = await pageOfScan<number>(tx, { ...table, where, again: table }, query.page);
      return { total, ...(await this.entries(tx, scope, keys.map(Number))) };
    }
    const jobs = await this.listed(tx, scope, query);
    const ids = await pageOfJobs(tx, jobs, query);
    return { total: jobs.total, ...(await this.entries(tx, scope, ids)) };
  }

  /** Returns the kind that is to be told apart; null where any will do, or where all jobs are of the one that is asked for. */
  private async kindApart(
    tx: Tx,
    scope: AccessScope,
    { actionKind }: JobPageQuery,
  ): Promise<ActionKind | null> {
    if (actionKind !== 'http') return actionKind ?? null;
    return scope.kind === 'instance' && (await this.tasks.isAny(tx, scope)) ? actionKind : null;
  }

  private async listed(tx: Tx, scope: AccessScope, query: JobPageQuery): Promise<ListedJobs> {
    const restricted = restriction(scope, query);
    return restricted === null
      ? allJobs(scope, await this.counts.sum(tx, scope))
      : jobsOfTenancies(scope, await this.counts.byTenancy(tx, scope, restricted));
  }

  private async entries(
    tx: Tx,
    scope: AccessScope,
    found: readonly number[],
  ): Promise<Omit<Part<JobEntry>, 'total'>> {
    const { rows, isCut } = await readWithinBytes(tx, 'job', found);
    if (rows.length === 0) return { results: [] };
    const tenants = await tenantsOf(tx, scope, rows);
    const tasks = await this.tasks.ofJobs(tx, rows);
    const counts = await this.schedules.countsOfJobs(
      tx,
      rows.map((row) => row.id),
    );
    const results = rows.flatMap((row) => {
      const tenant = tenants.get(row.tenancyId);
      const { active: activeCount, inactive: inactiveCount } = counts.get(row.id) ?? {
        active: 0,
        inactive: 0,
      };
      return tenant ? [{ row, tenant, task: taskIn(tasks, row), activeCount, inactiveCount }] : [];
    });
    return { results, isCut };
  }

  private async view(tx: Tx, scope: AccessScope, jobId: number, isWithSchedules: boolean): Promise<JobView> {
    const found = isWithSchedules ? await this.parts.ofJobById(tx, scope, jobId) : null;
    const row = found?.job ?? (await getJob(tx, scope, jobId));
    const tenants = await tenantsOf(tx, scope, [row]);
    const tenant = tenants.get(row.tenancyId);
    if (!tenant) throw noJob(jobId);
    const task = taskIn(await this.tasks.ofJobs(tx, [row]), row);
    if (!found) return { row, tenant, task, schedules: null };
    return { row, tenant, task, schedules: found.first, otherSchedules: found.rest };
  }
}

function described({ jobId, name }: OneJobQuery): string {
  const id = jobId === undefined ? [] : [`the id ${jobId}`];
  const named = name === undefined ? [] : [`the name ${shown(name)}`];
  return [...id, ...named].join(' and ');
}

/** Returns whose jobs these are, by tenancy. The caller's own tenancy costs no query. */
async function tenantsOf(
  tx: Tx,
  scope: AccessScope,
  rows: readonly JobRow[],
): Promise<Map<number, JobTenant>> {
  const tenants = new Map<number, JobTenant>([[scope.tenancyId, scope]]);
  const others = [...new Set(rows.map((row) => row.tenancyId))].filter((id) => !tenants.has(id));
  if (others.length === 0) return tenants;
  const found = await tx.query<{ id: number; tenant_id: Buffer; subdomain: string }>(
    `SELECT t.id, t.tenant_id, n.subdomain FROM tenancy t JOIN tenant n ON n.id = t.tenant_id
     WHERE t.id IN (${marks(others)})`,
    others,
  );
  for (const row of found) {
    tenants.set(Number(row.id), { tenantId: uuidFromBytes(row.tenant_id), subdomain: row.subdomain });
  }
  return tenants;
}

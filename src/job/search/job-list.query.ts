import type { AccessScope } from '../../core/access-scope.js';
import { marks } from '../../database/lists.js';
import { scopeSql } from '../../database/scoped.js';
import type { Tx } from '../../database/tx.js';
import { readingOf, type Page } from '../../http/page.js';
import type { JobCount, JobCounts } from '../job-count.store.js';
import { conditionOf, type Condition, type JobPageQuery } from './job.query.js';

/** Whose jobs a list has: all of the caller's scope, or those of some tenancies, by the number of their jobs. */
export type ListedJobs =
  | { readonly kind: 'scope'; readonly scope: AccessScope; readonly total: number }
  | {
      readonly kind: 'tenancies';
      readonly scope: AccessScope;
      readonly total: number;
      readonly ids: number[];
    };

type Sort = JobPageQuery['sort'];

/** Keys that lists are sorted by; each has an index over a tenancy's jobs and one over an instance's. */
const SORTS = {
  id: { column: 'j.id', tenancy: 'job_tenancy', instance: 'job_instance' },
  name: { column: 'j.name', tenancy: 'job_name', instance: 'job_instance_name' },
  createdAt: { column: 'j.created_at', tenancy: 'job_tenancy_created', instance: 'job_instance_created' },
  active: { column: 'j.active', tenancy: 'job_tenancy_active', instance: 'job_instance_active' },
} as const;
const OPPOSITE = { ASC: 'DESC', DESC: 'ASC' } as const;

/**
 * Up to so many jobs of some tenancies are put in order when they are asked for. Where they are more, they lie so dense
 * among the jobs of their instance that a walk through its order finds a page soon.
 */
const FEW = 10_000;

/** Returns what follows ORDER BY, by a key of lists and within it by id. */
export function orderBy({ by, order }: Sort): string {
  return by === 'id' ? `j.id ${order}` : `${SORTS[by].column} ${order}, j.id ${order}`;
}

/** Returns a list of all jobs of a scope. */
export function allJobs(scope: AccessScope, count: JobCount): ListedJobs {
  return { kind: 'scope', scope, total: count.active + count.inactive };
}

/** Returns a list of the jobs of some tenancies of a scope. */
export function jobsOfTenancies(scope: AccessScope, counts: JobCounts): ListedJobs {
  const total = [...counts.values()].reduce((sum, { active, inactive }) => sum + active + inactive, 0);
  return { kind: 'tenancies', scope, total, ids: [...counts.keys()] };
}

/**
 * Returns the ids of one page of jobs in their order. The index of each is named: an optimizer that guesses sorts half a
 * million jobs. A page costs what lies between it and the nearer end of the list.
 */
export function pageOfJobs(tx: Tx, jobs: ListedJobs, { sort, page }: JobPageQuery): Promise<number[]> {
  return jobs.total === 0
    ? Promise.resolve([])
    : pageOf(tx, { ...planOf(jobs, sort), sort, total: jobs.total }, page);
}

/** Returns the ids of one page of the jobs of a scope that are switched on, or off, in the order of their ids. */
export function pageOfSwitched(
  tx: Tx,
  scope: AccessScope,
  { active, total }: { readonly active: boolean; readonly total: number },
  page: Page,
): Promise<number[]> {
  const sort: Sort = { by: 'active', order: 'ASC' };
  const { where, ...plan } = planOf({ kind: 'scope', scope, total }, sort);
  const switched = {
    sql: `${where.sql} AND j.active = ?`,
    parameters: [...where.parameters, Number(active)],
  };
  return pageOf(tx, { ...plan, where: switched, sort, total }, page);
}

interface Plan {
  readonly where: Condition;
  readonly index: string;
  readonly order: (sort: Sort) => string;
}

async function pageOf(
  tx: Tx,
  { where, index, order, sort, total }: Plan & { readonly sort: Sort; readonly total: number },
  page: Page,
): Promise<number[]> {
  const { isFromEnd, offset, limit } = readingOf(page, total);
  if (limit === 0) return [];
  const columns = order(isFromEnd ? { ...sort, order: OPPOSITE[sort.order] } : sort);
  const rows = await tx.query<{ id: number }>(
    `SELECT j.id FROM job j ${tx.dialect.useIndex(index)} WHERE ${where.sql} ORDER BY ${columns} LIMIT ? OFFSET ?`,
    [...where.parameters, limit, offset],
  );
  const ids = rows.map((row) => Number(row.id));
  return isFromEnd ? ids.reverse() : ids;
}

function planOf(jobs: ListedJobs, { by }: Sort): Plan {
  const { scope } = jobs;
  const inInstance = { index: SORTS[by].instance, order: orderBy };
  // Within a tenancy names are unique, and no id follows one in its index.
  const inTenancy = { index: SORTS[by].tenancy, order: by === 'name' ? orderByName : orderBy };
  if (jobs.kind === 'scope') {
    return { where: scopeSql(scope, 'j'), ...(scope.kind === 'instance' ? inInstance : inTenancy) };
  }
  const { ids, total } = jobs;
  const where = { sql: `j.tenancy_id IN (${marks(ids)})`, parameters: ids };
  if (ids.length === 1) return { where, ...inTenancy };
  if (total <= FEW) return { where, index: SORTS.id.tenancy, order: orderBy };
  const own = { sql: `j.instance_id = ? AND ${where.sql}`, parameters: [scope.instanceId, ...ids] };
  return { where: own, ...inInstance };
}

function orderByName({ order }: Sort): string {
  return `${SORTS.name.column} ${order}`;
}

/** Returns the condition over the counters of jobs (alias `j`) that finds the tenancies of a list; null for all of the scope. */
export function restriction(scope: AccessScope, { filter, tenantId }: JobPageQuery): Condition | null {
  if (filter === undefined && tenantId === undefined) return null;
  return conditionOf(scope, filter, tenantId);
}

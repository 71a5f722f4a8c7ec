import type { AccessScope } from '../../core/access-scope.js';
import { isUuid, uuidToHex } from '../../core/uuid.js';
import type { ActionKind } from '../../database/entities/job.row.js';
import { scopeSql } from '../../database/scoped.js';
import type { Page } from '../../http/page.js';
import type { FilterField, FilterTerm, JobFilter } from './job.filter.js';

/** What a GET of jobs asks for. */
export type JobQuery = OneJobQuery | JobPageQuery;

export interface OneJobQuery {
  readonly kind: 'one';
  readonly jobId: number | undefined;
  readonly name: string | undefined;
  readonly tenantId: string | undefined;
  readonly isWithSchedules: boolean;
}

export interface JobPageQuery {
  readonly kind: 'page';
  readonly page: Page;
  readonly sort: { readonly by: 'id' | 'name' | 'createdAt' | 'active'; readonly order: 'ASC' | 'DESC' };
  /** Undefined for jobs of any kind. */
  readonly actionKind: ActionKind | undefined;
  readonly filter: JobFilter | undefined;
  readonly tenantId: string | undefined;
}

/** A condition over job `j`, with the values of its marks. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

const UUID_TEXT = (bytes: string): string => {
  const parts = [
    [1, 8],
    [9, 4],
    [13, 4],
    [17, 4],
    [21, 12],
  ].map(([from, length]) => `SUBSTR(HEX(${bytes}), ${from}, ${length})`);
  return `LOWER(CONCAT(${parts.join(", '-', ")}))`;
};

const TEXT_OF: Record<FilterField, string> = {
  name: 'j.name',
  subDomain: 'n.subdomain',
  tenantId: UUID_TEXT('t.tenant_id'),
};

/** Returns the condition that finds the jobs of a scope that a filter or a tenant restricts it to. */
export function conditionOf(scope: AccessScope, filter?: JobFilter, tenantId?: string): Condition {
  const own = scopeSql(scope, 'j');
  if (filter) {
    const restricted = anyOf(filter.map((terms) => allOf(terms.map((term) => termCondition(scope, term)))));
    return allOf([own, restricted]);
  }
  return tenantId === undefined ? own : allOf([own, ofTenants(scope, tenantCondition(tenantId))]);
}

/** Returns whether a filter speaks of tenants only, so that the jobs it finds need not be looked at to be counted. */
export function isOfTenancies(filter: JobFilter | undefined): boolean {
  return (filter ?? []).every((terms) => terms.every((term) => term.field !== 'name'));
}

/** Returns the condition that finds the jobs of one kind: by the table of tasks, which are few beside the other jobs. */
export function ofKind({ instanceId }: AccessScope, kind: ActionKind): Condition {
  const isIn = kind === 'cf_task' ? 'IN' : 'NOT IN';
  return {
    sql: `j.id ${isIn} (SELECT k.job_id FROM task k WHERE k.instance_id = ?)`,
    parameters: [instanceId],
  };
}

function termCondition(scope: AccessScope, { field, kind, text }: FilterTerm): Condition {
  const term =
    kind === 'contains' ? { sql: `INSTR(${TEXT_OF[field]}, ?) > 0`, parameters: [text] } : equal(field, text);
  return field === 'name' ? term : ofTenants(scope, term);
}

/** Exact on every database: MySQL takes 'a' and 'a ' for equal, and no stored text ends with a blank. */
function equal(field: FilterField, text: string): Condition {
  if (text.trimEnd() !== text) return { sql: '0 = 1', parameters: [] };
  return field === 'tenantId' ? tenantCondition(text) : { sql: `${TEXT_OF[field]} = ?`, parameters: [text] };
}

function tenantCondition(tenantId: string): Condition {
  if (!isUuid(tenantId)) return { sql: '0 = 1', parameters: [] };
  return { sql: 't.tenant_id = ?', parameters: [Buffer.from(uuidToHex(tenantId), 'hex')] };
}

function ofTenants(scope: AccessScope, { sql, parameters }: Condition): Condition {
  return {
    sql: `j.tenancy_id IN (SELECT t.id FROM tenancy t JOIN tenant n ON n.id = t.tenant_id
            WHERE t.instance_id = ? AND ${sql})`,
    parameters: [scope.instanceId, ...parameters],
  };
}

/** Returns the condition that all of the conditions hold. */
export function allOf(conditions: readonly Condition[]): Condition {
  return joined(conditions, ' AND ');
}

function anyOf(conditions: readonly Condition[]): Condition {
  return joined(conditions, ' OR ');
}

function joined(conditions: readonly Condition[], by: string): Condition {
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(by)})`,
    parameters: conditions.flatMap(({ parameters }) => parameters),
  };
}

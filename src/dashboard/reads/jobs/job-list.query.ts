import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import { marks } from '../../../database/lists.js';
import { scopeSql, type RowScope } from '../../../database/scoped.js';
import type { Tx } from '../../../database/tx.js';
import { searchBytes, SEARCHED } from '../../../schedule/search-text.store.js';
import { failingOf } from '../failing/failing.query.js';
import { JobHeadsQuery } from './job-heads.query.js';

export const JOB_PAGE = 50;
/** So many jobs are counted where no counter has their number. */
const MOST_COUNTED = 10_000;

export const JOB_STATES = ['failing', 'inactive'] as const;
export const JOB_SORTS = ['name', 'next', 'result', 'newest'] as const;

/** Which jobs, in which order, and which page of them from 1. */
export interface JobListQuestion {
  /** Part of the name, whatever its case; empty for any name. */
  readonly q: string;
  readonly state?: (typeof JOB_STATES)[number] | undefined;
  readonly sort: (typeof JOB_SORTS)[number];
  readonly page: number;
}

/** How many jobs a scope has. */
export interface JobTotals {
  readonly jobs: number;
  readonly inactive: number;
}

/** How many jobs a question finds, counted to MOST_COUNTED where it names a part of a name, and the ids of a page of them. */
export interface FoundIds {
  readonly total: { readonly jobs: number; readonly isMore: boolean };
  readonly ids: readonly number[];
}

/** Which jobs are meant: by the index that is best to go through them, and the condition on each. */
interface Found {
  readonly index: string;
  readonly where: string;
  readonly parameters: readonly unknown[];
}

const BY_NAME = 'j.name, j.id';
const ORDERS = { name: BY_NAME, next: BY_NAME, result: BY_NAME, newest: 'j.id DESC' } as const;
/** The index of a scope that has the order, or finds what is inactive. */
const INDEXES = {
  instance: { byName: 'job_instance_name', newest: 'job_instance', inactive: 'job_instance_active' },
  tenant: { byName: 'job_name', newest: 'job_tenancy', inactive: 'job_tenancy_active' },
} as const;

/** Finds pages of jobs for the list of the dashboard. */
@Injectable()
export class JobListQuery {
  constructor(private readonly heads: JobHeadsQuery) {}

  /** Returns how many jobs a scope has, by their counter. */
  async totals(tx: Tx, scope: RowScope): Promise<JobTotals> {
    const { sql, parameters } = scopeSql(scope, 'c');
    const [row] = await tx.query<{ active: number | null; inactive: number | null }>(
      `SELECT SUM(c.active) AS active, SUM(c.inactive) AS inactive FROM job_count c WHERE c.instance_id = ? AND ${sql}`,
      [scope.instanceId, ...parameters],
    );
    const inactive = Number(row?.inactive ?? 0);
    return { jobs: Number(row?.active ?? 0) + inactive, inactive };
  }

  /** Returns a page of the jobs that a question finds, and their number. */
  async find(
    tx: Tx,
    scope: RowScope,
    question: JobListQuestion,
    { totals, now }: { readonly totals: JobTotals; readonly now: Instant },
  ): Promise<FoundIds> {
    const { q, state, sort, page } = question;
    const named = isAscii(q) || state === 'failing' ? null : await this.named(tx, scope, question);
    const found =
      state === 'failing' ? failingJobs(tx, scope, q, now) : ownJobs(tx, scope, question, { totals, named });
    let total = { jobs: state === 'inactive' ? totals.inactive : totals.jobs, isMore: false };
    if (named) total = countedOf(named.length);
    else if (q !== '' || state === 'failing') total = await this.count(tx, found);
    const from = (page - 1) * JOB_PAGE;
    // Beyond the end there is nothing to go through all jobs for.
    if (from >= total.jobs && !total.isMore) return { total, ids: [] };
    const head = await this.headOf(tx, scope, found, { sort, now });
    const first = head.slice(from, from + JOB_PAGE);
    const others = head.length === 0 ? '' : ` AND j.id NOT IN (${marks(head)})`;
    const rows =
      first.length === JOB_PAGE
        ? []
        : await tx.query<{ id: number }>(
            `SELECT j.id FROM job j ${found.index} WHERE ${found.where}${others} ORDER BY ${ORDERS[sort]} LIMIT ? OFFSET ?`,
            [...found.parameters, ...head, JOB_PAGE - first.length, Math.max(0, from - head.length)],
          );
    return { total, ids: [...first, ...rows.map(({ id }) => Number(id))] };
  }

  /** Returns those of the found jobs that stand before all others, in their order. */
  private async headOf(
    tx: Tx,
    scope: RowScope,
    { where, parameters }: Found,
    { sort, now }: { readonly sort: JobListQuestion['sort']; readonly now: Instant },
  ): Promise<number[]> {
    if (sort === 'name' || sort === 'newest') return [];
    const head = await this.heads[sort](tx, scope, now);
    if (head.length === 0) return [];
    const rows = await tx.query<{ id: number }>(
      `SELECT j.id FROM job j WHERE ${where} AND j.id IN (${marks(head)})`,
      [...parameters, ...head],
    );
    const meant = new Set(rows.map(({ id }) => Number(id)));
    return head.filter((id) => meant.has(id));
  }

  /** Returns the ids of jobs whose names hold a text, up to one more than MOST_COUNTED: one scan of the search texts of the scope. */
  private async named(tx: Tx, scope: RowScope, { q, state }: JobListQuestion): Promise<number[]> {
    const { sql, parameters } = scopeSql(scope, 'x');
    const only =
      state === 'inactive' ? ` ${tx.dialect.orderedJoin} job j ON j.id = x.job_id AND j.active = 0` : '';
    const rows = await tx.query<{ id: number }>(
      `SELECT x.job_id AS id FROM search_text x${only}
       WHERE x.kind = ${SEARCHED.job} AND x.instance_id = ? AND ${sql} AND ${PLACE_IN_NAME} > 0 LIMIT ?`,
      [scope.instanceId, ...parameters, searchBytes(q), MOST_COUNTED + 1],
    );
    return rows.map(({ id }) => Number(id));
  }

  private async count(tx: Tx, { index, where, parameters }: Found) {
    const [row] = await tx.query<{ jobs: number }>(
      `SELECT COUNT(*) AS jobs FROM (SELECT j.id FROM job j ${index} WHERE ${where} LIMIT ?) c`,
      [...parameters, MOST_COUNTED + 1],
    );
    return countedOf(Number(row?.jobs ?? 0));
  }
}

const countedOf = (jobs: number) => ({ jobs: Math.min(jobs, MOST_COUNTED), isMore: jobs > MOST_COUNTED });

function ownJobs(
  tx: Tx,
  scope: RowScope,
  { q, state, sort }: JobListQuestion,
  { totals, named }: { readonly totals: JobTotals; readonly named: readonly number[] | null },
): Found {
  // Few that were found by name are put in order.
  if (named && named.length <= MOST_COUNTED)
    return { index: '', where: `j.id IN (${marks(named)})`, parameters: named };
  const { sql, parameters } = scopeSql(scope, 'j');
  const indexes = INDEXES[scope.kind];
  // Few that are inactive are found and put in order; many lie dense in the order itself, and so do many of a name.
  const inOrder = sort === 'newest' ? indexes.newest : indexes.byName;
  const index = state === 'inactive' && totals.inactive <= MOST_COUNTED ? indexes.inactive : inOrder;
  const name = namedLike(q);
  const only = state === 'inactive' ? ' AND j.active = 0' : '';
  return {
    ...{ index: tx.dialect.useIndex(index), where: `${sql}${only}${name.sql}` },
    parameters: [...parameters, ...name.parameters],
  };
}

/** A job with several failing schedules is found once. */
function failingJobs(tx: Tx, scope: RowScope, q: string, now: Instant): Found {
  const failing = failingOf(tx, scope, now);
  const name = namedLike(q);
  return {
    index: '',
    where: `j.id IN (SELECT x.job_id FROM (SELECT DISTINCT f.job_id ${failing.from} LIMIT ${MOST_COUNTED}) x)${name.sql}`,
    parameters: [...failing.parameters, ...name.parameters],
  };
}

/** Where in the name of a job a text stands: its search text begins with the name, in lower case, and a line break. */
const PLACE_IN_NAME = "INSTR(SUBSTR(x.body, 1, INSTR(x.body, X'0A') - 1), ?)";

/**
 * The condition that the name of a job holds a text in any case. What lower case is beyond ASCII, databases do not agree on:
 * there the search text is looked at, where the names of an index, which are read faster, do not tell.
 */
function namedLike(q: string): { sql: string; parameters: readonly unknown[] } {
  if (q === '') return { sql: '', parameters: [] };
  if (isAscii(q)) return { sql: ' AND INSTR(LOWER(j.name), ?) > 0', parameters: [q.toLowerCase()] };
  return {
    sql: ` AND (SELECT ${PLACE_IN_NAME} FROM search_text x WHERE x.kind = ${SEARCHED.job} AND x.instance_id = j.instance_id
      AND x.tenancy_id = j.tenancy_id AND x.job_id = j.id LIMIT 1) > 0`,
    parameters: [searchBytes(q)],
  };
}

const isAscii = (text: string) => /^[ -~]*$/.test(text);

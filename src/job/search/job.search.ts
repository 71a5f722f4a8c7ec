import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { AccessScope } from '../../core/access-scope.js';
import { Database } from '../../database/database.js';
import { readWithinBytes } from '../../database/text-bytes.js';
import type { Tx } from '../../database/tx.js';
import { WORK_KINDS } from '../../database/entities/job-work.row.js';
import { JobRow } from '../../database/entities/job.row.js';
import { scopeSql } from '../../database/scoped.js';
import type { Part } from '../../http/page.js';
import type { Parts } from '../../http/pieces.js';
import { ScheduleParts } from '../../schedule/schedule-parts.store.js';
import { ScheduleStore } from '../../schedule/schedule.store.js';
import type { ScheduleView } from '../../schedule/schedule.view.js';
import { searchBytes, SEARCHED } from '../../schedule/search-text.store.js';
import { allOf, type Condition } from './job.query.js';
import { JobCountStore } from '../job-count.store.js';
import { pageOfSwitched } from './job-list.query.js';
import { pageOfScan, type Scan } from './scan.query.js';
import type { SearchQuery, SearchTerms } from './search.query.js';

/** A job that a search found, with its schedules where they are asked for. */
export interface FoundJob {
  readonly row: JobRow;
  readonly schedules: readonly ScheduleView[] | null;
  /** The schedules after those, where the job has too many to be read at once. Then it is the only job of its page. */
  readonly otherSchedules?: Parts<ScheduleView> | null;
}

/** A schedule that a search found, and its job. */
export interface FoundSchedule {
  readonly view: ScheduleView;
  readonly job: JobRow;
}

const TIME_COLUMNS = { startTime: 'start_at', endTime: 'end_at' } as const;

/** Searches the jobs and the schedules of a scope (rest-api.md, "Search"). */
@Injectable()
export class JobSearch {
  constructor(
    private readonly database: Database,
    private readonly schedules: ScheduleStore,
    private readonly parts: ScheduleParts,
    private readonly counts: JobCountStore,
  ) {}

  /** Returns the jobs that hold all words in name or description and meet the qualifiers. */
  jobs(scope: AccessScope, query: SearchQuery): Promise<Part<FoundJob>> {
    return this.database.read(async (tx) => {
      const { total, keys } = await this.jobIds(tx, scope, query);
      const { rows: few, isCut } = await readWithinBytes(tx, 'job', keys.map(Number));
      const ids = few.map((row) => row.id);
      const whole = query.isWithSchedules ? await this.parts.countJobsWithin(tx, ids) : few.length;
      const rows = few.slice(0, Math.max(1, whole));
      const results = query.isWithSchedules
        ? await this.withSchedules(tx, rows, whole === 0)
        : rows.map((row) => ({ row, schedules: null }));
      return { total, results, isCut: isCut || rows.length < few.length };
    }, scope);
  }

  private async withSchedules(tx: Tx, rows: readonly JobRow[], isInParts: boolean): Promise<FoundJob[]> {
    const [only] = rows;
    if (isInParts && only) {
      const { first, rest } = await this.parts.ofJob(tx, only);
      return [{ row: only, schedules: first, otherSchedules: rest }];
    }
    const views = await this.schedules.viewsOfJobs(tx, rows);
    return rows.map((row) => ({ row, schedules: views.get(row.id) ?? [] }));
  }

  /** Returns the schedules whose own description or whose job's name holds each word. */
  schedulesOf(scope: AccessScope, query: SearchQuery): Promise<Part<FoundSchedule>> {
    return this.database.read(async (tx) => {
      const { total, keys } = await pageOfScan<Buffer>(tx, scheduleScan(scope, query.terms), query.page);
      const { rows, isCut } = await readWithinBytes(tx, 'schedule', keys);
      const jobs = await tx.manager.findBy(JobRow, { id: In([...new Set(rows.map((row) => row.jobId))]) });
      const jobOf = new Map(jobs.map((job) => [job.id, job]));
      const planned = rows.filter((row) => row.active && jobOf.get(row.jobId)?.active);
      const nextAt = await this.schedules.nextRuns(
        tx,
        planned.map((row) => row.id),
      );
      const results = rows.flatMap((row) => {
        const job = jobOf.get(row.jobId);
        return job ? [{ view: { row, nextAt: nextAt.get(row.id) ?? null }, job }] : [];
      });
      return { total, results, isCut };
    }, scope);
  }

  private async jobIds(tx: Tx, scope: AccessScope, { terms, page }: SearchQuery) {
    const { active } = terms;
    if (active === null || terms.words.length > 0 || terms.times.length > 0) {
      return pageOfScan<number>(tx, jobScan(scope, terms), page);
    }
    // Only asked for by state: the number is known.
    const count = await this.counts.sum(tx, scope);
    const total = active ? count.active : count.inactive;
    return { total, keys: await pageOfSwitched(tx, scope, { active, total }, page) };
  }
}

// Texts lie by tenant on disk, and results come in that order: the first page is there at once.
function jobScan(scope: AccessScope, terms: SearchTerms): Scan {
  const again = { key: 'j.id', from: 'job j', order: 'j.tenancy_id, j.id' };
  const qualified = qualifiers(terms, 'j');
  if (terms.words.length === 0) {
    return { ...again, where: allOf([scopeSql(scope, 'j'), ...qualified]), order: 'j.id', again };
  }
  const where = allOf([...texts(scope, SEARCHED.job, terms), ...qualified]);
  const joined = qualified.length === 0 ? '' : ' JOIN job j ON j.id = x.job_id';
  return { key: 'x.job_id', from: `search_text x${joined}`, where, order: 'x.tenancy_id, x.job_id', again };
}

function scheduleScan(scope: AccessScope, terms: SearchTerms): Scan {
  const again = { key: 's.id', from: 'schedule s', order: 's.tenancy_id, s.job_id, s.id' };
  const states = qualifiers(terms, 's');
  if (terms.words.length === 0) {
    return { ...again, where: allOf([scopeSql(scope, 's'), ...states, ofLiveJobs('s')]), again };
  }
  const where = allOf([...texts(scope, SEARCHED.schedule, terms), ...states, ofLiveJobs('x')]);
  const joined = states.length === 0 ? '' : ' JOIN schedule s ON s.id = x.schedule_id';
  const order = 'x.tenancy_id, x.job_id, x.schedule_id';
  return { key: 'x.schedule_id', from: `search_text x${joined}`, where, order, again };
}

function texts(scope: AccessScope, kind: number, { words }: SearchTerms): Condition[] {
  return [
    { sql: 'x.kind = ? AND x.instance_id = ?', parameters: [kind, scope.instanceId] },
    scopeSql(scope, 'x'),
    ...words.map((word) => ({ sql: 'INSTR(x.body, ?) > 0', parameters: [searchBytes(word)] })),
  ];
}

/** The schedules of a large job that is deleted go by and by, and nobody finds them meanwhile. */
function ofLiveJobs(alias: string): Condition {
  const erased = WORK_KINDS.indexOf('erase');
  return {
    sql: `${alias}.job_id NOT IN (SELECT job_id FROM job_work WHERE kind = ${erased})`,
    parameters: [],
  };
}

function qualifiers({ active, times }: SearchTerms, alias: string): Condition[] {
  const flags = active === null ? [] : [{ sql: `${alias}.active = ?`, parameters: [active ? 1 : 0] }];
  const compared = times.map(({ field, operator, at }) => ({
    sql: `${alias}.${TIME_COLUMNS[field]} ${operator} ?`,
    parameters: [at],
  }));
  return [...flags, ...compared];
}

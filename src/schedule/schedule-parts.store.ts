import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { uuidToBytes } from '../database/columns.js';
import { Database } from '../database/database.js';
import { columnsOf, rowOf } from '../database/entity-rows.js';
import { JobRow } from '../database/entities/job.row.js';
import { ScheduleRow } from '../database/entities/schedule.row.js';
import { marks } from '../database/lists.js';
import { noJob, scopeSql } from '../database/scoped.js';
import { countWithin, MOST_READ_BYTES, readWithinBytes, textBytes } from '../database/text-bytes.js';
import type { Tx } from '../database/tx.js';
import type { Parts } from '../http/pieces.js';
import { NEXT_AT, ScheduleStore, viewOf, type StoredView } from './schedule.store.js';
import type { ScheduleView } from './schedule.view.js';

/** So many schedules are read at once, and fewer where their texts are large. */
const PART = 500;

/** So many schedules are read together with their job. */
const FEW = 4;
/** Data is the only text of a schedule without a limit of its own: an import may bring megabytes. */
const IS_SMALL = `COALESCE(OCTET_LENGTH(s.data), 0) <= ${Math.floor(MOST_READ_BYTES / (FEW + 1))}`;

interface FoundSchedule extends StoredView {
  readonly s_id: Buffer | null;
  readonly is_small: number;
}

/** The schedules of a job in parts: those of the first are there, the rest (null where there is none) is read when it is needed. */
export interface SchedulesInParts {
  readonly first: readonly ScheduleView[];
  readonly rest: Parts<ScheduleView> | null;
}

/** Reads the schedules of jobs in parts that memory can hold, however many there are. */
@Injectable()
export class ScheduleParts {
  constructor(
    private readonly database: Database,
    private readonly store: ScheduleStore,
  ) {}

  /**
   * Returns a job of the scope, with its schedules as `ofJob` does: in one statement where they are few and their data is
   * small, as of most jobs. Throws NotFound.
   */
  async ofJobById(
    tx: Tx,
    scope: AccessScope,
    jobId: number,
  ): Promise<SchedulesInParts & { readonly job: JobRow }> {
    const { sql, parameters } = scopeSql(scope, 'j');
    const data = `CASE WHEN ${IS_SMALL} THEN s.data END`;
    const found = await tx.query<FoundSchedule>(
      `SELECT ${columnsOf(tx, JobRow, 'j')}, ${columnsOf(tx, ScheduleRow, 's', { data })}, ${IS_SMALL} AS is_small, ${NEXT_AT}
       FROM job j LEFT JOIN schedule s ${tx.dialect.useIndex('schedule_of_job')} ON s.job_id = j.id
       WHERE j.id = ? AND ${sql} LIMIT ${FEW + 1}`,
      [jobId, ...parameters],
    );
    const [first] = found;
    if (!first) throw noJob(jobId);
    const job = rowOf(tx, JobRow, 'j', first);
    if (first.s_id === null) return { job, first: [], rest: null };
    const isWhole = found.length <= FEW && found.every((row) => Number(row.is_small) === 1);
    if (!isWhole) return { job, ...(await this.ofJob(tx, job)) };
    // Put in order here: a server that sorts rows with texts writes them to a temporary table on disk first.
    const views = found.map((row) => viewOf(tx, row)).sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
    return { job, first: views, rest: null };
  }

  /** Returns the schedules of a job in the order in which they were made. Schedules that are made meanwhile may be missing. */
  async ofJob(tx: Tx, job: JobRow): Promise<SchedulesInParts> {
    const { views, isLast } = await this.part(tx, job, null);
    return { first: views, rest: isLast ? null : this.after(job, views) };
  }

  /**
   * Returns of how many of these jobs, from the first, all schedules together are within one part; 0 where the first job
   * alone has more.
   */
  async countJobsWithin(tx: Tx, jobIds: readonly number[]): Promise<number> {
    if (jobIds.length === 0) return 0;
    const counts = await this.store.countsOfJobs(tx, jobIds);
    const sizes = jobIds.map((id) => (counts.get(id)?.active ?? 0) + (counts.get(id)?.inactive ?? 0));
    // Jobs have few schedules as a rule, so a page of many jobs may have more of them than a part of one job.
    const few = jobIds.slice(0, countWithin(sizes, 4 * PART));
    if (few.length === 0) return 0;
    const rows = await tx.query<{ job_id: number; bytes: number }>(
      `SELECT s.job_id, SUM(${textBytes('schedule', 's')}) AS bytes FROM schedule s
       WHERE s.job_id IN (${marks(few)}) GROUP BY s.job_id`,
      few,
    );
    const bytesOf = new Map(rows.map((row) => [Number(row.job_id), Number(row.bytes)]));
    return countWithin(few.map((id) => bytesOf.get(id) ?? 0));
  }

  private async *after(job: JobRow, first: readonly ScheduleView[]): AsyncGenerator<ScheduleView[]> {
    let last = first.at(-1)?.row.id ?? null;
    for (let isLast = false; !isLast;) {
      const part = await this.database.read((tx) => this.part(tx, job, last), { tenancyId: job.tenancyId });
      yield part.views;
      last = part.views.at(-1)?.row.id ?? last;
      isLast = part.isLast;
    }
  }

  private async part(tx: Tx, job: JobRow, after: string | null) {
    const beyond = after === null ? [] : [uuidToBytes(after)];
    const found = await tx.query<{ id: Buffer }>(
      `SELECT id FROM schedule WHERE job_id = ? ${after === null ? '' : 'AND id > ?'} ORDER BY id LIMIT ${PART}`,
      [job.id, ...beyond],
    );
    const ids = found.map((row) => row.id);
    const { rows, isCut } = await readWithinBytes(tx, 'schedule', ids);
    const views = await this.store.withNextRuns(tx, rows, job.active);
    return { views, isLast: !isCut && ids.length < PART };
  }
}

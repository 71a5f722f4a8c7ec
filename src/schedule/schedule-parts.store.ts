import { Injectable } from '@nestjs/common';
import { uuidToBytes } from '../database/columns.js';
import { Database } from '../database/database.js';
import type { JobRow } from '../database/entities/job.row.js';
import { marks } from '../database/lists.js';
import { countWithin, readWithinBytes, textBytes } from '../database/text-bytes.js';
import type { Tx } from '../database/tx.js';
import type { Parts } from '../http/pieces.js';
import { ScheduleStore } from './schedule.store.js';
import type { ScheduleView } from './schedule.view.js';

/** So many schedules are read at once, and fewer where their texts are large. */
const PART = 500;

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

import { Injectable } from '@nestjs/common';
import { uuidToBytes } from '../database/columns.js';
import { chunks, marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import type { JobRow } from '../database/entities/job.row.js';
import type { ScheduleRow } from '../database/entities/schedule.row.js';
import type { NewSchedules } from './plan/new-schedules.js';

/** What a row of `search_text` speaks of: its job itself, or a schedule. */
export const SEARCHED = { job: 0, schedule: 1 } as const;

const COLUMNS = ['kind', 'instance_id', 'tenancy_id', 'job_id', 'schedule_id', 'body'];
const NO_SCHEDULE = Buffer.alloc(16);

/** Returns text as it is searched: lower case, in the bytes of UTF-8. */
export function searchBytes(text: string): Buffer {
  return Buffer.from(text.toLowerCase());
}

/** A schedule and where its text is found. */
export type SearchedSchedule = Pick<ScheduleRow, 'id' | 'jobId' | 'instanceId' | 'tenancyId'>;

/** Whose texts they are. */
type TenancyPlace = Pick<ScheduleRow, 'instanceId' | 'tenancyId'>;

/** What a row holds; what a description says after it is not searched. */
const MOST_BYTES = 60_000;

/** Names hold no line break, so no word can reach over it. */
const body = (name: string, description: string): Buffer =>
  searchBytes(`${name}\n${description}`).subarray(0, MOST_BYTES);

/** Keeps the texts that the searches look through, within the transactions that change jobs and schedules. */
@Injectable()
export class SearchTextStore {
  /** Adds new schedules, and their jobs where these are new too. */
  async add(tx: Tx, made: readonly NewSchedules[], areNewJobs: boolean): Promise<void> {
    const cells = made.flatMap(({ job, views }) => {
      const place = [job.instanceId, job.tenancyId, job.id];
      const own = [SEARCHED.job, ...place, NO_SCHEDULE, body(job.name, job.description)];
      const theirs = views.map(({ row }) => [
        ...[SEARCHED.schedule, ...place, uuidToBytes(row.id), body(job.name, row.description)],
      ]);
      return areNewJobs ? [own, ...theirs] : theirs;
    });
    await tx.dialect.insertIgnore(tx, 'search_text', COLUMNS, cells);
  }

  /** Takes over a job's changed description. */
  async updateJob(tx: Tx, job: JobRow): Promise<void> {
    await this.update(tx, job, { kind: SEARCHED.job, scheduleId: NO_SCHEDULE, described: job });
  }

  /** Takes over a schedule's changed description. */
  async updateSchedule(tx: Tx, job: JobRow, row: ScheduleRow): Promise<void> {
    const scheduleId = uuidToBytes(row.id);
    await this.update(tx, job, { kind: SEARCHED.schedule, scheduleId, described: row });
  }

  /** Forgets jobs of one tenancy; the texts of their schedules go with these. */
  async removeJobs(tx: Tx, { instanceId, tenancyId }: TenancyPlace, ids: readonly number[]): Promise<void> {
    await tx.execute(
      `DELETE FROM search_text WHERE kind = 0 AND instance_id = ? AND tenancy_id = ? AND job_id IN (${marks(ids)})`,
      [instanceId, tenancyId, ...ids],
    );
  }

  /** Forgets up to `limit` texts of a tenancy that is gone; returns how many. */
  async deleteSomeOfTenancy(tx: Tx, { instanceId, tenancyId }: TenancyPlace, limit: number): Promise<number> {
    let deleted = 0;
    for (const kind of Object.values(SEARCHED)) {
      if (deleted >= limit) break;
      const whose = 'kind = ? AND instance_id = ? AND tenancy_id = ?';
      const place = [kind, instanceId, tenancyId];
      const [last] = await tx.query<{ job_id: number; schedule_id: Buffer }>(
        `SELECT job_id, schedule_id FROM search_text WHERE ${whose} ORDER BY job_id, schedule_id LIMIT 1 OFFSET ?`,
        [...place, limit - deleted - 1],
      );
      const upTo = last ? 'AND (job_id < ? OR (job_id = ? AND schedule_id <= ?))' : '';
      const key = last ? [last.job_id, last.job_id, last.schedule_id] : [];
      deleted += await tx.execute(`DELETE FROM search_text WHERE ${whose} ${upTo}`, [...place, ...key]);
    }
    return deleted;
  }

  /** Forgets schedules. */
  async removeSchedules(tx: Tx, rows: readonly SearchedSchedule[]): Promise<void> {
    const jobs = new Map(rows.map((row) => [row.jobId, row]));
    for (const { jobId, instanceId, tenancyId } of jobs.values()) {
      const ids = rows.filter((row) => row.jobId === jobId).map((row) => row.id);
      for (const part of chunks(ids)) {
        await tx.execute(
          `DELETE FROM search_text WHERE kind = 1 AND instance_id = ? AND tenancy_id = ? AND job_id = ?
           AND schedule_id IN (${marks(part)})`,
          [instanceId, tenancyId, jobId, ...part.map(uuidToBytes)],
        );
      }
    }
  }

  private async update(
    tx: Tx,
    job: JobRow,
    entry: { kind: number; scheduleId: Buffer; described: { readonly description: string } },
  ): Promise<void> {
    const text = body(job.name, entry.described.description);
    await tx.execute(
      `UPDATE search_text SET body = ? WHERE kind = ? AND instance_id = ? AND tenancy_id = ? AND job_id = ?
       AND schedule_id = ?`,
      [text, entry.kind, job.instanceId, job.tenancyId, job.id, entry.scheduleId],
    );
  }
}

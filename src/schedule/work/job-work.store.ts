import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { JobRow } from '../../database/entities/job.row.js';
import { JobWorkRow } from '../../database/entities/job-work.row.js';
import { holdRows } from '../../database/row-lock.js';
import type { Tx } from '../../database/tx.js';

/** What one batch works on. The job is null where it is gone. */
export interface HeldWork {
  readonly work: JobWorkRow;
  readonly job: JobRow | null;
}

/** All SQL that writes the table `job_work`. A job that exists is held by whoever reads or writes its row here. */
@Injectable()
export class JobWorkStore {
  /** Stores what is left of a change. */
  async insert(tx: Tx, work: JobWorkRow): Promise<void> {
    await tx.manager.insert(JobWorkRow, work);
  }

  /** Returns what is left of the last change of a job that is held, null where nothing is. */
  find(tx: Tx, jobId: number): Promise<JobWorkRow | null> {
    return tx.manager.findOneBy(JobWorkRow, { jobId });
  }

  /** Returns one of these jobs whose last change is unfinished, null where none is. */
  async findOpen(tx: Tx, jobIds: readonly number[]): Promise<number | null> {
    const work = await tx.manager.findOneBy(JobWorkRow, { jobId: In([...jobIds]) });
    return work?.jobId ?? null;
  }

  /** Holds a job until commit and returns it with what is left of its last change; null where nothing is. */
  async hold(tx: Tx, jobId: number): Promise<HeldWork | null> {
    await holdRows(tx, 'job', 'job.id = ?', [jobId]);
    const work = await this.find(tx, jobId);
    return work && { work, job: await tx.manager.findOneBy(JobRow, { id: jobId }) };
  }

  /** Stores how far the schedules of a job have followed. */
  async advance(tx: Tx, jobId: number, afterId: string | null): Promise<void> {
    await tx.manager.update(JobWorkRow, { jobId }, { afterId });
  }

  /** Forgets a change: nothing of it is left. */
  async strikeOff(tx: Tx, jobId: number): Promise<void> {
    await tx.manager.delete(JobWorkRow, { jobId });
  }

  /** Returns an unfinished change of a tenancy, null where it has none. */
  findOfTenancy(tx: Tx, tenancyId: number): Promise<JobWorkRow | null> {
    return tx.manager.findOne(JobWorkRow, { where: { tenancyId }, order: { jobId: 'ASC' } });
  }

  /** Returns up to `limit` changes that are unfinished, the oldest first. */
  list(tx: Tx, limit: number): Promise<JobWorkRow[]> {
    return tx.manager.find(JobWorkRow, { order: { at: 'ASC', jobId: 'ASC' }, take: limit });
  }
}

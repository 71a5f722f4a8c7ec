import { Injectable } from '@nestjs/common';
import { NotFound } from '../../../core/errors.js';
import { uuidFromBytes, uuidToBytes } from '../../../database/columns.js';
import { noJob, scopeSql, type RowScope } from '../../../database/scoped.js';
import type { Tx } from '../../../database/tx.js';

/** Finds the schedules whose runs are meant. */
@Injectable()
export class RunSchedulesQuery {
  /**
   * Returns the schedules of a job, or the one that is named, in the order of their ids; null where neither is named. Throws
   * NotFound where there is no such job or schedule for this caller.
   */
  async list(
    tx: Tx,
    scope: RowScope,
    { jobId, scheduleId }: { readonly jobId: number | undefined; readonly scheduleId: string | undefined },
  ): Promise<string[] | null> {
    if (jobId === undefined && scheduleId === undefined) return null;
    const { sql, parameters } = scopeSql(scope, 'j');
    if (jobId !== undefined) {
      const jobs = await tx.query(`SELECT 1 FROM job j WHERE j.id = ? AND ${sql}`, [jobId, ...parameters]);
      if (jobs.length === 0) throw noJob(jobId);
    }
    const ofJob = jobId === undefined ? '' : ' AND j.id = ?';
    const one = scheduleId === undefined ? '' : ' AND s.id = ?';
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT s.id FROM schedule s JOIN job j ON j.id = s.job_id WHERE ${sql}${ofJob}${one} ORDER BY s.id`,
      [
        ...parameters,
        ...(jobId === undefined ? [] : [jobId]),
        ...(scheduleId === undefined ? [] : [uuidToBytes(scheduleId)]),
      ],
    );
    if (scheduleId !== undefined && rows.length === 0) {
      throw new NotFound(`There is no schedule with the id '${scheduleId}'.`);
    }
    return rows.map(({ id }) => uuidFromBytes(id));
  }

  /** Returns the name of the job whose runs are meant, null where no job and no schedule is named; `list` has permitted it. */
  async jobName(
    tx: Tx,
    { jobId, scheduleId }: { readonly jobId: number | undefined; readonly scheduleId: string | undefined },
  ): Promise<string | null> {
    if (jobId === undefined && scheduleId === undefined) return null;
    const [row] =
      jobId === undefined
        ? await tx.query<{ name: string }>(
            'SELECT j.name FROM job j JOIN schedule s ON s.job_id = j.id WHERE s.id = ?',
            [uuidToBytes(scheduleId ?? '')],
          )
        : await tx.query<{ name: string }>('SELECT j.name FROM job j WHERE j.id = ?', [jobId]);
    return row?.name ?? null;
  }
}

import { Injectable } from '@nestjs/common';
import { SCHEDULED } from '../../../database/entities/stored-values.js';
import type { Tx } from '../../../database/tx.js';

/** Run logs, and the schedules that they are looked for at, are counted up to so many. */
const MOST_COUNTED = 10_000;

/** How many run logs a job has; `isMore` says that there are more than were counted. */
export interface LogCount {
  readonly logs: number;
  readonly isMore: boolean;
}

/** Counts the run logs that go with a job. */
@Injectable()
export class JobLogsQuery {
  /** Returns how many runs of a job have begun. */
  async count(tx: Tx, jobId: number): Promise<LogCount> {
    const { orderedJoin: join } = tx.dialect;
    const ofJob = `SELECT x.id FROM schedule x ${tx.dialect.useIndex('schedule_of_job')} WHERE x.job_id = ? ORDER BY x.id`;
    const [row] = await tx.query<{ looked: number; planned: number | null; schedules: number }>(
      `SELECT COUNT(*) AS looked, SUM(CASE WHEN c.state = ${SCHEDULED} THEN 1 END) AS planned,
         (SELECT COUNT(*) FROM (${ofJob} LIMIT ${MOST_COUNTED + 1}) b) AS schedules
       FROM (SELECT r.state FROM (${ofJob} LIMIT ${MOST_COUNTED}) s ${join} run r ON r.schedule_id = s.id
         LIMIT ${MOST_COUNTED + 1}) c`,
      [jobId, jobId],
    );
    const looked = Number(row?.looked ?? 0);
    return {
      logs: Math.min(looked, MOST_COUNTED) - Number(row?.planned ?? 0),
      isMore: looked > MOST_COUNTED || Number(row?.schedules ?? 0) > MOST_COUNTED,
    };
  }
}

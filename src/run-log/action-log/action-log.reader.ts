import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { uuidToBytes } from '../../database/columns.js';
import { countWhere } from '../../database/count.js';
import { Database } from '../../database/database.js';
import { ActionLogRow } from '../../database/entities/action-log.row.js';
import { getJob, getSchedule } from '../../database/scoped.js';
import type { Page, Part } from '../../http/page.js';

/** Which action logs are requested: those of a job, or those of one of its schedules. */
export interface ActionLogQuery {
  readonly jobId: number;
  readonly scheduleId: string | undefined;
  readonly page: Page;
}

/** Reads what happened to jobs and schedules (rest-api.md, "Action logs"). */
@Injectable()
export class ActionLogReader {
  constructor(private readonly database: Database) {}

  /**
   * Returns a part of the entries, newest first. Throws NotFound for the job, and for a schedule that the job
   * never had.
   */
  list(scope: AccessScope, { jobId, scheduleId, page }: ActionLogQuery): Promise<Part<ActionLogRow>> {
    return this.database.read(async (tx) => {
      await getJob(tx, scope, jobId);
      const where = { jobId, ...(scheduleId === undefined ? {} : { scheduleId }) };
      const ofSchedule = scheduleId === undefined ? [] : [uuidToBytes(scheduleId)];
      const condition = `job_id = ? ${scheduleId === undefined ? '' : 'AND schedule_id = ?'}`;
      const total = await countWhere(tx, 'action_log', condition, [jobId, ...ofSchedule]);
      // A deleted schedule is still known by its entries.
      if (scheduleId !== undefined && total === 0) await getSchedule(tx, scope, { jobId, scheduleId });
      const part = { skip: page.offset, take: page.pageSize };
      const results = await tx.manager.find(ActionLogRow, { where, order: { id: 'DESC' }, ...part });
      return { total, results };
    }, scope);
  }
}

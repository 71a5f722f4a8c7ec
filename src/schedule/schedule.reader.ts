import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { Database } from '../database/database.js';
import { getJob, type SchedulePlace } from '../database/scoped.js';
import type { Page, Part } from '../http/page.js';
import type { RunRow } from '../database/entities/run.row.js';
import { RunReader } from '../run-log/run.reader.js';
import { ScheduleStore } from './schedule.store.js';
import type { ScheduleView } from './schedule.view.js';

/** Run logs that are shown beside their schedule, at most. */
const LOGS_SHOWN = 200;

/** What callers read about the schedules of their jobs. */
@Injectable()
export class ScheduleReader {
  constructor(
    private readonly database: Database,
    private readonly store: ScheduleStore,
    private readonly runs: RunReader,
  ) {}

  /** Returns a part of a job's schedules in the order in which they were made. Throws NotFound for the job. */
  list(scope: AccessScope, jobId: number, page: Page): Promise<Part<ScheduleView>> {
    return this.database.read(async (tx) => {
      const job = await getJob(tx, scope, jobId);
      const { rows, isCut } = await this.store.pageOfJob(tx, jobId, page);
      const results = await this.store.withNextRuns(tx, rows, job.active);
      return { total: await this.store.countOfJob(tx, jobId), results, isCut };
    }, scope);
  }

  /** Returns one schedule and, where asked for, its newest run logs (at most 200, fewer where they are large); else null. Throws NotFound. */
  get(
    scope: AccessScope,
    place: SchedulePlace,
    { isWithLogs }: { isWithLogs: boolean },
  ): Promise<{ view: ScheduleView; logs: readonly RunRow[] | null }> {
    return this.database.read(async (tx) => {
      const view = await this.store.getView(tx, scope, place);
      const logs = isWithLogs ? await this.runs.newest(tx, view.row.id, LOGS_SHOWN) : null;
      return { view, logs };
    }, scope);
  }
}

import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { Conflict } from '../core/errors.js';
import { Database } from '../database/database.js';
import type { RunRow } from '../database/entities/run.row.js';
import { getSchedule, type SchedulePlace } from '../database/scoped.js';
import type { RunPlace } from './run-report.js';
import { RunReports } from './run-reports.js';
import { noRun, RunReader, type RunPage, type RunPart } from './run.reader.js';

/** What an application reports about a run. */
export interface Report {
  readonly success: boolean;
  readonly message: string;
}

/** What callers can do with run logs. */
@Injectable()
export class RunLogService {
  constructor(
    private readonly database: Database,
    private readonly reader: RunReader,
    private readonly reports: RunReports,
  ) {}

  /** Returns a part of a schedule's run logs, newest first. Throws NotFound for the job, the schedule or the cursor. */
  list(scope: AccessScope, place: SchedulePlace, page: RunPage): Promise<RunPart> {
    return this.database.read(async (tx) => {
      const schedule = await getSchedule(tx, scope, place);
      return this.reader.page(tx, schedule.id, page);
    }, scope);
  }

  /** Returns one run log. Throws NotFound. */
  get(scope: AccessScope, place: RunPlace): Promise<RunRow> {
    return this.database.read(async (tx) => {
      const schedule = await getSchedule(tx, scope, place);
      return this.reader.get(tx, schedule.id, place.runId);
    }, scope);
  }

  /**
   * Handles an application's report on its run. Sending the same report again changes nothing. Throws NotFound,
   * and Conflict where the run does not wait for a report.
   */
  async report(scope: AccessScope, place: RunPlace, report: Report): Promise<void> {
    const answer = await this.reports.take({ scope, place, ...report });
    switch (answer.kind) {
      case 'taken':
      case 'repeated':
        return;
      case 'unknown':
        await this.get(scope, place); // says whether the schedule or the run is not there
        throw noRun(place);
      case 'ofTask':
        throw new Conflict(
          `The run '${place.runId}' is of a Cloud Foundry task: it ends as the Cloud Controller says, and takes no report.`,
        );
      case 'refused':
        throw new Conflict(
          `The run '${place.runId}' is ${answer.state}: only a running one takes a report, and a report once taken stays.`,
        );
    }
  }
}

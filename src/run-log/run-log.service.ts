import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { Clock } from '../core/clock.js';
import { Conflict } from '../core/errors.js';
import { shownState } from '../core/run-state.js';
import { Database } from '../database/database.js';
import type { RunRow } from '../database/entities/run.row.js';
import { getSchedule, type SchedulePlace } from '../database/scoped.js';
import { shortened } from '../core/action-outcome.js';
import { LogBudget } from './usage/log-budget.js';
import { RunEndingService } from './run-ending.service.js';
import { RunReader, type RunPage, type RunPart } from './run.reader.js';

/** A run, by the ids that are used outside the service. */
export interface RunPlace extends SchedulePlace {
  readonly runId: string;
}

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
    private readonly clock: Clock,
    private readonly reader: RunReader,
    private readonly reports: RunEndingService,
    private readonly budget: LogBudget,
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
    await this.database.transaction(async (tx) => {
      const schedule = await getSchedule(tx, scope, place);
      const run = await this.reader.get(tx, schedule.id, place.runId);
      const message = this.storedForm(report.message, schedule.tenancyId, run);
      const sent = { ...report, runId: run.id, message };
      const [answer] = await this.reports.report(tx, [sent], this.clock.now());
      if (answer === 'taken') tx.afterCommit(() => this.budget.count(schedule.tenancyId, message));
      if (answer === 'taken' || answer === 'repeated') return;
      throw new Conflict(
        `The run '${run.id}' is ${shownState(run)}: only a running one takes a report, and a report once taken stays.`,
      );
    }, scope);
  }

  /** The text of a report as it is stored now; of one that is repeated as it was stored then. */
  private storedForm(message: string, tenancyId: number, { endText }: RunRow): string {
    if (endText === message || endText === shortened(message)) return endText;
    return this.budget.cut(tenancyId, message);
  }
}

import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import { isFinal, transition, type RunEvent } from '../core/run-state.js';
import type { Tx } from '../database/tx.js';
import { OpenRunStore, type OpenRun } from './open-run.store.js';
import { RunEndings } from './run-endings.js';

/** What an application reports about its run after it has done the work. */
export interface RunReport {
  readonly runId: string;
  readonly success: boolean;
  readonly message: string;
}

/**
 * The result of a report: accepted, the same as an earlier accepted one, refused because of the run's state, or
 * for an unknown run.
 */
export type ReportAnswer = 'taken' | 'repeated' | 'refused' | 'unknown';

/** The result of a request to cancel a run: done, too late, or not possible because the call is under way. */
export type CancelAnswer = 'canceled' | 'ended' | 'refused';

const OVERDUE_TEXT = 'The application did not report the outcome in time.';

/**
 * Ends runs that are not ended by the answer to their call: by the application's report, by a request to cancel,
 * or by the time limit for the report. When two of these happen at the same time, only one of them takes effect:
 * each changes the row only if it is still in the state on which the decision was based.
 */
@Injectable()
export class RunEndingService {
  constructor(
    private readonly runs: OpenRunStore,
    private readonly endings: RunEndings,
  ) {}

  /** Handles an application's report (rest-api.md, "PUT .../runs/{runId}"). */
  async report(tx: Tx, report: RunReport, now: Instant): Promise<ReportAnswer> {
    const run = await this.runs.lock(tx, report.runId);
    if (!run) return 'unknown';
    const event: RunEvent = { kind: 'reported', success: report.success };
    const ended = await this.end(tx, { run, event, text: report.message, isReported: true }, now);
    if (ended) return 'taken';
    const isSame = run.state === (report.success ? 'SUCCESS' : 'ERROR') && run.endText === report.message;
    return run.isReported && isSame ? 'repeated' : 'refused';
  }

  /**
   * Cancels a run that was not called yet, or whose application has acknowledged it and so knows its id. A run
   * whose call is under way cannot be canceled (async-operations.md, "Cancel").
   */
  async cancel(tx: Tx, runId: string, now: Instant): Promise<CancelAnswer> {
    const run = await this.runs.lock(tx, runId);
    if (!run || isFinal(run.state)) return 'ended';
    if (run.state !== 'SCHEDULED' && run.state !== 'ACK_RECVD') return 'refused';
    await this.end(tx, { run, event: { kind: 'canceled' }, text: 'canceled', isReported: false }, now);
    return 'canceled';
  }

  /** Returns whether a run has waited for its report longer than its instance permits. */
  async isAnyOverdue(tx: Tx, now: Instant): Promise<boolean> {
    return (await this.runs.listOverdue(tx, now, 1)).length > 0;
  }

  /** Ends up to `limit` runs that have waited for their report longer than their instance permits; returns how many. */
  async expire(tx: Tx, now: Instant, limit: number): Promise<number> {
    let expired = 0;
    for (const id of await this.runs.listOverdue(tx, now, limit)) {
      const run = await this.runs.lock(tx, id);
      const event: RunEvent = { kind: 'reportOverdue' };
      if (run && (await this.end(tx, { run, event, text: OVERDUE_TEXT, isReported: false }, now))) expired++;
    }
    return expired;
  }

  private async end(
    tx: Tx,
    ending: { run: OpenRun; event: RunEvent; text: string; isReported: boolean },
    now: Instant,
  ): Promise<boolean> {
    const { run, event, text, isReported } = ending;
    const state = transition(run.state, event);
    if (!state) return false;
    await this.runs.end(tx, run, { state, endedAt: now, text, isReported });
    const isCanceled = event.kind === 'canceled';
    await this.endings.settle(tx, [{ ...run, state, endedAt: now, endText: text, isCanceled }]);
    return true;
  }
}

import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import { shortened } from '../core/action-outcome.js';
import { GIVEN_UP_TEXT, wasBegunBefore } from '../core/policy/attempts.js';
import { REPORTED_FAILURE, type RetryCause } from '../core/policy/retry.js';
import { isFinal, transition, type RunEvent } from '../core/run-state.js';
import { chunks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import { isBegun, RepeatedRuns, retriedAt, type Again } from './repeated-runs.js';
import { OpenRunStore, type OpenRun, type RunEnd } from './open-run.store.js';
import { RunEndings, type EndedRun } from './run-endings.js';
import { effectOf, isAt, type ReportAnswer, type RunReport } from './run-report.js';
import { LogBudget } from './usage/log-budget.js';

/** What is said of a run that somebody else holds at the moment, where nobody waits for it. */
export type NotYet = { readonly kind: 'held' };

/** The result of a request to cancel a run: done, too late, or not possible because the call is under way. */
export type CancelAnswer = 'canceled' | 'ended' | 'refused';

/** What somebody found out about the end of a run without its application. */
export interface RunVerdict {
  readonly runId: string;
  readonly event: RunEvent;
  readonly text: string;
  /** Why it may be called again in place of ending; not there where it may not. */
  readonly retryCause?: RetryCause;
}

/** A run, and what ends it. */
interface Ending {
  readonly run: OpenRun;
  readonly event: RunEvent;
  readonly text: string;
  readonly isReported: boolean;
}

const OVERDUE_TEXT = 'The application did not report the outcome in time.';

/**
 * Ends runs that are not ended by the answer to their call: by the application's report, by a request to cancel,
 * or by the time limit for the report. When two of these happen at the same time, only one of them takes effect:
 * each locks the row before it decides. Every verb takes a set of runs, and its statements do not grow with the set.
 */
@Injectable()
export class RunEndingService {
  constructor(
    private readonly runs: OpenRunStore,
    private readonly endings: RunEndings,
    private readonly budget: LogBudget,
    private readonly repeated: RepeatedRuns,
  ) {}

  /** Handles reports of applications (rest-api.md, "PUT .../runs/{runId}") and returns an answer for each, in their order. */
  async report(tx: Tx, reports: readonly RunReport[], now: Instant): Promise<ReportAnswer[]> {
    const found = await this.runs.lock(tx, runIdsOf(reports));
    return this.decide(tx, reports, found, now);
  }

  /** Does the same for runs that nobody holds, and leaves the others undecided. */
  async reportFree(tx: Tx, reports: readonly RunReport[], now: Instant): Promise<(ReportAnswer | NotYet)[]> {
    const { runs, held } = await this.runs.lockFree(tx, runIdsOf(reports));
    const free = reports.filter(({ place }) => !held.has(place.runId));
    const answers = (await this.decide(tx, free, runs, now)).values();
    const notYet: NotYet = { kind: 'held' };
    return reports.map(({ place }) => (held.has(place.runId) ? notYet : (answers.next().value ?? notYet)));
  }

  private async decide(
    tx: Tx,
    reports: readonly RunReport[],
    found: Map<string, OpenRun>,
    now: Instant,
  ): Promise<ReportAnswer[]> {
    const endings: Ending[] = [];
    const again: Again[] = [];
    const answers = reports.map((report): ReportAnswer => {
      const { place, success } = report;
      const run = found.get(place.runId);
      if (!run || !isAt(run, report)) return { kind: 'unknown' };
      const text = this.storedForm(report.message, run);
      const effect = effectOf(report, run, { text, now });
      if (effect.kind === 'none') return effect.answer;
      // Another report on this run in the same set sees what this one did.
      if (effect.kind === 'again') {
        again.push({ run, text, nextAt: effect.nextAt });
        found.set(place.runId, { ...run, state: 'RETRYING' });
      } else {
        endings.push({ run, event: { kind: 'reported', success }, text, isReported: true });
        found.set(place.runId, { ...run, state: effect.state, endText: text, isReported: true });
      }
      return { kind: 'taken' };
    });
    await this.repeated.putBack(tx, again, now);
    await this.end(tx, endings, now);
    tx.afterCommit(() => {
      for (const { run, text } of endings) this.budget.count(run.tenancyId, text);
    });
    return answers;
  }

  /**
   * Cancels runs that were not called yet, wait for another call, or whose application has acknowledged them and so knows their ids, and
   * returns an answer for each, in their order. A run whose call is under way cannot be canceled
   * (async-operations.md, "Cancel"); with `isUncalledOnly` none that was called.
   */
  async cancel(
    tx: Tx,
    runIds: readonly string[],
    now: Instant,
    { isUncalledOnly = false } = {},
  ): Promise<CancelAnswer[]> {
    const isMeant = isUncalledOnly ? isUncalled : isCancelable;
    const found = await this.runs.lock(tx, runIds);
    const endings: Ending[] = [];
    for (const run of found.values()) {
      if (!isMeant(run)) continue;
      endings.push({ run, event: { kind: 'canceled' }, text: 'canceled', isReported: false });
    }
    await this.end(tx, endings, now);
    return runIds.map((runId) => {
      const run = found.get(runId);
      if (!run || isFinal(run.state)) return 'ended';
      return isMeant(run) ? 'canceled' : 'refused';
    });
  }

  /**
   * Ends runs of which it was found out how they ended, and returns the ids of those that it ended: the others have
   * ended otherwise before, or are gone.
   */
  async conclude(tx: Tx, verdicts: readonly RunVerdict[], now: Instant): Promise<string[]> {
    const found = await this.runs.lock(
      tx,
      verdicts.map(({ runId }) => runId),
    );
    const again: Again[] = [];
    const endings = verdicts.flatMap(({ runId, event, text, retryCause }): Ending[] => {
      const run = found.get(runId);
      if (!run) return [];
      const call = retryCause === undefined ? null : { ...REPORTED_FAILURE, cause: retryCause };
      const nextAt =
        call === null || transition(run.state, event) === null ? null : retriedAt(run, call, now);
      if (nextAt !== null) {
        again.push({ run, text, nextAt });
        return [];
      }
      return [{ run, event, text: this.budget.cut(run.tenancyId, text), isReported: false }];
    });
    await this.repeated.putBack(tx, again, now);
    const ends = await this.end(tx, endings, now);
    tx.afterCommit(() => {
      for (const { run, text } of ends) this.budget.count(run.tenancyId, text);
    });
    return ends.map(({ run }) => run.runId);
  }

  /** Ends those of the runs that wait for another call: their schedule or job was switched off. */
  async giveUp(tx: Tx, runIds: readonly string[], now: Instant): Promise<void> {
    const event: RunEvent = { kind: 'givenUp' };
    for (const part of chunks([...runIds].sort())) {
      await this.conclude(
        tx,
        part.map((runId) => ({ runId, event, text: GIVEN_UP_TEXT })),
        now,
      );
    }
  }

  /** Takes in that what a run started was found, although its request was not answered. Any other run stays as it is. */
  async acknowledge(
    tx: Tx,
    runId: string,
    ack: { readonly httpStatus: number; readonly text: string },
    now: Instant,
  ): Promise<void> {
    const run = (await this.runs.lock(tx, [runId])).get(runId);
    if (!run || transition(run.state, { kind: 'adopted' }) === null) return;
    const text = this.budget.cut(run.tenancyId, ack.text);
    await this.runs.acknowledge(tx, run, { ...ack, text, at: now });
    tx.afterCommit(() => this.budget.count(run.tenancyId, text));
  }

  /** Returns whether a run has waited for its report longer than its instance permits. */
  async isAnyOverdue(tx: Tx, now: Instant): Promise<boolean> {
    return (await this.runs.listOverdue(tx, now, 1)).length > 0;
  }

  /** Ends up to `limit` runs that have waited for their report longer than their instance permits; returns how many. */
  async expire(tx: Tx, now: Instant, limit: number): Promise<number> {
    const found = await this.runs.lock(tx, await this.runs.listOverdue(tx, now, limit));
    const event: RunEvent = { kind: 'reportOverdue' };
    const endings = [...found.values()].map((run) => ({ run, event, text: OVERDUE_TEXT, isReported: false }));
    return (await this.end(tx, endings, now)).length;
  }

  /** The text of a report as it is stored now; of one that is repeated as it was stored then. */
  private storedForm(message: string, { tenancyId, endText }: OpenRun): string {
    if (endText === message || endText === shortened(message)) return endText;
    return this.budget.cut(tenancyId, message);
  }

  /** Ends those of the runs to whose state the event applies, and returns how they end. */
  private async end(tx: Tx, endings: readonly Ending[], now: Instant): Promise<RunEnd[]> {
    const ends: RunEnd[] = [];
    const ended: EndedRun[] = [];
    for (const { run, event, text, isReported } of endings) {
      const state = transition(run.state, event);
      if (!state) continue;
      ends.push({ run, state, endedAt: now, text, isReported });
      const isCanceled = event.kind === 'canceled';
      const wasBegun = isBegun(run) || wasBegunBefore(run.attempts);
      ended.push({
        ...run,
        ...{ state, endedAt: now, endText: text, isCanceled, wasBegun, isRepeated: false },
        awaitedFrom: run.ackedAt ?? (isReported ? now : null),
      });
    }
    await this.runs.end(tx, ends);
    await this.endings.leave(tx, ended, { wereCalled: false });
    await this.endings.settle(tx, ended);
    return ends;
  }
}

function isCancelable({ state }: OpenRun): boolean {
  return state === 'SCHEDULED' || state === 'RETRYING' || state === 'ACK_RECVD';
}

const isUncalled = ({ state }: OpenRun): boolean => state === 'SCHEDULED';

const runIdsOf = (reports: readonly RunReport[]) => reports.map(({ place }) => place.runId);

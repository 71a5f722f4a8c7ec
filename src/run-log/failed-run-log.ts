import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { failureCodeOf } from '../core/action-outcome.js';
import { SECOND_MS } from '../core/instant.js';
import { isFailure } from '../core/run-state.js';
import type { Tx } from '../database/tx.js';
import { BoundedLines } from '../telemetry/bounded-lines.js';
import { traceIdOfRun } from '../telemetry/trace/trace-ids.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';
import { RunEndings, type EndedRun, type EndingParticipant } from './run-endings.js';

const MOST_PER_SECOND = 50;

/**
 * Writes one line at warn for each run that failed, after the commit that ended it: at most 50 a second, then one with
 * the number left out (telemetry.md, "Log"). A line has ids, the state and the
 * cause, and never what the endpoint or the application said.
 */
@Injectable()
export class FailedRunLog implements EndingParticipant, OnModuleDestroy {
  private readonly log = new Logger('Runs');
  private readonly lines = new BoundedLines({
    most: MOST_PER_SECOND,
    perMs: SECOND_MS,
    leftOut: (count) => this.log.warn(`${count} more runs failed within the same second.`),
  });

  constructor(
    endings: RunEndings,
    private readonly tenancies: TenancyIndex,
  ) {
    endings.join(this);
  }

  settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    const failed = ended.filter(hasFailed);
    if (failed.length > 0) tx.afterCommit(() => this.tell(failed));
    return Promise.resolve();
  }

  onModuleDestroy(): void {
    this.lines.end();
  }

  private tell(failed: readonly EndedRun[]): void {
    for (const run of failed) this.lines.write(() => this.log.warn(this.lineOf(run)));
  }

  private lineOf(run: EndedRun): object {
    const tenancy = this.tenancies.find(run.tenancyId);
    return {
      msg: `A ${isTask(run) ? 'task' : 'run'} failed: ${run.state}, ${causeOf(run)}`,
      instance: tenancy?.instanceUid,
      tenant: tenancy?.tenantId,
      job: run.job?.id,
      schedule: run.scheduleId,
      run: run.runId,
      trace_id: traceIdOfRun(run.runId),
    };
  }
}

/** Returns whether a run ended badly by itself: one that was canceled has no result. */
export function hasFailed({ state, isCanceled }: EndedRun): boolean {
  return isFailure(state) && !isCanceled;
}

function isTask({ job }: EndedRun): boolean {
  return job?.kind === 'cf_task';
}

/** Returns why a run failed, in a few words: the code of a network error, the status of an answer, or who did not report. */
function causeOf(run: EndedRun): string {
  const { state, httpStatus, endText } = run;
  if (state === 'UNKNOWN') return 'no report in time';
  if (state === 'TIMEOUT') return 'not ended in time';
  if (httpStatus === null) return failureCodeOf(endText) ?? 'no answer';
  if (httpStatus >= 400) return `HTTP ${httpStatus}`;
  return isTask(run) ? 'reported by the Cloud Controller' : 'reported by the application';
}

import { Injectable } from '@nestjs/common';
import { wasSent } from '../core/action-outcome.js';
import { SECOND_MS } from '../core/instant.js';
import { isFinal, RUN_STATES, type RunState } from '../core/run-state.js';
import { ACTION_KINDS, type ActionKind } from '../database/entities/job.row.js';
import { RUN_ORIGINS, type RunOrigin } from '../database/entities/run.row.js';
import type { Tx } from '../database/tx.js';
import { beginAtZero, Metrics } from '../telemetry/metrics.js';
import { RunEndings, type EndedRun, type EndingParticipant } from './run-endings.js';

/** How a run ended: its state, and whether somebody canceled it, which its row keeps as ERROR. */
type End = RunState | 'CANCELED';
/** Whether the answer to its call ended a run, its application, or its task. */
type Mode = 'sync' | 'async' | 'task';

const ENDS: readonly End[] = [...RUN_STATES.filter(isFinal), 'CANCELED'];
const MODES: readonly Mode[] = ['sync', 'async', 'task'];
/** Up to 7 days: so long may an application take. */
const BOUNDS = [0.1, 1, 10, 60, 600, 3_600, 86_400, 604_800];

/** Runs of a batch that are counted under the same labels. */
interface Alike {
  readonly labels: { readonly state: End; readonly origin: RunOrigin; readonly job_type: ActionKind };
  runs: number;
}

/**
 * Counts the runs that end here, whatever ends them: once their transaction is committed, each once. An end that is
 * recorded again counts now: nothing has followed the first commit, of which nobody heard.
 */
@Injectable()
export class RunMetrics implements EndingParticipant {
  private readonly ended;
  private readonly duration;

  constructor(metrics: Metrics, endings: RunEndings) {
    this.ended = metrics.counter(
      'carillon_runs_ended_total',
      'Runs that ended, whichever way: by the answer, the report, the time limit or a request to cancel (CANCELED)',
      ['state', 'origin', 'job_type'],
    );
    this.duration = metrics.histogram(
      'carillon_run_seconds',
      'Time from the call to the end of the run: by its answer (sync), by its application (async), or of its task (task)',
      BOUNDS,
      { labels: ['mode'] },
    );
    beginAtZero(
      this.ended,
      ENDS.flatMap((state) =>
        RUN_ORIGINS.flatMap((origin) => ACTION_KINDS.map((kind) => ({ state, origin, job_type: kind }))),
      ),
    );
    for (const mode of MODES) this.duration.zero({ mode });
    endings.join(this);
  }

  settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    tx.afterCommit(() => this.count(ended));
    return Promise.resolve();
  }

  private count(ended: readonly EndedRun[]): void {
    // The runs of a batch end alike, most of them: the counter is asked once for those that do.
    const batch = new Map<string, Alike>();
    for (const run of ended) {
      const labels = labelsOf(run);
      const key = `${labels.state} ${labels.origin} ${labels.job_type}`;
      const alike = batch.get(key);
      if (alike) alike.runs += 1;
      else batch.set(key, { labels, runs: 1 });
      const { executedAt, state, httpStatus, endText: text } = run;
      if (executedAt === null || !wasSent(state, { httpStatus, text })) continue;
      this.duration.observe({ mode: modeOf(run) }, Math.max(0, run.endedAt - executedAt) / SECOND_MS);
    }
    for (const { labels, runs } of batch.values()) this.ended.inc(labels, runs);
  }
}

/** Nobody knows any more what a job was that was deleted while its run was under way: nearly all call an endpoint. */
function labelsOf({ state, isCanceled, origin, job }: EndedRun): Alike['labels'] {
  return { state: isCanceled ? 'CANCELED' : state, origin, job_type: job?.kind ?? 'http' };
}

function modeOf({ job, state, wasBegun, httpStatus }: EndedRun): Mode {
  if (job?.kind === 'cf_task' || state === 'TIMEOUT') return 'task';
  // A report may come before the answer: only the application ends a run so without a status.
  const isReportedEarly = httpStatus === null && state !== 'REQUEST_ERROR';
  return wasBegun || isReportedEarly ? 'async' : 'sync';
}

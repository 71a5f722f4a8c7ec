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

/** How many runs of a batch are counted under the same labels. */
interface Alike {
  readonly state: End;
  readonly origin: RunOrigin;
  readonly kind: ActionKind;
  runs: number;
}

/** Made once: this is asked for each run. */
const MODE_LABELS: Readonly<Record<Mode, { readonly mode: Mode }>> = {
  sync: { mode: 'sync' },
  async: { mode: 'async' },
  task: { mode: 'task' },
};

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
    const batch: Alike[] = [];
    for (const run of ended) {
      alikeOf(batch, run).runs += 1;
      const { executedAt, state, httpStatus, endText: text } = run;
      if (executedAt === null || !wasSent(state, { httpStatus, text })) continue;
      this.duration.observe(MODE_LABELS[modeOf(run)], Math.max(0, run.endedAt - executedAt) / SECOND_MS);
    }
    for (const { state, origin, kind, runs } of batch)
      this.ended.inc({ state, origin, job_type: kind }, runs);
  }
}

/** Returns those of a batch that a run is counted with. Most end alike, so that the first look finds them. */
function alikeOf(batch: Alike[], run: EndedRun): Alike {
  const state: End = run.isCanceled ? 'CANCELED' : run.state;
  // Nobody knows any more what a job was that was deleted while its run was under way: nearly all call an endpoint.
  const kind = run.job?.kind ?? 'http';
  for (const each of batch) {
    if (each.state === state && each.origin === run.origin && each.kind === kind) return each;
  }
  const alike: Alike = { state, origin: run.origin, kind, runs: 0 };
  batch.push(alike);
  return alike;
}

function modeOf({ job, state, wasBegun, httpStatus }: EndedRun): Mode {
  if (job?.kind === 'cf_task' || state === 'TIMEOUT') return 'task';
  // A report may come before the answer: only the application ends a run so without a status.
  const isReportedEarly = httpStatus === null && state !== 'REQUEST_ERROR';
  return wasBegun || isReportedEarly ? 'async' : 'sync';
}

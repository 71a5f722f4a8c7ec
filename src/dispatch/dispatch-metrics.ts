import { Injectable } from '@nestjs/common';
import { wasSent } from '../core/action-outcome.js';
import { SECOND_MS } from '../core/instant.js';
import type { RunState } from '../core/run-state.js';
import { beginAtZero, Metrics, SECONDS } from '../telemetry/metrics.js';
import { RunTraces } from '../telemetry/trace/run-traces.js';
import { DispatchSpans } from './dispatch-spans.js';
import type { ExecutedRun } from './executed-run.js';
import type { FairQueue } from './queue/fair-queue.js';

/** What a call that was made leaves its run in. */
const CALLED_STATES = [
  'ACK_RECVD',
  'ACK_NOT_RECVD',
  'SUCCESS',
  'ERROR',
  'REQUEST_ERROR',
] as const satisfies readonly RunState[];
/** The first bound shows the transactions that found nothing. */
const RUNS = [0, 1, 5, 20, 50, 100, 200, 500];

/** The two kinds of transaction that dispatch consists of. */
type Work = 'claim' | 'record';

/** The metrics of dispatch. Labels never name a tenant, because the number of tenants has no limit. */
@Injectable()
export class DispatchMetrics {
  private readonly calls;
  private readonly lateness;
  private readonly duration;
  private readonly takenOver;
  private readonly batches;

  constructor(
    private readonly metrics: Metrics,
    private readonly traces: RunTraces,
    private readonly spans: DispatchSpans,
  ) {
    this.calls = metrics.counter(
      'carillon_calls_total',
      'Calls to action endpoints, by the state that the run took. A call that was refused before it was sent is none.',
      ['state'],
    );
    beginAtZero(
      this.calls,
      CALLED_STATES.map((state) => ({ state })),
    );
    this.lateness = metrics.histogram(
      'carillon_lateness_seconds',
      'Start of the call minus the instant at which it was due',
      [...SECONDS, 60, 600],
      { hasExemplars: true },
    );
    this.duration = metrics.histogram(
      'carillon_call_seconds',
      'Time from the call to its answer',
      [...SECONDS, 15, 60, 300],
      { hasExemplars: true },
    );
    this.takenOver = metrics.counter(
      'carillon_runs_taken_over_total',
      'Runs taken over from replicas that fell silent; what a replica gave back is not among them',
    );
    this.batches = { claim: this.batchesOf('claim'), record: this.batchesOf('record') };
  }

  /** Publishes how full a queue is; the value is read when Prometheus asks for it. */
  watch(queue: FairQueue): void {
    const gauge = (name: string, help: string, read: () => number) =>
      this.metrics.gauge(name, help, { collect: (own) => own.set(read()) });
    gauge('carillon_calls_in_flight', 'Open calls of this replica', () => queue.inFlight);
    gauge(
      'carillon_runs_waiting',
      'Runs that this replica has claimed and not yet called',
      () => queue.waiting,
    );
  }

  /** Counts one call, unless it was refused before it was sent. */
  observe({ run, outcome }: ExecutedRun): void {
    const { state, executedAt, answeredAt } = outcome;
    if (!wasSent(state, outcome)) return;
    // Without labels there is no exemplar.
    const exemplarLabels = this.traces.exemplarOf(run.runId) ?? {};
    this.calls.inc({ state });
    this.lateness.observe({ value: Math.max(0, executedAt - run.dueAt) / SECOND_MS, exemplarLabels });
    this.duration.observe({ value: (answeredAt - executedAt) / SECOND_MS, exemplarLabels });
  }

  /** Counts runs that were taken over from replicas that fell silent. */
  tookOver(runs: number): void {
    if (runs > 0) this.takenOver.inc(runs);
  }

  /**
   * Does a transaction of dispatch, and measures it once it is committed: how long it took, its repetitions included, and how many runs it
   * had. A claim that found nothing counts, with no runs; one that failed does not. Where traces are exported it may have a span.
   */
  async timed<T>(work: Work, transact: () => Promise<T>, sizeOf: (result: T) => number): Promise<T> {
    const from = performance.now();
    const result = await transact();
    const { seconds, runs } = this.batches[work];
    seconds.observe((performance.now() - from) / SECOND_MS);
    const size = sizeOf(result);
    runs.observe(size);
    this.spans.transaction(work, from, size);
    return result;
  }

  private batchesOf(work: Work) {
    return {
      seconds: this.metrics.histogram(
        `carillon_${work}_seconds`,
        `Time of one transaction that ${work}s runs, from asking for a connection to the commit`,
        SECONDS,
      ),
      runs: this.metrics.histogram(
        `carillon_${work}_batch_runs`,
        `Runs in one transaction that ${work}s runs${work === 'claim' ? '; 0 where it found none' : ''}`,
        RUNS,
      ),
    };
  }
}

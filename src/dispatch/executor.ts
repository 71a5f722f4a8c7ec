import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import type { ClaimedRun } from '../run-log/claimed-run.js';
import { FairQueue } from './fair-queue.js';
import { DispatchMetrics } from './dispatch-metrics.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { HttpAction } from '../action/http/http-action.js';

/** How many claimed runs may wait in memory for each call that may be in flight. */
const WAITING_PER_CALL = 8;

/**
 * The calls of this replica: what is queued, what is in flight, what is being recorded. A run that comes in
 * leaves only recorded, or given back to whoever asked for it.
 */
@Injectable()
export class Executor {
  readonly queue: FairQueue;
  private readonly executing = new Map<string, Promise<void>>();
  /** Asked before each call: a run is called only while this replica still holds it. */
  mayCall: (run: ClaimedRun) => boolean = () => true;
  /** Told of each run that was not called because `mayCall` said no. */
  onRefused: (run: ClaimedRun) => void = () => undefined;

  constructor(
    private readonly execution: HttpAction,
    private readonly recorder: OutcomeRecorder,
    private readonly metrics: DispatchMetrics,
    @Inject(CONFIG) config: Config,
  ) {
    const { maxCalls, maxCallsPerTenant } = config;
    const limits = { maxCalls, maxCallsPerTenant, maxWaiting: WAITING_PER_CALL * maxCalls };
    this.queue = new FairQueue(limits, execution.clock, (run) => this.start(run));
    metrics.watch(this.queue);
  }

  /** Answers the ids of the runs that were called and are not yet recorded. */
  listOpenIds(): string[] {
    return [...this.executing.keys(), ...this.recorder.listPendingIds()];
  }

  /** Resolves once every call that has started is recorded. */
  async settled(): Promise<void> {
    while (this.executing.size > 0 || this.recorder.size > 0) {
      await Promise.all(this.executing.values());
      await this.recorder.flush();
    }
  }

  private start(run: ClaimedRun): Promise<void> {
    if (!this.mayCall(run)) return Promise.resolve(this.onRefused(run));
    const work = this.execution.execute(run).then((executed) => {
      this.metrics.observe(executed);
      this.recorder.add(executed);
      this.executing.delete(run.runId);
    });
    this.executing.set(run.runId, work);
    return work;
  }
}

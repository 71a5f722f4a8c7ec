import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { SECOND_MS } from '../core/instant.js';
import { Metrics } from '../telemetry/metrics.js';
import type { ExecutedRun } from './executed-run.js';
import type { FairQueue } from './fair-queue.js';

/** The metrics of dispatch. Labels never name a tenant, because the number of tenants has no limit. */
@Injectable()
export class DispatchMetrics {
  private readonly calls;
  private readonly lateness;
  private readonly duration;

  constructor(private readonly metrics: Metrics) {
    const registers = [metrics.registry];
    this.calls = new Counter({
      name: 'carillon_calls_total',
      help: 'Calls to action endpoints, by the state that the run took',
      labelNames: ['state'],
      registers,
    });
    this.lateness = new Histogram({
      name: 'carillon_lateness_seconds',
      help: 'Start of the call minus the instant at which it was due',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600],
      registers,
    });
    this.duration = new Histogram({
      name: 'carillon_call_seconds',
      help: 'Time from the call to its answer',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
      registers,
    });
  }

  /** Publishes how full a queue is; the value is read when Prometheus asks for it. */
  watch(queue: FairQueue): void {
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers: [this.metrics.registry],
        collect() {
          this.set(read());
        },
      });
    gauge('carillon_calls_in_flight', 'Calls in flight', () => queue.inFlight);
    gauge('carillon_runs_waiting', 'Runs claimed and not yet called', () => queue.waiting);
  }

  /** Counts one call. */
  observe({ run, outcome }: ExecutedRun): void {
    this.calls.inc({ state: outcome.state });
    this.lateness.observe(Math.max(0, outcome.executedAt - run.dueAt) / SECOND_MS);
    this.duration.observe((outcome.answeredAt - outcome.executedAt) / SECOND_MS);
  }
}

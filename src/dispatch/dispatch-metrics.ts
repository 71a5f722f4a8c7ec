import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { SECOND_MS } from '../core/instant.js';
import type { FairQueue } from './fair-queue.js';
import type { ExecutedRun } from '../action/http/http-action.js';

/** How often the lag of the event loop is looked at: every look wakes an idle process up. */
const LAG_EVERY_MS = 100;

/** What is measured of dispatch, for Prometheus. Labels never name a tenant: their number has no bound. */
@Injectable()
export class DispatchMetrics {
  readonly registry = new Registry();
  private readonly calls = new Counter({
    name: 'carillon_calls_total',
    help: 'Calls to action endpoints, by the state that the run took',
    labelNames: ['state'],
    registers: [this.registry],
  });
  private readonly lateness = new Histogram({
    name: 'carillon_lateness_seconds',
    help: 'Start of the call minus the instant at which it was due',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600],
    registers: [this.registry],
  });
  private readonly duration = new Histogram({
    name: 'carillon_call_seconds',
    help: 'Time from the call to its answer',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: LAG_EVERY_MS });
  }

  /** Publishes how full a queue is, read when Prometheus asks. */
  watch(queue: FairQueue): void {
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers: [this.registry],
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

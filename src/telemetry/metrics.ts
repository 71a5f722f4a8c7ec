import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** How often the lag of the event loop is measured. Every measurement wakes an idle process. */
const LAG_EVERY_MS = 100;

/** All metrics of this process, for Prometheus. Each module adds its own metrics to the registry. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: LAG_EVERY_MS });
  }

  /** Returns the current values in the text format of Prometheus. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}

import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** How often the lag of the event loop is looked at: every look wakes an idle process up. */
const LAG_EVERY_MS = 100;

/** All that this process measures of itself, for Prometheus. Each module adds its own metrics to the registry. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: LAG_EVERY_MS });
  }

  /** Returns the present values in the text format of Prometheus. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}

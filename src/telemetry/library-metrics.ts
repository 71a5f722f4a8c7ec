import { collectDefaultMetrics, type Registry, type RegistryContentType } from 'prom-client';

/**
 * Left out of the client library's own metrics: the lag of the event loop, which contains the period of its own timer (0.1 s
 * on an idle process), and gauges named like counters.
 */
const LEFT_OUT = [
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_min_seconds',
  'nodejs_eventloop_lag_max_seconds',
  'nodejs_eventloop_lag_mean_seconds',
  'nodejs_eventloop_lag_stddev_seconds',
  'nodejs_eventloop_lag_p50_seconds',
  'nodejs_eventloop_lag_p90_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** The library begins to measure that lag whether it is wanted or not: with this period its timer wakes nobody. */
const A_DAY_MS = 86_400_000;

/** Adds the client library's own metrics of process, heap and garbage collection to a registry. */
export function addLibraryMetrics(registry: Registry<RegistryContentType>): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: A_DAY_MS });
  for (const name of LEFT_OUT) registry.removeSingleMetric(name);
}

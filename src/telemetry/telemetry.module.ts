import { Global, Module } from '@nestjs/common';
import { LifecycleLog } from './lifecycle-log.js';
import { Metrics } from './metrics.js';
import { ProcessMetrics } from './process-metrics.js';
import { RunTraces } from './trace/run-traces.js';
import { TRACE_LIMITS, USUAL_TRACE_LIMITS } from './trace/trace-limits.js';
import { Traces } from './trace/traces.js';

/** How the service can be observed from outside. */
@Global()
@Module({
  providers: [
    LifecycleLog,
    Metrics,
    ProcessMetrics,
    RunTraces,
    Traces,
    { provide: TRACE_LIMITS, useValue: USUAL_TRACE_LIMITS },
  ],
  exports: [Metrics, RunTraces, Traces],
})
export class TelemetryModule {}

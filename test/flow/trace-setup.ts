import { USUAL_TRACE_LIMITS } from '../../src/telemetry/trace/trace-limits.js';
import { Traces } from '../../src/telemetry/trace/traces.js';
import { sqlite } from '../support/databases.js';
import { TraceReceiver } from '../support/trace-receiver.js';
import { startFlow } from './setup.js';

/** The trace of a run. */
export const traceIdOf = (runId: string | undefined) => (runId ?? '').replaceAll('-', '');
/** The root span of the trace of a run. */
export const rootIdOf = (traceId: string) => traceId.slice(16);

/** A service whose traces go to a receiver; all of them unless a share is given. */
export async function startTraced(
  kind = sqlite,
  share = '1',
  mostBadRuns = 50,
  env: Record<string, string> = {},
) {
  const receiver = await TraceReceiver.start();
  const flow = await startFlow(
    kind,
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_TRACES_SAMPLER_ARG: share,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20otlp-token',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=left%20out',
      OTEL_SERVICE_NAME: 'jobs',
      ...env,
    },
    { traceLimits: { ...USUAL_TRACE_LIMITS, mostBadRuns } },
  );
  const flush = () => flow.app.get(Traces, { strict: false }).flush();
  /** The spans of a trace that have been exported. */
  const traceOf = async (traceId: string) => {
    await flush();
    return receiver.trace(traceId);
  };
  return { ...flow, receiver, flush, traceOf };
}

export type TracedFlow = Awaited<ReturnType<typeof startTraced>>;

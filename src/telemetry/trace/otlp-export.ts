/**
 * The one file that uses the packages of OpenTelemetry, and nothing imports it but `import()`: without an endpoint none of them is
 * loaded.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { SpanKind, SpanStatusCode, TraceFlags, type HrTime } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { TraceEndpoint } from '../../config/tracing.js';
import { VERSION } from '../../config/version.js';
import { SECOND_MS } from '../../core/instant.js';
import type { Span } from './span.js';
import type { SpanExport } from './span-queue.js';

const KINDS = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  server: SpanKind.SERVER,
} as const satisfies Record<Span['kind'], SpanKind>;

const SCOPE = { name: 'carillon', version: VERSION };
/** The exporter's code of success. */
const TAKEN = 0;
const TIMED_OUT = 'Request timed out';
const MS_NS = 1_000_000;
const MOST_REASON = 200;

/** Opens the way to an endpoint that speaks OTLP over HTTP with JSON. A request that takes longer than `timeoutMs` is broken off. */
export function openOtlpExport(endpoint: TraceEndpoint, timeoutMs: number): SpanExport {
  const { url, headers, attributes } = endpoint;
  // One of ours, because the exporter by itself can break off no request.
  const agent = new (url.startsWith('https:') ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 1 });
  const exporter = new OTLPTraceExporter({
    url,
    headers: { ...headers },
    timeoutMillis: timeoutMs,
    httpAgentOptions: () => agent,
  });
  const resource = defaultResource().merge(resourceFromAttributes({ ...attributes }));
  let breakOff: (why: string) => void = () => undefined;
  return {
    send: (spans) =>
      new Promise((resolve, reject) => {
        const end = (reason: string | null) => {
          clearTimeout(timer);
          if (reason === null) resolve();
          else reject(new Error(reason));
        };
        breakOff = (why) => {
          end(why);
          // By an error of ours: where a connection is reset the exporter sends the request again, after it has been given up.
          for (const socket of Object.values(agent.sockets).flat()) socket?.destroy(new Error(why));
        };
        const tooLate = `no answer came within ${timeoutMs / SECOND_MS} s`;
        // The exporter's own limit begins anew with each byte that comes.
        const timer = setTimeout(() => breakOff(tooLate), timeoutMs);
        exporter.export(
          spans.map((span) => readable(span, resource)),
          ({ error, code }) => end(Number(code) === TAKEN ? null : reasonOf(error, tooLate)),
        );
      }),
    close: () => {
      breakOff('the service has stopped');
      agent.destroy();
    },
  };
}

function readable(span: Span, resource: Resource): ReadableSpan {
  const { traceId, spanId, parentId, isParentRemote, startAt, endAt } = span;
  const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  return {
    name: span.name,
    kind: KINDS[span.kind],
    spanContext: () => context,
    ...(parentId !== null && {
      parentSpanContext: {
        traceId,
        spanId: parentId,
        traceFlags: TraceFlags.SAMPLED,
        isRemote: isParentRemote,
      },
    }),
    startTime: hrTime(startAt),
    endTime: hrTime(endAt),
    duration: hrTime(endAt - startAt),
    ended: true,
    status: { code: span.isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: span.attributes,
    links: [],
    events: [],
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Returns milliseconds as seconds and the nanoseconds beyond them. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / SECOND_MS);
  return [seconds, Math.round((ms - seconds * SECOND_MS) * MS_NS)];
}

/** Returns why spans were not taken: the status of the answer or the error of the network, and never what the endpoint said. */
function reasonOf(error: (Error & { readonly code?: unknown }) | undefined, tooLate: string): string {
  if (error?.message === TIMED_OUT) return tooLate;
  if (typeof error?.code === 'number') return `it answered HTTP ${error.code}`;
  return (error?.message ?? 'it did not take them').replace(/\s+/g, ' ').slice(0, MOST_REASON);
}

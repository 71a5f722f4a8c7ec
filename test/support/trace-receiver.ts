import { ActionTarget, type ReceivedCall } from './action-target.js';
import { atEndOfFile } from './end-of-file.js';

/** A span as an OTLP endpoint gets it, its attributes by their names. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for the root of a trace. */
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT';
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

type WireValue = { readonly stringValue?: string; readonly intValue?: number; readonly boolValue?: boolean };
type WireAttributes = readonly { readonly key: string; readonly value: WireValue }[];
interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
  readonly attributes: WireAttributes;
}
interface WireBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: WireAttributes };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

/** The numbers of SpanKind in OTLP. */
const KINDS: Readonly<Record<number, ReceivedSpan['kind']>> = { 1: 'INTERNAL', 2: 'SERVER', 3: 'CLIENT' };
const STATUS_ERROR = 2;

/** An endpoint that takes traces by OTLP over HTTP with JSON and reads them strictly; it ends with the file. */
export class TraceReceiver {
  private stopped: Promise<void> | null = null;

  private constructor(private readonly target: ActionTarget) {}

  static async start(): Promise<TraceReceiver> {
    const receiver = new TraceReceiver(await ActionTarget.start());
    atEndOfFile(() => receiver.stop());
    return receiver;
  }

  /** What OTEL_EXPORTER_OTLP_ENDPOINT names. */
  get url(): string {
    return this.target.url('');
  }

  /** Says what becomes of each request from now on. */
  reacts(reaction: Parameters<ActionTarget['reacts']>[0]): void {
    this.target.reacts(reaction);
  }

  /** Ends the endpoint: whoever connects from now on is refused. */
  stop(): Promise<void> {
    return (this.stopped ??= this.target.stop());
  }

  /** The requests that came. */
  get requests(): readonly ReceivedCall[] {
    return this.target.calls;
  }

  async received(requests: number): Promise<void> {
    await this.target.received(requests);
  }

  /** All spans that came. */
  get spans(): ReceivedSpan[] {
    return this.requests.flatMap((request) => spansOf(request));
  }

  /** What is said of the service with the spans of the latest request. */
  get resource(): ReceivedSpan['attributes'] {
    const latest = this.requests.at(-1);
    if (latest === undefined) throw new Error('No request came.');
    return attributesOf(bodyOf(latest).resourceSpans[0]?.resource.attributes ?? []);
  }

  /** The spans of a trace, the earliest first, the root first among those of one instant. */
  trace(traceId: string): ReceivedSpan[] {
    const depth = ({ parentSpanId }: ReceivedSpan) => (parentSpanId === undefined ? 0 : 1);
    return this.spans
      .filter((span) => span.traceId === traceId)
      .sort((a, b) => a.startMs - b.startMs || depth(a) - depth(b));
  }
}

function bodyOf({ body }: ReceivedCall): WireBody {
  return JSON.parse(body) as WireBody;
}

function spansOf(request: ReceivedCall): ReceivedSpan[] {
  const { method, path, headers } = request;
  if (method !== 'POST' || path !== '/v1/traces' || headers['content-type'] !== 'application/json') {
    throw new Error(`No request of OTLP: ${method} ${path} ${headers['content-type']}`);
  }
  return bodyOf(request).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(spanOf)),
  );
}

function spanOf(span: WireSpan): ReceivedSpan {
  if (!/^[0-9a-f]{32}$/.test(span.traceId) || !/^[0-9a-f]{16}$/.test(span.spanId)) {
    throw new Error(`The ids of the span '${span.name}' cannot be read.`);
  }
  const [startMs, endMs] = [msOf(span.startTimeUnixNano), msOf(span.endTimeUnixNano)];
  if (endMs < startMs) throw new Error(`The span '${span.name}' ends before it begins.`);
  const kind = KINDS[span.kind];
  if (kind === undefined) throw new Error(`The span '${span.name}' is of kind ${span.kind}.`);
  return {
    ...{ traceId: span.traceId, spanId: span.spanId, parentSpanId: span.parentSpanId },
    ...{ name: span.name, kind, startMs, endMs, isError: span.status.code === STATUS_ERROR },
    attributes: attributesOf(span.attributes),
  };
}

function msOf(nanos: string): number {
  if (!/^\d{19}$/.test(nanos)) throw new Error(`'${nanos}' is no time in nanoseconds of these years.`);
  return Number(BigInt(nanos) / 1_000n) / 1_000;
}

function attributesOf(attributes: WireAttributes): ReceivedSpan['attributes'] {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.boolValue ?? '']),
  );
}

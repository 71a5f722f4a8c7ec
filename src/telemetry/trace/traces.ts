import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { CONFIG, type Config } from '../../config/config.js';
import type { TraceEndpoint } from '../../config/tracing.js';
import { Metrics } from '../metrics.js';
import type { Span } from './span.js';
import { SpanQueue } from './span-queue.js';
import { TRACE_LIMITS, type TraceLimits } from './trace-limits.js';

const SAY_AGAIN_MS = 60_000;

/**
 * Takes finished spans out of the process where an endpoint is configured, and does nothing elsewhere. Ask `isOn` before a span is
 * made. What the endpoint does not take is dropped and counted, and said once a minute.
 */
@Injectable()
export class Traces implements OnApplicationShutdown {
  private readonly log = new Logger('Traces');
  private readonly queue: SpanQueue | null;
  private readonly share: number;
  private readonly exportedTotal: Counter;
  private readonly droppedTotal: Counter;
  private unsaid = 0;
  private sayAgainAt = -Infinity;

  constructor(
    @Inject(CONFIG) { tracing }: Config,
    @Inject(TRACE_LIMITS) private readonly limits: TraceLimits,
    metrics: Metrics,
  ) {
    this.share = tracing.share;
    this.exportedTotal = metrics.counter(
      'carillon_spans_exported_total',
      'Spans that the OTLP endpoint took',
    );
    this.droppedTotal = metrics.counter(
      'carillon_spans_dropped_total',
      'Spans that were lost: the OTLP endpoint did not take them, or not as fast as they came',
    );
    const { endpoint } = tracing;
    const listener = {
      exported: (spans: number) => this.exportedTotal.inc(spans),
      dropped: (spans: number, reason: string) => this.dropped(spans, reason),
    };
    this.queue = endpoint && new SpanQueue(() => opened(endpoint, limits), limits, listener);
  }

  /** Whether traces leave the process. */
  get isOn(): boolean {
    return this.queue !== null;
  }

  /** Returns whether the next trace that is no run's is exported: chance decides, and never what a caller sends. */
  takesNext(): boolean {
    return this.queue !== null && Math.random() < this.share;
  }

  add(span: Span): void {
    this.queue?.add(span);
  }

  /** Resolves once what was added is taken or dropped. */
  async flush(): Promise<void> {
    await this.queue?.flush();
  }

  /** Comes after the last call was recorded and the last request answered. */
  async onApplicationShutdown(): Promise<void> {
    await this.queue?.close(this.limits.flushMs);
  }

  private dropped(spans: number, reason: string): void {
    this.droppedTotal.inc(spans);
    this.unsaid += spans;
    const now = performance.now();
    if (now < this.sayAgainAt) return;
    this.log.warn(
      `Traces: ${this.unsaid} spans were dropped, because the OTLP endpoint did not take them: ${reason}. Runs are not affected. Look whether the endpoint works and is reached.`,
    );
    this.unsaid = 0;
    this.sayAgainAt = now + SAY_AGAIN_MS;
  }
}

/** The packages of OpenTelemetry are loaded here and nowhere else. */
async function opened(endpoint: TraceEndpoint, { timeoutMs }: TraceLimits) {
  const { openOtlpExport } = await import('./otlp-export.js');
  return openOtlpExport(endpoint, timeoutMs);
}

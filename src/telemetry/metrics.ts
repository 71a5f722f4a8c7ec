import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, type LabelValues, type RegistryContentType } from 'prom-client';
import { preferredExposition, type Exposition } from './exposition.js';
import { addLibraryMetrics } from './library-metrics.js';

const CONTENT_TYPES = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
} as const;

/**
 * The format of the registry between renderings: prom-client refuses to make histograms with exemplars on one of the text
 * format, though it writes the same registry in either.
 */
const AT_REST = CONTENT_TYPES.openmetrics;

export interface GaugeOptions<Label extends string> {
  readonly labels?: readonly Label[];
  /** Sets the value each time somebody asks. Where it throws, the metric is left out of that answer. */
  readonly collect?: (gauge: Gauge<Label>) => void | Promise<void>;
}

export interface HistogramOptions<Label extends string> {
  readonly labels?: readonly Label[];
  /** Then it is observed by `observe({ labels, value, exemplarLabels })`. */
  readonly hasExemplars?: boolean;
}

/** The bounds of histograms of seconds (telemetry.md, "GET /metrics"); one whose values go further adds more. */
export const SECONDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The metrics as they are sent. */
export interface Rendering {
  readonly contentType: string;
  readonly text: string;
}

/**
 * All metrics of this process, for Prometheus. Modules make their own by the three factories; nobody else touches the
 * registry. Label values are closed lists in the code: none names a tenant, a job, a run, a URL or a host.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry<RegistryContentType>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor() {
    this.registry.setContentType(AT_REST);
    addLibraryMetrics(this.registry);
  }

  /** A counter whose label values are few is begun at 0 for each of them (`beginAtZero`). */
  counter<Label extends string = never>(
    name: string,
    help: string,
    labels: readonly Label[] = [],
  ): Counter<Label> {
    return new Counter({ name, help, labelNames: [...labels], registers: [this.registry] });
  }

  gauge<Label extends string = never>(
    name: string,
    help: string,
    { labels = [], collect }: GaugeOptions<Label> = {},
  ): Gauge<Label> {
    const common = { name, help, labelNames: [...labels], registers: [this.registry] };
    if (collect === undefined) return new Gauge<Label>(common);
    return new Gauge<Label>({
      ...common,
      async collect() {
        try {
          await collect(this);
        } catch {
          empty(this, labels);
        }
      },
    });
  }

  /** `buckets` are upper bounds, in the unit that the name ends in. */
  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    { labels = [], hasExemplars = false }: HistogramOptions<Label> = {},
  ): Histogram<Label> {
    return new Histogram({
      name,
      help,
      buckets: [...buckets],
      labelNames: [...labels],
      enableExemplars: hasExemplars,
      registers: [this.registry],
    });
  }

  /**
   * Returns the current values in the format that the `Accept` header of a request prefers. Renderings take turns: the
   * format is a state of the registry, and prom-client renames counters while it writes OpenMetrics.
   */
  render(accept: string | undefined): Promise<Rendering> {
    const exposition = preferredExposition(accept);
    const rendering = this.turn.then(() => this.renderAs(exposition));
    this.turn = rendering.catch(() => undefined);
    return rendering;
  }

  private async renderAs(exposition: Exposition): Promise<Rendering> {
    const contentType = CONTENT_TYPES[exposition];
    const metrics = this.registry.getMetricsAsArray();
    const names = metrics.map(({ name }) => name);
    this.registry.setContentType(contentType);
    try {
      return { contentType, text: await this.registry.metrics() };
    } finally {
      // OpenMetrics names a counter without its suffix; prom-client cuts it off the counter itself, for good.
      this.registry.setContentType(AT_REST);
      metrics.forEach((metric, index) => (metric.name = names[index] ?? metric.name));
    }
  }
}

/**
 * Begins a counter at 0 for these labels: `rate()` then sees the first event too, and an alert on what never happened is an
 * answer and no gap.
 */
export function beginAtZero<Label extends string>(
  counter: Counter<Label>,
  each: readonly LabelValues<Label>[],
): void {
  for (const labels of each) counter.inc(labels, 0);
}

/** Takes all values out of a gauge. Its own `reset` gives one without labels the value 0. */
function empty<Label extends string>(gauge: Gauge<Label>, labels: readonly Label[]): void {
  if (labels.length === 0) gauge.remove();
  else gauge.reset();
}

import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { Clock } from '../../core/clock.js';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import { isRunSampled, thresholdOf } from '../../core/trace/run-sampling.js';
import { traceparentOf } from '../../core/trace/traceparent.js';
import type { SpanAttributes } from './span.js';
import { traceIdOfRun } from './trace-ids.js';
import { TRACE_LIMITS, type TraceLimits } from './trace-limits.js';
import { Traces } from './traces.js';

const BY_SHARE: SpanAttributes = {};
const BY_ERROR: SpanAttributes = { 'carillon.sampled_by': 'error' };

/**
 * Decides which runs are traced. The trace of a run is its run id, so that all replicas and attempts decide alike, and an
 * unsampled run costs a comparison (telemetry.md, "Traces").
 */
@Injectable()
export class RunTraces {
  private readonly threshold: number;
  /** The bad runs of this second that are exported although they are not sampled, and those of the second before. */
  private bad = new Set<string>();
  private badBefore = new Set<string>();
  private secondFrom: Instant = -Infinity;

  constructor(
    @Inject(CONFIG) { tracing }: Config,
    @Inject(TRACE_LIMITS) private readonly limits: TraceLimits,
    private readonly traces: Traces,
    private readonly clock: Clock,
  ) {
    this.threshold = thresholdOf(tracing.share);
  }

  /** Returns the header `traceparent` of a call of a run; whoever is called may follow its flag, also where nothing is exported. */
  headerOf(runId: string, spanId: string): string {
    return traceparentOf({ traceId: traceIdOfRun(runId), spanId }, isRunSampled(runId, this.threshold));
  }

  /** Returns whether all of a run's trace is exported. */
  isExported(runId: string): boolean {
    return this.traces.isOn && isRunSampled(runId, this.threshold);
  }

  /** Returns the labels of an exemplar of a run; undefined where nobody could find its trace. */
  exemplarOf(runId: string): { trace_id: string } | undefined {
    return this.isExported(runId) ? { trace_id: traceIdOfRun(runId) } : undefined;
  }

  /**
   * Returns what the spans of the end of a run say of why they are exported, null where they are not. Of runs that end badly and
   * are not sampled, some are taken each second.
   */
  admitEnd(runId: string, isBad: boolean): SpanAttributes | null {
    if (this.isExported(runId)) return BY_SHARE;
    return isBad && this.takeBad(runId) ? BY_ERROR : null;
  }

  /** Returns the same of the span of a call, after `admitEnd` was asked for its run, where that has ended. */
  admitCall(runId: string, isBad: boolean): SpanAttributes | null {
    if (this.isExported(runId)) return BY_SHARE;
    return isBad && (this.bad.has(runId) || this.badBefore.has(runId)) ? BY_ERROR : null;
  }

  private takeBad(runId: string): boolean {
    if (!this.traces.isOn) return false;
    const now = this.clock.now();
    if (now >= this.secondFrom + SECOND_MS || now < this.secondFrom) {
      this.secondFrom = now;
      this.badBefore = this.bad;
      this.bad = new Set();
    }
    if (this.bad.size >= this.limits.mostBadRuns) return false;
    this.bad.add(runId);
    return true;
  }
}

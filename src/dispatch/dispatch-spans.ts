import { Injectable } from '@nestjs/common';
import { failureCodeOf } from '../core/action-outcome.js';
import { BoundedMap } from '../core/bounded-map.js';
import { Clock } from '../core/clock.js';
import { shownUrl } from '../core/trace/shown-url.js';
import { Database } from '../database/database.js';
import { RunTraces } from '../telemetry/trace/run-traces.js';
import type { SpanAttributes } from '../telemetry/trace/span.js';
import { newSpanId, newTraceId, spanIdOfRun, traceIdOfRun } from '../telemetry/trace/trace-ids.js';
import { Traces } from '../telemetry/trace/traces.js';
import type { ExecutedRun } from './executed-run.js';

const MOST_URLS = 4_096;
const LONGEST_KEPT = 2_048;
const TIMED_OUT = 'timeout';
const NO_ANSWER = 'no_answer';

/** Makes the spans of what dispatch does: one for each call, once its outcome is recorded, and one for each transaction. */
@Injectable()
export class DispatchSpans {
  private readonly urls = new BoundedMap<SpanAttributes>(MOST_URLS);

  constructor(
    private readonly runs: RunTraces,
    private readonly traces: Traces,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Makes the spans of calls whose outcomes are recorded, also where another outcome counts: they were made, and their endpoints know their ids. */
  calls(recorded: readonly ExecutedRun[]): void {
    if (!this.traces.isOn) return;
    for (const executed of recorded) {
      if (executed.spanId !== null) this.call(executed, executed.spanId);
    }
  }

  /** Makes the span of a transaction over so many runs that has just ended; `fromMs` is what `performance.now()` was when it began. */
  transaction(name: 'claim' | 'record', fromMs: number, runs: number): void {
    if (runs === 0 || !this.traces.takesNext()) return;
    const endAt = this.clock.now();
    this.traces.add({
      ...{ traceId: newTraceId(), spanId: newSpanId(), parentId: null, isParentRemote: false },
      ...{ name, kind: 'internal', startAt: endAt - (performance.now() - fromMs), endAt, isError: false },
      attributes: {
        'carillon.batch.size': runs,
        // The dialect of MariaDB is MySQL's: which of the two it is nobody needs to know here.
        'db.system.name': this.database.dialect.name,
      },
    });
  }

  private call(executed: ExecutedRun, spanId: string): void {
    const { run, outcome } = executed;
    const errorType = errorTypeOf(executed);
    const isError = errorType !== null;
    const resent = run.attempt - 1 + (run.wasCalled ? 1 : 0);
    const reason = this.runs.admitCall(run.runId, isError);
    if (reason === null) return;
    this.traces.add({
      traceId: traceIdOfRun(run.runId),
      spanId,
      parentId: spanIdOfRun(run.runId),
      isParentRemote: false,
      name: run.job.httpMethod,
      kind: 'client',
      startAt: outcome.executedAt,
      endAt: outcome.answeredAt,
      isError,
      attributes: {
        'http.request.method': run.job.httpMethod,
        ...this.urlOf(run.job.action),
        ...(outcome.httpStatus !== null && { 'http.response.status_code': outcome.httpStatus }),
        ...(isError && { 'error.type': errorType }),
        // How often a replica that is gone has called it, nobody knows: it is once at least.
        ...(resent > 0 && { 'http.request.resend_count': resent }),
        ...reason,
      },
    });
  }

  /** Thousands of calls go to few URLs. */
  private urlOf(action: string): SpanAttributes {
    const known = this.urls.get(action);
    if (known !== null) return known;
    const shown = shownUrl(action);
    const attributes: SpanAttributes =
      shown === null
        ? {}
        : { 'url.full': shown.full, 'server.address': shown.address, 'server.port': shown.port };
    if (action.length <= LONGEST_KEPT) this.urls.set(action, attributes);
    return attributes;
  }
}

/** Returns why a call failed, in a word that there are few of: the status, the code of the network error; null where it did not. */
function errorTypeOf({ outcome }: ExecutedRun): string | null {
  const { httpStatus, state, text } = outcome;
  if (httpStatus !== null) return httpStatus >= 400 || httpStatus < 200 ? String(httpStatus) : null;
  return state === 'ACK_NOT_RECVD' ? TIMED_OUT : (failureCodeOf(text) ?? NO_ANSWER);
}

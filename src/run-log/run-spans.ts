import { Injectable } from '@nestjs/common';
import { isFailure } from '../core/run-state.js';
import type { Tx } from '../database/tx.js';
import { RunTraces } from '../telemetry/trace/run-traces.js';
import type { Span, SpanAttributes } from '../telemetry/trace/span.js';
import { newSpanId, spanIdOfRun, traceIdOfRun } from '../telemetry/trace/trace-ids.js';
import { Traces } from '../telemetry/trace/traces.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';
import { hasFailed } from './failed-run-log.js';
import { RunEndings, type EndedRun, type EndingParticipant } from './run-endings.js';

/**
 * Makes the spans `run` and `report` when the end of a run is committed, whatever ended it and on whichever replica: everything in
 * them comes from its row. Without an endpoint for traces it takes part in nothing.
 */
@Injectable()
export class RunSpans implements EndingParticipant {
  constructor(
    endings: RunEndings,
    private readonly runs: RunTraces,
    private readonly traces: Traces,
    private readonly tenancies: TenancyIndex,
  ) {
    if (traces.isOn) endings.join(this);
  }

  settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    const shown = ended.filter((run) => this.runs.isExported(run.runId) || hasFailed(run));
    if (shown.length > 0) tx.afterCommit(() => this.add(shown));
    return Promise.resolve();
  }

  private add(ended: readonly EndedRun[]): void {
    for (const run of ended) {
      const reason = this.runs.admitEnd(run.runId, hasFailed(run));
      if (reason === null) continue;
      this.traces.add(this.spanOf(run, reason));
      if (run.awaitedFrom !== null && this.runs.isExported(run.runId)) {
        this.traces.add(reportOf(run, run.awaitedFrom));
      }
    }
  }

  private spanOf(run: EndedRun, reason: SpanAttributes): Span {
    const tenancy = this.tenancies.find(run.tenancyId);
    return {
      ...baseOf(run, run.plannedAt),
      spanId: spanIdOfRun(run.runId),
      parentId: null,
      name: 'run',
      attributes: {
        'carillon.run.id': run.runId,
        'carillon.run.state': run.state,
        'carillon.run.origin': run.origin,
        ...(run.job !== null && { 'carillon.job.id': run.job.id }),
        'carillon.schedule.id': run.scheduleId,
        ...(run.scheduleKind !== null && { 'carillon.schedule.kind': run.scheduleKind }),
        ...(tenancy?.tenantId && { 'carillon.tenant.id': tenancy.tenantId }),
        ...(tenancy && { 'carillon.instance.id': tenancy.instanceUid }),
        ...(run.executedAt !== null && { 'carillon.lateness_ms': Math.max(0, run.executedAt - run.dueAt) }),
        ...reason,
      },
    };
  }
}

function reportOf(run: EndedRun, from: number): Span {
  return {
    ...baseOf(run, from),
    spanId: newSpanId(),
    parentId: spanIdOfRun(run.runId),
    name: 'report',
    attributes: { 'carillon.run.state': run.state },
  };
}

/** A run may end before its instant, and be reported before its 202 came: no span ends before it begins. */
function baseOf({ runId, state, endedAt }: EndedRun, from: number) {
  return {
    traceId: traceIdOfRun(runId),
    isParentRemote: false,
    kind: 'internal',
    startAt: Math.min(from, endedAt),
    endAt: endedAt,
    isError: isFailure(state),
  } as const;
}

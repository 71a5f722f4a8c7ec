import type { PerformedAction } from '../action/action-performer.js';
import { eventOf, textOf, type ActionOutcome } from '../core/action-outcome.js';
import type { Instant } from '../core/instant.js';
import { transition } from '../core/run-state.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import type { RunOutcome } from '../run-log/outcome.store.js';

/** A run that this replica has finished with, and what is to be recorded of it. */
export interface ExecutedRun {
  readonly run: ClaimedRun;
  readonly outcome: RunOutcome;
  /** The id of the span of its call; null where no call was made that has one. */
  readonly spanId: string | null;
  /** Whether the endpoint gave any HTTP answer; null where it was not called. */
  readonly isReached: boolean | null;
}

/** When a call was sent, and when its answer came or the service stopped waiting for it. */
interface CallTime {
  readonly startedAt: Instant;
  readonly answeredAt: Instant;
}

/** Returns what is to be recorded of a run after its action was performed. */
export function executedRun(run: ClaimedRun, performed: PerformedAction, answeredAt: Instant): ExecutedRun {
  const { startedAt, outcome, spanId = null, isReached = outcome.kind !== 'unreachable' } = performed;
  return { run, outcome: outcomeOf(run, outcome, { startedAt, answeredAt }), spanId, isReached };
}

/** Returns what is to be recorded of a run that ends without a call. */
export function refusedRun(run: ClaimedRun, action: ActionOutcome, now: Instant): ExecutedRun {
  const outcome = outcomeOf(run, action, { startedAt: now, answeredAt: now });
  return { run, outcome, spanId: null, isReached: null };
}

function outcomeOf(run: ClaimedRun, action: ActionOutcome, time: CallTime): RunOutcome {
  return {
    id: run.id,
    runId: run.runId,
    scheduleId: run.schedule.id,
    scheduleKind: run.schedule.kind,
    job: run.job,
    tenancyId: run.tenancyId,
    origin: run.origin,
    plannedAt: run.plannedAt,
    dueAt: run.dueAt,
    state: transition('TRIGGERED', eventOf(action)) ?? 'REQUEST_ERROR',
    executedAt: time.startedAt,
    answeredAt: Math.max(time.startedAt, time.answeredAt),
    httpStatus: action.kind === 'answered' ? action.httpStatus : null,
    text: textOf(action),
  };
}

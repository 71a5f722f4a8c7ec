import type { PerformedAction } from '../action/action-performer.js';
import { eventOf, textOf, type ActionOutcome } from '../core/action-outcome.js';
import { signOf, type Sign } from '../core/protection/breaker.js';
import { attemptText } from '../core/policy/attempts.js';
import { failedCallOf, retryAt } from '../core/policy/retry.js';
import type { Instant } from '../core/instant.js';
import { transition } from '../core/run-state.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';
import type { RetryState, RunOutcome } from '../run-log/run-outcome.js';
import { isProtected } from '../schedule/protection/breaker/circuit-id.js';

/** A run that this replica has finished with, and what is to be recorded of it. */
export interface ExecutedRun {
  readonly run: ClaimedRun;
  readonly outcome: RunOutcome;
  /** The id of the span of its call; null where no call was made that has one. */
  readonly spanId: string | null;
  /** Whether the endpoint gave any HTTP answer; null where it was not called. */
  readonly isReached: boolean | null;
  /** What the call says about its endpoint, where that is protected. */
  readonly sign?: Sign;
}

/** When a call was sent, and when its answer came or the service stopped waiting for it. */
interface CallTime {
  readonly startedAt: Instant;
  readonly answeredAt: Instant;
}

/**
 * Returns what is to be recorded of a run after its action was performed; `random` (at least 0, less than 1) moves the
 * instant of another call.
 */
export function executedRun(
  run: ClaimedRun,
  performed: PerformedAction,
  answeredAt: Instant,
  random = Math.random(),
): ExecutedRun {
  const { startedAt, outcome, spanId = null, isReached = outcome.kind !== 'unreachable' } = performed;
  const recorded = outcomeOf(run, outcome, { startedAt, answeredAt });
  const retry = retryOf(run, outcome, { now: recorded.answeredAt, random });
  const executed = {
    run,
    outcome: retry === null ? recorded : { ...recorded, ...retry },
    spanId,
    isReached,
  };
  return isProtected(run) ? { ...executed, sign: signOf(outcome) } : executed;
}

/** Returns what follows for a run that may be called more than once; null for any other. */
function retryOf(
  { policy, attempt, attempts, job }: ClaimedRun,
  outcome: ActionOutcome,
  time: { readonly now: Instant; readonly random: number },
): { readonly retry: RetryState; readonly text?: string } | null {
  const retry = policy?.retry;
  if (retry === undefined && attempt === 1) return null;
  // A task whose order was not answered may be there: it is looked for first (cf-tasks.md, "One task per run").
  const isOpen = job.kind === 'cf_task' && outcome.kind === 'unanswered';
  const call = isOpen ? null : failedCallOf(outcome);
  const nextAt =
    retry === undefined || call === null ? null : retryAt({ policy: retry, call, attempt, ...time });
  const state = { attempt, attempts, nextAt };
  return nextAt === null ? { retry: state } : { retry: state, text: attemptText(textOf(outcome)) };
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
    policy: run.policy,
    tenancyId: run.tenancyId,
    origin: run.origin,
    pacedBy: run.pacedBy,
    plannedAt: run.plannedAt,
    dueAt: run.dueAt,
    state: transition('TRIGGERED', eventOf(action)) ?? 'REQUEST_ERROR',
    executedAt: time.startedAt,
    answeredAt: Math.max(time.startedAt, time.answeredAt),
    httpStatus: action.kind === 'answered' ? action.httpStatus : null,
    text: textOf(action),
  };
}

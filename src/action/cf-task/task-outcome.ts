import type { ActionOutcome } from '../../core/action-outcome.js';
import { SECOND_MS } from '../../core/instant.js';
import type { RetryCause } from '../../core/policy/retry.js';
import type { RunEvent } from '../../core/run-state.js';
import { PlatformRefused, PlatformUnreachable, type PlatformFailure } from '../../runner/platform-failure.js';
import type { TaskSeen } from '../../runner/task-platform.js';

/** What a request for a task that failed means. */
export interface FailedOrder {
  readonly outcome: ActionOutcome;
  /** Whether there may be a task nevertheless. */
  readonly mayExist: boolean;
  /** Whether somebody answered: only who was not reached for days is given up. */
  readonly isReached: boolean;
}

/** How a task has ended, for the log of its run. */
export interface TaskEnd {
  readonly event: RunEvent;
  readonly text: string;
  /** Set where no task came about, so that its run may be called again. */
  readonly retryCause?: RetryCause;
}

/** The answers behind which a router may hide a task that was created. */
const OF_ROUTERS: readonly number[] = [502, 503, 504];
/** Refusals that are not about what is ordered, but about who orders it and how often. */
const OF_RUNNER: readonly number[] = [401, 403, 429];
const UNANSWERED: FailedOrder = { outcome: { kind: 'unanswered' }, mayExist: true, isReached: true };

/** What ends a run whose task was forgotten: its application was deleted, or its end is too long ago. */
export const GONE: TaskEnd = {
  event: { kind: 'reported', success: false },
  text: 'The task is not known any more',
};
/** What ends a run whose request has come to nothing. */
export const NEVER_CREATED: TaskEnd = {
  event: { kind: 'reported', success: false },
  text: 'The task was never created',
  retryCause: 'timeout',
};
/** What ends a run whose time is over. */
export const TIMED_OUT: TaskEnd = {
  event: { kind: 'taskOverdue' },
  text: 'The task did not end in time and is stopped',
};

/** Returns the outcome of a request for a task that was accepted (cf-tasks.md, "One run"). */
export function acceptedOutcome(task: TaskSeen): ActionOutcome {
  return { kind: 'answered', httpStatus: 202, body: acknowledgement(task) };
}

/** Returns what the log of a run says of its task. */
export function acknowledgement({ guid, sequenceId, name, state }: TaskSeen): string {
  return JSON.stringify({ guid, sequence_id: sequenceId, name, state });
}

/** Returns how a task has ended, null while it has not. */
export function endOf({ sequenceId, state, failureReason }: TaskSeen): TaskEnd | null {
  switch (state) {
    case 'SUCCEEDED':
      return { event: { kind: 'reported', success: true }, text: `Task ${sequenceId} succeeded` };
    case 'FAILED':
      return {
        event: { kind: 'reported', success: false },
        text: failureReason ?? `Task ${sequenceId} failed`,
      };
    case 'PENDING':
    case 'RUNNING':
    case 'CANCELING':
      return null;
  }
}

/** Returns what the failure of a request for a task means (cf-tasks.md, the table of "One run"). */
export function failedOrder(failure: PlatformFailure): FailedOrder {
  if (failure instanceof PlatformRefused) return ofAnswer(failure);
  const { code, message } = failure;
  if (failure instanceof PlatformUnreachable) {
    if (failure.about.wasSent) return UNANSWERED;
    return { outcome: { kind: 'unreachable', code, message }, mayExist: false, isReached: false };
  }
  // The login was refused: that is an answer.
  return { outcome: { kind: 'unreachable', code, message }, mayExist: false, isReached: true };
}

/** Returns whether the failure of an order tells of its runner: any other is about the task or its application alone. */
export function tellsOfRunner(failure: PlatformFailure): boolean {
  return !(failure instanceof PlatformRefused) || failure.status >= 500 || OF_RUNNER.includes(failure.status);
}

function ofAnswer({ status, details, about }: PlatformRefused): FailedOrder {
  const isClear = status >= 500 ? about.isOwn && !OF_ROUTERS.includes(status) : status >= 400;
  if (!isClear) return UNANSWERED;
  const body = details.join('; ');
  const retryAfter =
    about.retryAfterMs === null ? {} : { retryAfter: String(Math.ceil(about.retryAfterMs / SECOND_MS)) };
  const outcome: ActionOutcome = { kind: 'answered', httpStatus: status, body, ...retryAfter };
  return { outcome, mayExist: false, isReached: true };
}

import type { ActionOutcome } from '../core/action-outcome.js';
import type { Instant } from '../core/instant.js';
import type { ActionKind } from '../database/entities/job.row.js';
import type { ClaimedRun } from '../run-log/queue/claimed-run.js';

/**
 * The result of performing an action, and when the action began: after the token and everything else that it
 * needs were available.
 */
export interface PerformedAction {
  readonly startedAt: Instant;
  readonly outcome: ActionOutcome;
  /** The id of the call's span, which the endpoint was told; missing where nothing was called that could know it. */
  readonly spanId?: string;
  /** Whether anybody answered, where the outcome alone does not say. */
  readonly isReached?: boolean;
}

/** Says that it cannot be told before an instant whether the action is to be performed: the run waits without a call until then. */
export interface PostponedAction {
  readonly until: Instant;
}

/**
 * Performs the actions of runs; there is one performer for each kind of action. It performs the action of a run
 * once, with no transaction open. Every failure is an outcome; `perform` never rejects.
 */
export interface ActionPerformer {
  readonly kind: ActionKind;
  perform(run: ClaimedRun): Promise<PerformedAction | PostponedAction>;
}

/** The performers of all kinds. A missing one is a compile error. */
export class ActionPerformers {
  constructor(private readonly byKind: Readonly<Record<ActionKind, ActionPerformer>>) {}

  /** Returns the performer for the action of a run, chosen by the run's kind. */
  performerOf(run: ClaimedRun): ActionPerformer {
    return this.byKind[run.job.kind];
  }
}

import type { ActionOutcome } from '../core/action-outcome.js';
import type { Instant } from '../core/instant.js';
import type { ActionKind, ClaimedRun } from '../run-log/queue/claimed-run.js';

/** What performing an action came to, and when it began: once the token and all else that it needs was at hand. */
export interface PerformedAction {
  readonly startedAt: Instant;
  readonly outcome: ActionOutcome;
}

/**
 * What a run does: one performer per kind of action. It performs the action of a run once, with no transaction open.
 * Whatever goes wrong is an outcome; `perform` never rejects.
 */
export interface ActionPerformer {
  readonly kind: ActionKind;
  perform(run: ClaimedRun): Promise<PerformedAction>;
}

/** The performers of all kinds; the compiler misses the one that is left out. */
export class ActionPerformers {
  constructor(private readonly byKind: Readonly<Record<ActionKind, ActionPerformer>>) {}

  /** Returns who performs the action of a run: the run's kind decides. */
  performerOf(run: ClaimedRun): ActionPerformer {
    return this.byKind[run.job.kind];
  }
}

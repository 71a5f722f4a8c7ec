import type { ActionOutcome } from '../core/action-outcome.js';
import type { Instant } from '../core/instant.js';
import type { ClaimedRun } from '../run-log/claimed-run.js';

/** What performing an action came to, and when it began: once the token and all else that it needs was at hand. */
export interface PerformedAction {
  readonly startedAt: Instant;
  readonly outcome: ActionOutcome;
}

/**
 * What a run does: one performer per kind of action. It performs the action of a run once, with no transaction open.
 * Whatever goes wrong is an outcome; `perform` never rejects.
 */
export abstract class ActionPerformer {
  abstract readonly kind: string;
  abstract perform(run: ClaimedRun): Promise<PerformedAction>;
}

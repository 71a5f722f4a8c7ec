import type { Instant } from '../instant.js';
import type { ActiveWindow } from './planning.js';

/** What there is of the run of a one-time schedule, as far as it belongs to the present time of the schedule. */
export interface OneTimeRun {
  /** The instant of a run that waits to be claimed; null where none does. */
  readonly plannedAt: Instant | null;
  /** Whether a run was claimed and has not ended. */
  readonly isUnderWay: boolean;
}

/** What happened to a one-time schedule or its job, both being active after it. */
export interface OneTimeChange {
  /** `activated` where one of the two was inactive before. */
  readonly cause: 'activated' | 'edited';
  /** Whether the schedule was given a time that differs from the one before. */
  readonly isRetimed: boolean;
}

/**
 * What a change does to the run of a one-time schedule: it is planned anew, stays as it is, or goes because the
 * window now ends before it.
 */
export type OneTimeStep = 'plan' | 'keep' | 'drop';

/**
 * Returns what a change does to the run of a one-time schedule (schedules.md, "Window and planning"). The schedule
 * gets a run with a time that differs from its present one, and when it is activated after its last run has ended.
 * While a run of its present time waits or is under way, and when it is only edited, nothing else plans one: what
 * was called once is not called again because an end time was changed.
 */
export function oneTimeStep(change: OneTimeChange, run: OneTimeRun, window: ActiveWindow): OneTimeStep {
  if (change.isRetimed) return 'plan';
  if (run.plannedAt !== null) {
    return window.endAt !== null && run.plannedAt > window.endAt ? 'drop' : 'keep';
  }
  return run.isUnderWay || change.cause === 'edited' ? 'keep' : 'plan';
}

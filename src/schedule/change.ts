import type { Instant } from '../core/instant.js';
import type { PlanChange } from './plan/plan-changes.js';

/** On whose behalf and when something is changed. */
export interface Act {
  readonly actor: string;
  readonly now: Instant;
}

/** What a change did to plans: schedules that have lost their runs, and the earliest run that was planned instead. */
export interface PlanEffect extends Omit<PlanChange, 'tenancyId'> {
  /** Whether schedules of the job are left that the change has not reached yet (JobWork). */
  readonly isUnfinished?: boolean;
}

/** What a change answers, and what it did to the plans. */
export interface Changed<T> {
  readonly answer: T;
  readonly effect: PlanEffect;
}

/** The effect of a change that touches no plan. */
export const NO_EFFECT: PlanEffect = { dropped: [], earliestAt: null };

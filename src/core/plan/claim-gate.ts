import type { Instant } from '../instant.js';
import type { ActiveWindow } from './planning.js';

/** A change of a job that its schedule may not have followed yet. */
export type OpenChange =
  /** The schedule is to be deleted. */
  | { readonly kind: 'removal' }
  /** The window of the job is another one since `at`. */
  | { readonly kind: 'window'; readonly at: Instant };

/** The facts about a run that was claimed or taken over and not called. */
export interface GateInput {
  /** Whether the run belongs to the schedule's own plan; all others were asked for. */
  readonly isOfPlan: boolean;
  readonly isOneTime: boolean;
  readonly plannedAt: Instant;
  readonly isJobActive: boolean;
  /** When both job and schedule are active, as they are now (`intersect`). */
  readonly window: ActiveWindow;
  /** What is left of the last change of the job; null where every schedule has followed it. */
  readonly change: OpenChange | null;
}

/** Whether a run may be called, or else goes: alone, or as the last one of its schedule. */
export type Admission = 'admitted' | 'dropped' | 'ended';

/**
 * Returns whether a claimed run is still meant. The schedules of a large job follow a change of it batch by batch, and
 * what was planned before may come up first: a run of a job that is off, of a schedule that is to go, or beyond a
 * window that was set before the run was due, is not called. A run that was due before the window was set stays. A
 * one-time schedule whose run lies beyond the end has no other, so it ends; the start does not hold it
 * (schedules.md, "Window and planning").
 */
export function admissionOf(run: GateInput): Admission {
  const { isOfPlan, isOneTime, plannedAt, isJobActive, window, change } = run;
  if (change?.kind === 'removal') return 'dropped';
  if (!isOfPlan) return 'admitted';
  if (!isJobActive) return 'dropped';
  if (change === null || plannedAt <= change.at) return 'admitted';
  if (window.endAt !== null && plannedAt > window.endAt) return isOneTime ? 'ended' : 'dropped';
  const isBeforeStart = window.startAt !== null && plannedAt < window.startAt;
  return isBeforeStart && !isOneTime ? 'dropped' : 'admitted';
}

import { catchUp, type Outage } from './catch-up.js';
import type { Instant } from '../instant.js';
import type { SchedulePattern } from './pattern.js';
import { runAfter, type ActiveWindow, type Planned } from './planning.js';
import type { RunPolicy } from './run-policy.js';

/** The facts about a run at the moment when it is claimed. */
export interface ClaimInput {
  /** Why the run exists. A requested run leaves the schedule's plan as it is. */
  readonly origin: 'plan' | 'request';
  /** When the schedule runs; null where its stored pattern cannot be read. Ignored for a requested run. */
  readonly pattern: SchedulePattern | null;
  /** The settings of job and schedule together; null where stored settings cannot be read. */
  readonly policy: RunPolicy | null;
  readonly plannedAt: Instant;
  /** Since when the schedule has its current timing. */
  readonly timedAt: Instant;
  /** When both job and schedule are active (`intersect`). */
  readonly window: ActiveWindow;
  readonly now: Instant;
  readonly outages: readonly Outage[];
}

/** What happens to the run itself. */
export type Verdict =
  | { readonly kind: 'execute' }
  /** The run ends without a call; `why` is the text for the run log. */
  | { readonly kind: 'skip'; readonly why: string }
  /** The run goes back to the queue and is due at `until`. */
  | { readonly kind: 'wait'; readonly until: Instant };

/** Planned runs that are skipped: how many, and the instants of the first and the last. */
export interface Skipped {
  readonly count: number;
  readonly fromAt: Instant;
  readonly toAt: Instant;
}

/** What the schedule plans next, or why it plans nothing. */
export type Following =
  | Planned
  /**
   * Nothing is planned and the schedule does not change: this run does not belong to its plan, or it has only one
   * run.
   */
  | { readonly kind: 'none' }
  /** This schedule is stopped, and no other: its stored data cannot be read. */
  | { readonly kind: 'unreadable'; readonly what: 'pattern' | 'settings' };

/** Everything that is decided about a run when it is claimed. */
export interface ClaimPlan {
  readonly run: Verdict;
  /** The planned instant that the run executes: its own, or the last missed one after a long outage. */
  readonly at: Instant;
  readonly skipped: Skipped | null;
  readonly next: Following;
}

const EXECUTE: Verdict = { kind: 'execute' };
const NOTHING: Following = { kind: 'none' };

/**
 * Returns what happens to a run that was just claimed, and what is planned after it. This is the one decision for
 * each run (runs-and-behaviour.md, "Outages"; schedules.md, "Window and planning").
 *
 * - A requested run is executed as planned, and nothing is planned after it: the schedule keeps its own plan.
 * - Where the stored data cannot be read, the schedule is stopped; the run itself is still executed.
 * - After an outage of 20 minutes or more, the last missed instant is executed in place of the first. This does
 *   not happen when the run was planned with an earlier timing of the schedule: the instants of that timing are
 *   no longer valid.
 * - The next run is the first instant of the pattern after the executed one, even when it was missed. After a
 *   change of timing, only instants after the change are planned. An interval counts from the actual start; for a
 *   run that is claimed before its time, that is the planned instant.
 * - A one-time schedule plans nothing; it is completed when its run ends.
 */
export function planOfClaim(input: ClaimInput): ClaimPlan {
  const asPlanned = { run: EXECUTE, at: input.plannedAt, skipped: null };
  if (input.origin === 'request') return { ...asPlanned, next: NOTHING };
  const { pattern } = input;
  if (pattern === null) return { ...asPlanned, next: { kind: 'unreadable', what: 'pattern' } };
  if (input.policy === null) return { ...asPlanned, next: { kind: 'unreadable', what: 'settings' } };
  const { at, skipped } = executedInstant(input, pattern);
  return { run: EXECUTE, at, skipped, next: successor(input, pattern, at) };
}

/**
 * Returns what is planned after a claimed run when the instant that `planOfClaim` found is already used: by a
 * requested run, or by a run from before the clock was set back. Planning continues after the latest run of the
 * schedule. Where that run is itself a plan that waits to be claimed, nothing more needs to be planned.
 */
export function planAround(
  input: ClaimInput,
  latest: { readonly plannedAt: Instant; readonly isPlan: boolean } | null,
): Following {
  const { pattern, window } = input;
  if (latest === null || latest.isPlan || pattern === null) return NOTHING;
  const previous = latest.plannedAt;
  // An interval uses the first free millisecond: it was due to start anyway.
  const startedAt = pattern.kind === 'interval' ? previous + 1 - pattern.everyMs : previous + 1;
  return runAfter({ pattern, window, previous, startedAt });
}

function executedInstant(
  { plannedAt, timedAt, window, outages }: ClaimInput,
  pattern: SchedulePattern,
): Pick<ClaimPlan, 'at' | 'skipped'> {
  const asPlanned = { at: plannedAt, skipped: null };
  if (outages.length === 0 || plannedAt < timedAt) return asPlanned;
  const decision = catchUp(pattern, plannedAt, window, outages);
  if (decision.kind === 'asPlanned') return asPlanned;
  const { at, skipped: count, fromAt, toAt } = decision;
  return { at, skipped: { count, fromAt, toAt } };
}

function successor({ timedAt, window, now }: ClaimInput, pattern: SchedulePattern, at: Instant): Following {
  if (pattern.kind === 'once') return NOTHING;
  return runAfter({ pattern, window, previous: Math.max(at, timedAt), startedAt: Math.max(at, now) });
}

import { catchUp, type Outage } from './catch-up.js';
import type { Instant } from '../instant.js';
import type { SchedulePattern } from './pattern.js';
import { runAfter, type ActiveWindow, type Planned } from './planning.js';
import type { RunPolicy } from './run-policy.js';

/** What is known of a run at the moment of its claim. */
export interface ClaimInput {
  /** Why the run exists: one that was asked for leaves the schedule's plan as it is. */
  readonly origin: 'plan' | 'request';
  /** When the schedule runs; null where its stored pattern cannot be read. Of a run that was asked for it does not count. */
  readonly pattern: SchedulePattern | null;
  /** The settings of job and schedule together; null where a stored one cannot be read. */
  readonly policy: RunPolicy | null;
  readonly plannedAt: Instant;
  /** Since when the schedule has its present timing. */
  readonly timedAt: Instant;
  /** When job and schedule both run (`intersect`). */
  readonly window: ActiveWindow;
  readonly now: Instant;
  readonly outages: readonly Outage[];
}

/** What becomes of the run itself. */
export type Verdict =
  | { readonly kind: 'execute' }
  /** It ends without being called; `why` is what the run log says. */
  | { readonly kind: 'skip'; readonly why: string }
  /** It goes back to the queue and is due at `until`. */
  | { readonly kind: 'wait'; readonly until: Instant };

/** Planned runs that are left out: how many, the first and the last of them. */
export interface Skipped {
  readonly count: number;
  readonly fromAt: Instant;
  readonly toAt: Instant;
}

/** What the schedule plans next, or why nothing. */
export type Following =
  | Planned
  /** Nothing is planned, and the schedule stays as it is: its plan is not this run's matter, or it has one run only. */
  | { readonly kind: 'none' }
  /** The schedule is stopped, and no other: what is stored of it cannot be read. */
  | { readonly kind: 'unreadable'; readonly what: 'pattern' | 'settings' };

/** All that is decided of a run when it is claimed. */
export interface ClaimPlan {
  readonly run: Verdict;
  /** The planned instant that the run executes: its own, or after a long outage the last one that was missed. */
  readonly at: Instant;
  readonly skipped: Skipped | null;
  readonly next: Following;
}

const EXECUTE: Verdict = { kind: 'execute' };
const NOTHING: Following = { kind: 'none' };

/**
 * Returns what becomes of a run that was just claimed, and what follows it: the one decision per run
 * (runs-and-behaviour.md, "Outages"; schedules.md, "Window and planning").
 *
 * - A run that was asked for is executed as planned, and nothing follows it: the schedule keeps its own plan.
 * - What cannot be read stops its schedule; the run is executed once more.
 * - After an outage of 20 minutes or more the last missed instant is executed in place of the first, unless the run
 *   was planned by a timing that the schedule no longer has: that timing's instants are no more.
 * - The next run is the first of the pattern after the executed one, missed ones included; after a change of timing
 *   only instants after the change are planned. An interval counts from the actual start, which for a run that is
 *   claimed ahead of its time is the planned instant.
 * - A one-time schedule plans nothing; the end of its run completes it.
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
 * Returns what follows a claimed run where the instant that `planOfClaim` found is taken: by a run that was asked for,
 * or by one from before the clock was set back. The chain goes on after the latest run of the schedule; where that is a
 * plan that waits to be claimed, the chain is whole and nothing follows.
 */
export function planAround(
  input: ClaimInput,
  latest: { readonly plannedAt: Instant; readonly isPlan: boolean } | null,
): Following {
  const { pattern, window } = input;
  if (latest === null || latest.isPlan || pattern === null) return NOTHING;
  const previous = latest.plannedAt;
  // An interval takes the first free millisecond: it was to start anyway.
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

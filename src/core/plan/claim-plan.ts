import { catchUp, type Outage } from './catch-up.js';
import type { Instant } from '../instant.js';
import type { SchedulePattern } from './pattern.js';
import { runAfter, type ActiveWindow, type Planned } from './planning.js';
import type { Running } from '../policy/overlap.js';
import type { RunPolicy } from '../policy/run-policy.js';
import type { HoldVerdict } from '../protection/hold.js';
import { overlapVerdict, type OverlapVerdict } from './overlap-verdict.js';

/** The facts about a run at the moment when it is claimed. */
export interface ClaimInput {
  /** Whether the run belongs to the schedule's own plan. One that was asked for leaves the plan as it is. */
  readonly isOfPlan: boolean;
  /** When the schedule runs; null where its stored pattern cannot be read. Ignored for a run that was asked for. */
  readonly pattern: SchedulePattern | null;
  /** The settings of job and schedule together; null where stored settings cannot be read. */
  readonly policy: RunPolicy | null;
  readonly plannedAt: Instant;
  /** Whether it was claimed before and went back to the queue: what follows it is planned already. */
  readonly hasWaited: boolean;
  /** Whether it was called before and is called again. */
  readonly isCalledAgain?: boolean;
  /** When it is to be called: where it is claimed first, as much later than its instant as the schedule is due. */
  readonly dueAt?: Instant;
  /** The run of its schedule that it meets where that matters: one that has not ended. */
  readonly running?: Running | null;
  /** What the protection of its endpoint makes of it; null or none where it may be called. */
  readonly hold?: HoldVerdict | null;
  /** Since when the schedule has its current timing. */
  readonly timedAt: Instant;
  /** When both job and schedule are active (`intersect`). */
  readonly window: ActiveWindow;
  readonly now: Instant;
  readonly outages: readonly Outage[];
  /** How many planned runs of the schedule were claimed with this one, where its settings limit them. */
  readonly claimedRuns?: number;
}

/** What happens to the run itself. */
export type Verdict =
  | { readonly kind: 'execute' }
  /** The run ends without a call; `why` is the text for the run log. */
  | { readonly kind: 'skip'; readonly why: string }
  /** The run goes without a trace: the schedule has had all its runs. */
  | { readonly kind: 'drop' }
  | HoldVerdict
  | OverlapVerdict;

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
  | { readonly kind: 'unreadable'; readonly what: 'pattern' | 'settings' }
  /** The schedule is switched off: it has had all its runs before this one. */
  | { readonly kind: 'usedUp' };

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
 * - Nothing is planned either after a run that went back to the queue after it was claimed: that is done.
 * - A run whose endpoint is protected from it waits, or ends without a call (core/protection/hold): that comes before all else.
 * - A planned run that meets an earlier one of its schedule is treated as its settings say (core/plan/overlap-verdict).
 * - Where an interval counts from the end of a run, whatever ends it plans the next.
 * - Where the stored data cannot be read, the schedule is stopped; the run itself is still executed.
 * - After an outage of 20 minutes or more, the last missed instant is executed in place of the first. This does
 *   not happen when the run was planned with an earlier timing of the schedule: the instants of that timing are
 *   no longer valid.
 * - The next run is the first instant of the pattern after the executed one, even when it was missed. After a
 *   change of timing, only instants after the change are planned. An interval counts from the actual start; for a
 *   run that is claimed before its time, that is the planned instant.
 * - Where the schedule asks for it, missed runs are made up otherwise, whatever the outage (core/plan/catch-up).
 * - The last run of a schedule that may have so many plans nothing; the schedule is switched off when it has ended. One
 *   that is claimed beyond it, because the limit was lowered, is dropped.
 * - A one-time schedule plans nothing; it is completed when its run ends.
 */
export function planOfClaim(input: ClaimInput): ClaimPlan {
  const asPlanned = { run: EXECUTE, at: input.plannedAt, skipped: null };
  if (!input.isOfPlan) return { ...asPlanned, run: input.hold ?? EXECUTE, next: NOTHING };
  if (input.hasWaited) return { ...asPlanned, run: verdictAt(input, input.plannedAt), next: NOTHING };
  const { pattern } = input;
  if (pattern === null) return { ...asPlanned, next: { kind: 'unreadable', what: 'pattern' } };
  if (input.policy === null) return { ...asPlanned, next: { kind: 'unreadable', what: 'settings' } };
  const left = runsLeft(input);
  if (left < 0) return { ...asPlanned, run: { kind: 'drop' }, next: { kind: 'usedUp' } };
  const { run, at, skipped, follows } = executedInstant(input, pattern);
  const isLeftToEnd = pattern.kind === 'interval' && input.policy.repeatsAfterEnd === true;
  const next = left === 0 || isLeftToEnd ? NOTHING : successor(input, pattern, follows);
  return { run: run.kind === 'execute' ? verdictAt(input, at) : run, at, skipped, next };
}

/** What was called before has met what there is to meet. A run that takes the place of missed ones is due at once. */
function verdictAt(input: ClaimInput, at: Instant): Verdict {
  const { policy, running = null, plannedAt, dueAt = plannedAt, now, isCalledAgain = false } = input;
  if (input.hold) return input.hold;
  if (policy?.overlap === undefined || isCalledAgain) return EXECUTE;
  const meeting = { overlap: policy.overlap, running, dueAt: at === plannedAt ? dueAt : at, now };
  return overlapVerdict(meeting) ?? EXECUTE;
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

/** Returns how many runs the schedule may have after this one. */
function runsLeft({ policy, claimedRuns = 0 }: ClaimInput): number {
  return policy?.maxRuns === undefined ? Infinity : policy.maxRuns - claimedRuns;
}

const MISSED = 'The service was away when the run was due, and the schedule does not make up what it missed.';

/** What is executed in place of a run, and the instant after which planning goes on. */
type Executed = Omit<ClaimPlan, 'next'> & { readonly follows: Follows };

interface Follows {
  readonly after: Instant;
  /** When the run starts, as an interval counts. */
  readonly startedAt: Instant;
}

function executedInstant(input: ClaimInput, pattern: SchedulePattern): Executed {
  const { plannedAt, dueAt = plannedAt, timedAt, window, outages, policy, now } = input;
  const follows = (at: Instant): Follows => ({ after: at, startedAt: Math.max(at, now) });
  const asPlanned = { run: EXECUTE, at: plannedAt, skipped: null, follows: follows(plannedAt) };
  const mode = policy?.catchUp ?? 'default';
  if (outages.length === 0 || (plannedAt < timedAt && mode !== 'none')) return asPlanned;
  const decision = catchUp({ pattern, plannedAt, window, offsetMs: dueAt - plannedAt, outages, mode });
  if (decision.kind === 'asPlanned') return asPlanned;
  const skipped = { count: decision.skipped, fromAt: decision.fromAt, toAt: decision.toAt };
  if (decision.kind !== 'noneMissed')
    return { run: EXECUTE, at: decision.at, skipped, follows: follows(decision.at) };
  const startedAt =
    pattern.kind === 'interval' ? onGrid(pattern.everyMs, plannedAt, decision.until) : plannedAt;
  // Instants of an earlier timing are not valid any more: none of them is counted, and only this run was planned.
  const own = plannedAt < timedAt ? { count: 1, fromAt: plannedAt, toAt: plannedAt } : skipped;
  const run: Verdict = { kind: 'skip', why: MISSED };
  return { run, at: plannedAt, skipped: own, follows: { after: decision.until, startedAt } };
}

/** Returns the last start up to an instant, as if each since one that was planned had been on time. */
function onGrid(everyMs: number, plannedAt: Instant, until: Instant): Instant {
  return plannedAt + Math.max(0, Math.floor((until - plannedAt) / everyMs)) * everyMs;
}

function successor({ timedAt, window }: ClaimInput, pattern: SchedulePattern, follows: Follows): Following {
  if (pattern.kind === 'once') return NOTHING;
  const { after, startedAt } = follows;
  return runAfter({ pattern, window, previous: Math.max(after, timedAt), startedAt });
}

import type { Instant } from '../instant.js';
import { LAST_INSTANT } from '../instant.js';
import { nextRunAt, type Interval, type Once, type SchedulePattern } from './pattern.js';

/** When runs are permitted: from `startAt` to `endAt`, both included; null means no limit. */
export type ActiveWindow = { readonly startAt: Instant | null; readonly endAt: Instant | null };

/** The result of planning: an instant, or the reason why there is none. */
export type Planned =
  | { readonly kind: 'at'; readonly at: Instant }
  /** The pattern has later instants, but none within the window: DEACTIVATION_ON_END_TIME. */
  | { readonly kind: 'ended' }
  /** The pattern has no later instant at all: DEACTIVATION_NO_FUTURE_RUN. */
  | { readonly kind: 'noFutureRun' };

/**
 * The latest claimed run of a schedule: the instant for which it was planned and the instant at which it actually
 * started.
 */
export type PreviousRun = { readonly plannedAt: Instant; readonly startedAt: Instant };

/** The input of `firstRun`. `window` is the window of job and schedule together (`intersect`). */
export type PlanInput = {
  readonly pattern: SchedulePattern;
  readonly window: ActiveWindow;
  /** When the schedule was created. */
  readonly createdAt: Instant;
  readonly now: Instant;
  /**
   * Why the schedule is planned: `created` active; `activated` after it (or its job) was inactive; `edited` while
   * it was active. An edit that also activates the schedule is `activated`.
   */
  readonly cause: 'created' | 'activated' | 'edited';
  /** The latest claimed run, where there is one: an edit does not repeat it and still counts from its start. */
  readonly previous?: PreviousRun | null;
};

/** Returns the window in which both a job and its schedule are active: the later start and the earlier end. */
export function intersect(job: ActiveWindow, schedule: ActiveWindow): ActiveWindow {
  return {
    startAt: pick(job.startAt, schedule.startAt, Math.max),
    endAt: pick(job.endAt, schedule.endAt, Math.min),
  };
}

/**
 * Returns what a schedule plans when it is created active, activated or edited (schedules.md, "Window and
 * planning").
 *
 * - cron, time of day: the first instant of the pattern that is > now, >= the window's start and <= its end (and
 *   later than the latest claimed run, which may have been claimed a moment before its time).
 * - interval: at the window's start when that lies in the future, otherwise at once. Without a start: `created`
 *   plans now + interval; `activated` plans now + interval up to createdAt + interval, and at once after it;
 *   `edited` continues from createdAt + interval. An edited interval that has already run continues from its last
 *   actual start, and runs at once when overdue.
 * - one-time: its instant, whatever the window's start is; at once when it is in the past.
 *
 * Interval and one-time runs are planned only up to the window's end.
 */
export function firstRun(input: PlanInput): Planned {
  const { pattern, window, now, previous } = input;
  switch (pattern.kind) {
    case 'cron':
    case 'dailyAt':
      return nextInWindow(pattern, window, Math.max(now, previous?.plannedAt ?? now));
    case 'interval':
      return within(window, firstOfInterval(pattern, input));
    case 'once':
      return within(window, firstOfOnce(pattern, now));
  }
}

/**
 * Returns what is planned after a run that was just claimed. For cron and time of day: the first instant of the
 * pattern after the one for which the run was planned; it may lie in the past, because a backlog is not skipped.
 * For an interval: the start of the run + interval. For a one-time schedule: nothing. `startedAt` is the actual
 * or expected start.
 */
export function runAfter(input: {
  readonly pattern: SchedulePattern;
  readonly window: ActiveWindow;
  readonly previous: Instant;
  readonly startedAt: Instant;
}): Planned {
  const { pattern, window } = input;
  switch (pattern.kind) {
    case 'cron':
    case 'dailyAt':
      return nextInWindow(pattern, window, input.previous);
    case 'interval':
      return within(window, Math.max(input.startedAt + pattern.everyMs, window.startAt ?? -Infinity));
    case 'once':
      return { kind: 'noFutureRun' };
  }
}

function nextInWindow(pattern: SchedulePattern, window: ActiveWindow, after: Instant): Planned {
  const next = nextRunAt(pattern, window.startAt === null ? after : Math.max(after, window.startAt - 1));
  return next === null ? { kind: 'noFutureRun' } : within(window, next);
}

function firstOfInterval({ everyMs }: Interval, input: PlanInput): Instant {
  const { window, createdAt, now, cause, previous } = input;
  if (cause === 'edited' && previous) {
    return Math.max(now, previous.startedAt + everyMs, window.startAt ?? now);
  }
  if (window.startAt !== null) return Math.max(now, window.startAt);
  const planned = createdAt + everyMs;
  if (cause === 'edited') return Math.max(now, planned);
  return cause === 'activated' && now > planned ? now : now + everyMs;
}

function firstOfOnce(pattern: Once, now: Instant): Instant {
  return Math.max(pattern.at, now);
}

function within(window: ActiveWindow, at: Instant): Planned {
  if (at > LAST_INSTANT) return { kind: 'noFutureRun' };
  return window.endAt !== null && at > window.endAt ? { kind: 'ended' } : { kind: 'at', at };
}

function pick(
  a: Instant | null,
  b: Instant | null,
  choose: (a: number, b: number) => number,
): Instant | null {
  return a === null || b === null ? (a ?? b) : choose(a, b);
}

import { DAY_MS, type Instant } from '../instant.js';
import { nextMatch } from './local-pattern.js';
import { isZoned, type SchedulePattern } from './pattern.js';
import { firstRun, runAfter, type ActiveWindow, type Planned } from './planning.js';

/** When a schedule runs, without what happens to its runs. */
export interface Timetable {
  readonly pattern: SchedulePattern;
  /** When both job and schedule are active (`intersect`). */
  readonly window: ActiveWindow;
}

/** What is to come of a schedule: its next runs in their order, and what its owner may not expect. */
export interface Upcoming {
  readonly runs: readonly Instant[];
  readonly warnings: readonly string[];
}

/**
 * Returns the runs that a schedule would have if it was created active at `from`, at most `count`: strictly after `from`,
 * except for one that would run at once.
 */
export function upcomingIfCreated({ pattern, window }: Timetable, from: Instant, count: number): Upcoming {
  const first = firstRun({ pattern, window, createdAt: from, now: from, cause: 'created' });
  const runs = first.kind === 'at' ? runsFrom({ pattern, window }, first.at, count) : [];
  return { runs, warnings: warningsOf({ pattern, window }, first, from) };
}

/** Returns the first `count` runs of a schedule, the first of which is planned for `at`: as if each started on time, or now. */
export function runsFrom({ pattern, window }: Timetable, at: Instant, count: number, now = at): Instant[] {
  const runs = [at];
  while (runs.length < count) {
    const previous = runs.at(-1) ?? at;
    const next = runAfter({ pattern, window, previous, startedAt: Math.max(previous, now) });
    if (next.kind !== 'at') break;
    runs.push(next.at);
  }
  return runs;
}

function warningsOf({ pattern, window }: Timetable, first: Planned, from: Instant): string[] {
  const warnings: string[] = [];
  if (first.kind === 'ended') warnings.push('The window ends before the first firing.');
  if (first.kind === 'noFutureRun') warnings.push(neverWarning(pattern, from));
  if (pattern.kind === 'once') {
    if (first.kind === 'at' && pattern.at < from) warnings.push('The time has passed: it runs at once.');
    if (window.startAt !== null) warnings.push('The start does not count for a schedule that runs once.');
  }
  if (pattern.kind === 'interval' && first.kind === 'at' && first.at === from) {
    warnings.push('The start has passed: the first run comes at once.');
  }
  return warnings;
}

function neverWarning(pattern: SchedulePattern, from: Instant): string {
  if (pattern.kind === 'interval' || (pattern.kind === 'once' && pattern.at > from)) {
    return 'It never fires: nothing is planned after the year 2999.';
  }
  if (isJumpedOver(pattern, from)) {
    return 'It never fires: clocks jump over each of its local times, and those are skipped.';
  }
  const isPossible = pattern.kind !== 'cron' || pattern.fields.isPossible;
  return isPossible
    ? 'The last firing has passed: it never fires again.'
    : 'It never fires: there is no such date.';
}

/** Returns whether a pattern has local times to come, of which none exists. */
function isJumpedOver(pattern: SchedulePattern, from: Instant): boolean {
  if ((pattern.kind !== 'cron' && pattern.kind !== 'dailyAt') || !isZoned(pattern)) return false;
  // The last local day, of which the first hours of UTC are left, is no reason.
  return nextMatch(pattern, from + DAY_MS) !== null;
}

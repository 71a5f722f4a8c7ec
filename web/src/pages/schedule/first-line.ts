import { hasRunEnded, hasRunFailed, type Run } from '../../api/runs.js';
import type { Failing } from '../../api/types.js';
import { away, lasting } from '../../duration.js';
import { RUNS } from '../../texts/runs.js';
import { reasonOf } from '../job/reason.js';

/** What the first line is made of: the runs of a schedule, the latest planned first, those to come too. */
export interface ScheduleRuns {
  readonly runs: readonly Run[];
  /** Whether the schedule and its job are switched on. */
  readonly isActive: boolean;
  /** Since when it fails, and why it did last; null where it does not fail, and until that is known. */
  readonly failing?: Failing | null;
}

/**
 * Returns `Last run 3 min ago, took 1.2 s, 4 ms late; next in 57 min`, and of one that fails
 * `Last run failed 3 min ago: the endpoint answered 503; fails since 02:10 UTC; next in 57 min`.
 */
export function scheduleLine({ runs, isActive, failing = null }: ScheduleRuns, now: number): string {
  const { schedule: words } = RUNS;
  const next = nextOf(runs);
  const last = lastOf(runs);
  if (!last) {
    const first = next ? words.first(away(next.dueAt, now)) : elseOf(isActive);
    return `${words.none}; ${first}`;
  }
  const parts = [
    failing && hasRunFailed(last.state)
      ? `${endedWords(last, away(begunAt(last), now))}: ${reasonOf(failing)}`
      : lastWords(last, now),
    failing ? words.failsSince(failing.since) : '',
    next ? words.next(away(next.dueAt, now)) : elseOf(isActive),
  ];
  return parts.filter(Boolean).join('; ');
}

/** Returns the latest run that has begun. */
function lastOf(runs: readonly Run[]): Run | undefined {
  return runs.find(({ state }) => state !== 'SCHEDULED');
}

/** Returns the run that comes next. */
export function nextOf(runs: readonly Run[]): Run | undefined {
  return runs.findLast(({ state }) => state === 'SCHEDULED');
}

/** A run that never was called may have ended before it was due. */
function begunAt({ calledAt, endedAt, dueAt }: Run): number {
  return calledAt ?? Math.min(dueAt, endedAt ?? dueAt);
}

function lastWords(run: Run, now: number): string {
  const { schedule: words } = RUNS;
  const { state, calledAt, endedAt, dueAt, lateMs } = run;
  if (state === 'RETRYING') return words.retrying(away(Math.max(dueAt, now), now));
  const since = begunAt(run);
  const parts = [
    hasRunEnded(state) ? endedWords(run, away(since, now)) : words.runningFor(lasting(now - since)),
    calledAt !== null && endedAt !== null ? words.took(lasting(endedAt - calledAt)) : '',
    lateMs === null ? '' : words.late(lasting(lateMs)),
  ];
  return parts.filter(Boolean).join(', ');
}

function endedWords({ state }: Run, when: string): string {
  const { schedule: words } = RUNS;
  if (state === 'SKIPPED') return words.lastSkipped(when);
  if (state === 'UNKNOWN') return words.lastUnknown(when);
  return (hasRunFailed(state) ? words.lastFailed : words.last)(when);
}

const elseOf = (isActive: boolean) => (isActive ? RUNS.schedule.nothingPlanned : RUNS.schedule.off);

import type { RunState, StripLists } from '../api/types.js';

/** What a run came to, as a picture tells it. */
export type Outcome = 'success' | 'failure' | 'unknown' | 'skipped' | 'running';

/** A run of a strip; instants are milliseconds. */
export interface StripRun {
  readonly runId: string;
  readonly scheduleId: string;
  readonly state: RunState;
  readonly outcome: Outcome;
  readonly plannedAt: number;
  readonly calledAt: number | null;
  readonly endedAt: number | null;
}

export function outcomeOf(state: RunState): Outcome {
  switch (state) {
    case 'SUCCESS':
      return 'success';
    case 'ERROR':
    case 'REQUEST_ERROR':
    case 'TIMEOUT':
      return 'failure';
    case 'UNKNOWN':
      return 'unknown';
    case 'SKIPPED':
      return 'skipped';
    case 'SCHEDULED':
    case 'TRIGGERED':
    case 'RETRYING':
    case 'ACK_RECVD':
    case 'ACK_NOT_RECVD':
      return 'running';
  }
}

/** Returns the runs of a schedule's strip, oldest first. */
export function runsOf(lists: StripLists | undefined): StripRun[] {
  if (!lists) return [];
  const { scheduleId, runIds, states, plannedAt, calledAt, endedAt } = lists;
  return runIds.map((runId, place) => {
    const state = states[place] ?? 'UNKNOWN';
    return {
      ...{ runId, scheduleId, state, outcome: outcomeOf(state), plannedAt: plannedAt[place] ?? 0 },
      ...{ calledAt: calledAt[place] ?? null, endedAt: endedAt[place] ?? null },
    };
  });
}

/** Returns how long a run took from its call to its end, null as long as it has not. */
export function durationOf({ calledAt, endedAt }: StripRun): number | null {
  return calledAt === null || endedAt === null ? null : Math.max(0, endedAt - calledAt);
}

/** Returns how many runs came to each outcome. */
export function countOutcomes(runs: readonly StripRun[]): Readonly<Record<Outcome, number>> {
  const counts = { success: 0, failure: 0, unknown: 0, skipped: 0, running: 0 };
  for (const { outcome } of runs) counts[outcome] += 1;
  return counts;
}

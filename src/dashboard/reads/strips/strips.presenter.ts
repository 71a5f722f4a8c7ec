import type { Strip } from './strips.query.js';

/** Returns strips as they are sent: a list for each field, so that 2,500 runs do not repeat the names of all of them. */
export function strips(all: readonly Strip[]) {
  return {
    results: all.map(({ scheduleId, runs }) => ({
      scheduleId,
      runIds: runs.map(({ runId }) => runId),
      states: runs.map(({ state }) => state),
      plannedAt: runs.map(({ plannedAt }) => plannedAt),
      calledAt: runs.map(({ calledAt }) => calledAt),
      endedAt: runs.map(({ endedAt }) => endedAt),
    })),
  };
}

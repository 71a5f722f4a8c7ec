import type { RunState } from '../../core/run-state.js';
import { statusOf } from '../../core/run-state.js';
import { firstCharacters } from '../../core/text/first-characters.js';
import type { EndedRun } from '../../run-log/run-endings.js';
import type { OperationEnding } from '../../operation/operation.store.js';

/** What is shown of the text of a run's end; the run log has the rest. */
const MOST_CHARACTERS = 1_000;

/**
 * The HTTP status that "run now" would have answered had it waited for the run, as a gateway to the application
 * does: 502 where the application failed or could not be reached, 504 where its answer did not come in time.
 */
const CODES: Partial<Record<RunState, readonly [status: number, reason: number]>> = {
  ERROR: [502, 1],
  REQUEST_ERROR: [502, 2],
  UNKNOWN: [504, 1],
  TIMEOUT: [504, 2],
};
const CANCELED = [409, 1] as const;
const GONE = [404, 1] as const;

/** Returns the end of the operation that waits for a run, from the end of that run. */
export function endingOfRun(id: string, run: EndedRun): OperationEnding {
  const isCanceled = run.isCanceled;
  const [statusCode, reasonCode] = isCanceled ? CANCELED : (CODES[run.state] ?? [200, null]);
  const results = {
    'run-id': run.runId,
    'schedule-id': run.scheduleId,
    'run-status': statusOf(run.state),
    'run-state': run.state,
    'http-status': run.httpStatus,
    message: firstCharacters(run.endText, MOST_CHARACTERS),
  };
  return {
    id,
    state: isCanceled ? 'canceled' : 'complete',
    statusCode,
    reasonCode,
    results: JSON.stringify(results),
    endedAt: run.endedAt,
  };
}

/** Returns the end of an operation whose run was deleted, with its schedule or its job, before it ended. */
export function endingWithoutRun(id: string, endedAt: number): OperationEnding {
  const [statusCode, reasonCode] = GONE;
  const message = 'The schedule or its job was deleted or switched off before the run was executed.';
  return {
    id,
    state: 'complete',
    statusCode,
    reasonCode,
    results: JSON.stringify({ message }),
    endedAt,
  };
}

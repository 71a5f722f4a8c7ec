import { DomainError, InvalidInput } from '../../core/errors.js';
import { isPlatformFailure, problemOf, stateAfter } from '../platform-failure.js';
import type { RunnerCheck } from '../task-platform.js';

/** Returns a check that found the runner ready. Throws InvalidInput for one that is refused, and DomainError of the code unavailable. */
export function acceptedCheck(check: RunnerCheck): RunnerCheck {
  if (check.state === 'ready') return check;
  throw refusalOf(check.state, check.problem ?? 'The runner is not ready.');
}

/** Returns what a request comes to that a platform did not answer as hoped. Throws what has nothing to do with platforms. */
export function refusalOfFailure(error: unknown): DomainError {
  if (!isPlatformFailure(error)) throw error;
  return refusalOf(stateAfter(error), problemOf(error));
}

function refusalOf(state: 'refused' | 'unreachable', problem: string): DomainError {
  return state === 'refused' ? new InvalidInput(problem) : new DomainError('unavailable', problem);
}

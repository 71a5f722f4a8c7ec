import type { Instant } from './instant.js';

/** Every state of a run, stored as its index in this list: only append, never reorder. */
export const RUN_STATES = [
  'SCHEDULED',
  'TRIGGERED',
  'ACK_RECVD',
  'ACK_NOT_RECVD',
  'SUCCESS',
  'ERROR',
  'REQUEST_ERROR',
  'UNKNOWN',
  'TIMEOUT',
  'RETRYING',
  'SKIPPED',
  'WAITING',
] as const;

export type RunState = (typeof RUN_STATES)[number];
/** The states that everybody is told. A run that went back to the queue and was never called is stored as WAITING. */
export type ShownState = Exclude<RunState, 'WAITING'>;
export const SHOWN_STATES = RUN_STATES.filter((state): state is ShownState => state !== 'WAITING');
export type RunStatus = 'SCHEDULED' | 'RUNNING' | 'COMPLETED';

/** What can happen to a run. `answered` is any HTTP answer of the endpoint; the other names explain themselves. */
export type RunEvent =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'answered'; readonly httpStatus: number }
  | { readonly kind: 'unanswered' } // connected and sent, but no status line within the time limit
  | { readonly kind: 'unreachable' } // no connection, or refused by the outbound guard
  | { readonly kind: 'adopted' } // what the unanswered request has started was found
  | { readonly kind: 'reported'; readonly success: boolean }
  | { readonly kind: 'canceled' }
  | { readonly kind: 'skipped' } // it is not called
  | { readonly kind: 'unavailable' } // its endpoint was away for too long: it is not called any more
  | { readonly kind: 'givenUp' } // its schedule or job was switched off before its next call
  | { readonly kind: 'reportOverdue' }
  | { readonly kind: 'taskOverdue' };

/** Returns the status (the coarse phase) that a state belongs to. */
export function statusOf(state: RunState): RunStatus {
  switch (state) {
    case 'SCHEDULED':
    case 'WAITING':
      return 'SCHEDULED';
    case 'RETRYING':
    case 'TRIGGERED':
    case 'ACK_RECVD':
    case 'ACK_NOT_RECVD':
      return 'RUNNING';
    case 'SUCCESS':
    case 'ERROR':
    case 'REQUEST_ERROR':
    case 'UNKNOWN':
    case 'TIMEOUT':
    case 'SKIPPED':
      return 'COMPLETED';
  }
}

/** What the state of a run that is told is found by. */
export interface StoredState {
  readonly state: RunState;
  readonly executedAt: Instant | null;
  /** The number of its next or latest call: 1 for the first. */
  readonly attempt: number;
}

/**
 * Returns the state of a run that everybody is told. A run that is claimed is stored as TRIGGERED, and as executed once its
 * request may have been sent; until then it is SCHEDULED, or RETRYING where it was called before.
 */
export function shownState({ state, executedAt, attempt }: StoredState): ShownState {
  if (state === 'WAITING') return 'SCHEDULED';
  if (state !== 'TRIGGERED' || executedAt !== null) return state;
  return attempt > 1 ? 'RETRYING' : 'SCHEDULED';
}

/** Returns whether a run in this state has ended: no event changes it any more. */
export function isFinal(state: RunState): boolean {
  return statusOf(state) === 'COMPLETED';
}

/** Returns whether a run in this state has a result: what was skipped was never called, and says nothing about its schedule. */
export function hasResult(state: RunState): boolean {
  return isFinal(state) && state !== 'SKIPPED';
}

/** Returns whether a run in this state has a result that is not a success. */
export function isFailure(state: RunState): boolean {
  return hasResult(state) && state !== 'SUCCESS';
}

/** A status that HTTP does not have counts as one of 500 and above (RFC 9110, 15). */
function stateAnswered(httpStatus: number): RunState {
  if (httpStatus === 202) return 'ACK_RECVD';
  if (httpStatus >= 500 || httpStatus < 200) return 'ERROR';
  if (httpStatus >= 400) return 'REQUEST_ERROR';
  return 'SUCCESS';
}

/**
 * Returns the state that follows, or `null` where the event does not apply to the state. There are no other
 * transitions (runs-and-behaviour.md, the table under "Calling the action").
 */
export function transition(state: RunState, event: RunEvent): RunState | null {
  switch (event.kind) {
    case 'claimed':
      return state === 'SCHEDULED' ? 'TRIGGERED' : null;
    case 'answered':
      return state === 'TRIGGERED' ? stateAnswered(event.httpStatus) : null;
    case 'unanswered':
      return state === 'TRIGGERED' ? 'ACK_NOT_RECVD' : null;
    case 'unreachable':
      return state === 'TRIGGERED' ? 'REQUEST_ERROR' : null;
    case 'adopted':
      return state === 'ACK_NOT_RECVD' ? 'ACK_RECVD' : null;
    case 'reported':
      return statusOf(state) === 'RUNNING' ? (event.success ? 'SUCCESS' : 'ERROR') : null;
    case 'canceled':
      return isFinal(state) ? null : 'ERROR';
    case 'skipped':
      return statusOf(state) === 'SCHEDULED' ? 'SKIPPED' : null;
    case 'unavailable':
      return state === 'RETRYING' || statusOf(state) === 'SCHEDULED' ? 'REQUEST_ERROR' : null;
    case 'givenUp':
      return state === 'RETRYING' ? 'ERROR' : null;
    case 'reportOverdue':
      return state === 'ACK_RECVD' || state === 'ACK_NOT_RECVD' ? 'UNKNOWN' : null;
    case 'taskOverdue':
      return statusOf(state) === 'RUNNING' ? 'TIMEOUT' : null;
  }
}

import type { Progress } from '../../operation/operation-kind.js';
import type { PacedRunEnd } from './paced-run.store.js';

/** How many runs one operation makes at most. */
export const MOST_RUNS = 10_000;
/** How many of them may be open at once. */
export const MOST_CONCURRENCY = 50;
export const USUAL_CONCURRENCY = 5;
/** How many failures and errors are told. */
const MOST_FAILURES = 20;
const MOST_ERRORS = 100;

/** A run that failed, with wire names. */
interface ToldFailure {
  readonly 'run-id': string;
  readonly 'schedule-id': string;
  readonly 'run-state': string;
  readonly message: string;
}

/** A run that could not be run again, with wire names. */
export interface ToldError {
  readonly 'run-id': string;
  readonly message: string;
}

/** How far an operation has come that makes runs little by little. Stored with each batch, so it stays small. */
export interface PacedState {
  /** Where the next batch goes on; what it means is the kind's. Null at the beginning. */
  readonly cursor: number | null;
  readonly isExhausted: boolean;
  /** The runs that were made and whose end has not been counted. */
  readonly open: readonly string[];
  readonly made: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly canceled: number;
  /** Runs that were deleted before they ended, with their schedules. */
  readonly deleted: number;
  readonly failures: readonly ToldFailure[];
  readonly errorCount: number;
  readonly errors: readonly ToldError[];
}

export const START: PacedState = {
  ...{ cursor: null, isExhausted: false, open: [] },
  ...{ made: 0, succeeded: 0, failed: 0, skipped: 0, canceled: 0, deleted: 0 },
  ...{ failures: [], errorCount: 0, errors: [] },
};

/** What a batch has made: runs, what could not be made, and where the next one goes on. */
export interface Made {
  readonly runIds: readonly string[];
  readonly errors?: readonly ToldError[];
  readonly cursor: number;
  readonly isExhausted: boolean;
}

/** Returns the state with the ends of open runs counted: those of `open` that are still open are given, and those that have ended. */
export function withEnds(
  state: PacedState,
  stillOpen: ReadonlySet<string>,
  ends: readonly PacedRunEnd[],
): PacedState {
  const open = state.open.filter((id) => stillOpen.has(id));
  const count = (kind: PacedRunEnd['kind']) => ends.filter((end) => end.kind === kind).length;
  const failures = ends.filter(({ kind }) => kind === 'failed').map(toldFailure);
  return {
    ...state,
    open,
    succeeded: state.succeeded + count('succeeded'),
    failed: state.failed + count('failed'),
    skipped: state.skipped + count('skipped'),
    canceled: state.canceled + count('canceled'),
    deleted: state.deleted + (state.open.length - open.length - ends.length),
    failures: [...state.failures, ...failures].slice(0, MOST_FAILURES),
  };
}

/** Returns the state with what a batch has made. */
export function withMade(state: PacedState, { runIds, errors = [], cursor, isExhausted }: Made): PacedState {
  return {
    ...{ ...state, cursor, isExhausted },
    open: [...state.open, ...runIds],
    made: state.made + runIds.length,
    errorCount: state.errorCount + errors.length,
    errors: [...state.errors, ...errors].slice(0, MOST_ERRORS),
  };
}

/** Returns how many of so many runs are done with: ended, or not to be made. */
export function progressOf({ made, open, errorCount }: PacedState, total: number): Progress {
  return { done: made - open.length + errorCount, total };
}

/** Returns the results so far, with wire names. */
export function resultsOf(state: PacedState, matched: number): object {
  const { made, succeeded, failed, skipped, canceled, deleted, open, failures, errorCount, errors } = state;
  return {
    ...{ 'dry-run': false, matched, made, succeeded, failed, skipped, canceled, deleted },
    ...(open.length > 0 && { 'under-way': open.length }),
    ...(failures.length > 0 && { failures }),
    ...(errorCount > 0 && { 'error-count': errorCount, errors }),
  };
}

function toldFailure({ runId, scheduleId, state, text }: PacedRunEnd): ToldFailure {
  return { 'run-id': runId, 'schedule-id': scheduleId, 'run-state': state, message: text };
}

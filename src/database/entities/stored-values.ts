import { hasResult, isFailure, isFinal, RUN_STATES, type RunState } from '../../core/run-state.js';
import { STANDINGS } from './failing-schedule.row.js';
import { OPERATION_STATES } from './operation.row.js';
import { RUN_ORIGINS } from './run.row.js';
import { SCHEDULE_KINDS } from './schedule.row.js';

/**
 * The numbers by which enumerations are stored (see `enumColumn`), named for the SQL that is written by hand. Those in
 * the plural are lists for `IN (...)`. All of them are constants of the product, so they may stand in the text of a
 * statement, where the optimizer sees them.
 */

const listOf = (isMeant: (state: RunState) => boolean): string =>
  RUN_STATES.flatMap((state, place) => (isMeant(state) ? [place] : [])).join(',');

export const SCHEDULED = RUN_STATES.indexOf('SCHEDULED');
export const TRIGGERED = RUN_STATES.indexOf('TRIGGERED');
export const RETRYING = RUN_STATES.indexOf('RETRYING');
export const WAITING = RUN_STATES.indexOf('WAITING');
/** Every state: an index that begins with the state is used where all of them are named. */
export const ALL_STATES = listOf(() => true);
/** The call has begun, or is about to. */
export const STARTED_STATES = listOf((state) => state !== 'SCHEDULED' && state !== 'WAITING');
/** More than a plan, and not ended. */
export const OPEN_STATES = listOf((state) => state !== 'SCHEDULED' && !isFinal(state));
export const UNENDED_STATES = listOf((state) => !isFinal(state));
export const ENDED_STATES = listOf(isFinal);
export const RESULT_STATES = listOf(hasResult);
export const SUCCESS = RUN_STATES.indexOf('SUCCESS');
export const FAILED_STATES = listOf(isFailure);
/** The application is still to report what came of its run. */
export const UNREPORTED_STATES = listOf((state) => state === 'ACK_RECVD' || state === 'ACK_NOT_RECVD');

/** A run of the schedule's own plan. */
export const OF_PLAN = RUN_ORIGINS.indexOf('plan');
/** A run that runs another one again, with the other one's data. */
export const OF_REPLAY = RUN_ORIGINS.indexOf('replay');

/** The kind of a one-time schedule. */
export const ONCE = SCHEDULE_KINDS.indexOf('once');

/** How a schedule stands that has failed. */
export const FAILING = STANDINGS.indexOf('failing');
export const HEALED = STANDINGS.indexOf('healed');
export const OFF = STANDINGS.indexOf('off');

/** An operation that has not ended. */
export const OPEN_OPERATIONS = [
  OPERATION_STATES.indexOf('running'),
  OPERATION_STATES.indexOf('cancel-pending'),
].join(',');

import type { RunState } from '../api/types.js';

/** The states of a run in the words of every page. */
export const RUN_STATES = {
  SCHEDULED: 'Planned',
  TRIGGERED: 'Called',
  ACK_RECVD: 'Waiting for report',
  ACK_NOT_RECVD: 'Not answered',
  SUCCESS: 'Succeeded',
  ERROR: 'Failed',
  REQUEST_ERROR: 'Failed',
  UNKNOWN: 'Unknown',
  TIMEOUT: 'Timed out',
  RETRYING: 'Retrying',
  SKIPPED: 'Skipped',
} as const satisfies Record<RunState, string>;

import { wireText, wireTextOrNull, type Instant } from '../core/instant.js';
import { isFinal, shownState, statusOf, type RunState } from '../core/run-state.js';
import type { RunRow } from '../database/entities/run.row.js';
import type { SchedulePlace } from '../database/scoped.js';
import { fitting } from '../http/page.js';
import type { RunPart } from './run.reader.js';

/** One sentence for each state (runs-and-behaviour.md, the table and the text after it). */
const STATUS_MESSAGES: Record<RunState, string> = {
  SCHEDULED: 'The job has been scheduled for a future run',
  TRIGGERED: 'The job execution request has been sent to the endpoint',
  ACK_RECVD: 'The application has accepted the run and has yet to report its outcome',
  ACK_NOT_RECVD: 'The endpoint was reached but did not answer in time',
  SUCCESS: 'The job run completed successfully',
  ERROR: 'The job run ended with an error of the application',
  REQUEST_ERROR: 'Error encountered while sending job execution request to the endpoint',
  UNKNOWN: 'The application did not report the outcome of the run in time',
  TIMEOUT: 'The task did not end in time',
};

/** One entry of `runText`. */
interface Transition {
  readonly time: string;
  readonly type: RunState;
  readonly text: string;
  readonly code: number | null;
}

/** Returns the transitions of a run so far, oldest first. */
function transitions(run: RunRow): Transition[] {
  const { plannedAt, createdAt, ackedAt, completedAt, httpStatus } = run;
  const state = shownState(run);
  const executedAt = executedAtOf(run);
  const planned = `Next run at ${wireText(plannedAt)} (UTC)`;
  const past: Transition[] = [{ time: wireText(createdAt), type: 'SCHEDULED', text: planned, code: null }];
  if (state === 'SCHEDULED') return past;
  // Before the outcome is recorded, only the planned instant is stored.
  past.push({ time: wireText(executedAt ?? plannedAt), type: 'TRIGGERED', text: '', code: null });
  if (ackedAt !== null) {
    const type = httpStatus === null ? 'ACK_NOT_RECVD' : 'ACK_RECVD';
    past.push({ time: wireText(ackedAt), type, text: run.ackText ?? '', code: httpStatus });
  }
  if (isFinal(state)) {
    const time = wireText(completedAt ?? executedAt ?? plannedAt);
    past.push({ time, type: state, text: run.endText ?? '', code: httpStatus });
  }
  return past;
}

/** Returns when a run was called. Until its outcome is recorded the row only says that it may have been. */
function executedAtOf({ state, executedAt }: RunRow): Instant | null {
  return state === 'TRIGGERED' ? null : executedAt;
}

/** Returns a run log (rest-api.md, "Run logs"). */
export function runLog(run: RunRow) {
  const state = shownState(run);
  const plannedOn = wireText(run.createdAt);
  return {
    runId: run.id,
    httpStatus: run.httpStatus,
    executionTimestamp: wireTextOrNull(executedAtOf(run)),
    runStatus: statusOf(state),
    runState: state,
    statusMessage: STATUS_MESSAGES[state],
    scheduleTimestamp: plannedOn,
    scheduledTimestamp: plannedOn,
    completionTimestamp: wireTextOrNull(run.completedAt),
    runText: JSON.stringify(transitions(run)),
    locale: 'en',
    plannedTimestamp: wireText(run.plannedAt),
  };
}

/**
 * Returns the list envelope of run logs. Its URLs contain cursors; a URL is left out where there are no more runs
 * in its direction.
 */
export function runLogPage(part: RunPart, place: SchedulePlace, pageSize: number) {
  const path = `/scheduler/jobs/${place.jobId}/schedules/${place.scheduleId}/runs?page_size=${pageSize}`;
  const results = fittingLogs(part);
  const isCut = results.length < part.results.length;
  const newest = results[0];
  const oldest = results.at(-1);
  const hasOlder = part.hasOlder || (isCut && part.kept === 'newest');
  const hasNewer = part.hasNewer || (isCut && part.kept === 'oldest');
  return {
    total: part.total,
    results,
    ...(hasOlder && oldest ? { next_url: `${path}&next=${oldest.runId}` } : {}),
    ...(hasNewer && newest ? { prev_url: `${path}&prev=${newest.runId}` } : {}),
  };
}

function fittingLogs({ results, kept }: RunPart) {
  const logs = results.map(runLog);
  return kept === 'newest' ? fitting(logs) : fitting(logs.reverse()).toReversed();
}

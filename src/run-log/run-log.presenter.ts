import { attemptNote, storedAttempts, type FailedAttempt } from '../core/policy/attempts.js';
import { wireText, wireTextOrNull, type Instant } from '../core/instant.js';
import { isFinal, shownState, statusOf, type ShownState } from '../core/run-state.js';
import type { RunRow } from '../database/entities/run.row.js';
import type { SchedulePlace } from '../database/scoped.js';
import { fitting } from '../http/page.js';
import type { RunPart } from './run.reader.js';

/** One sentence for each state (runs-and-behaviour.md, the table and the text after it). */
const STATUS_MESSAGES: Record<ShownState, string> = {
  SCHEDULED: 'The job has been scheduled for a future run',
  TRIGGERED: 'The job execution request has been sent to the endpoint',
  ACK_RECVD: 'The application has accepted the run and has yet to report its outcome',
  ACK_NOT_RECVD: 'The endpoint was reached but did not answer in time',
  SUCCESS: 'The job run completed successfully',
  ERROR: 'The job run ended with an error of the application',
  REQUEST_ERROR: 'Error encountered while sending job execution request to the endpoint',
  UNKNOWN: 'The application did not report the outcome of the run in time',
  TIMEOUT: 'The task did not end in time',
  RETRYING: 'The call failed and is going to be repeated',
  SKIPPED: 'The run was skipped and not called',
};

/** One entry of `runText`. */
interface Transition {
  readonly time: string;
  readonly type: ShownState | 'RETRY_SCHEDULED';
  readonly text: string;
  readonly code: number | null;
}

/** Returns the transitions of a run so far, oldest first. */
function transitions(run: RunRow): Transition[] {
  const { plannedAt, createdAt, ackedAt, completedAt, httpStatus } = run;
  const attempts = storedAttempts(run.attempts);
  const state = shownState(run);
  const executedAt = executedAtOf(run);
  const planned = `Next run at ${wireText(plannedAt)} (UTC)`;
  const past: Transition[] = [{ time: wireText(createdAt), type: 'SCHEDULED', text: planned, code: null }];
  if (state === 'SCHEDULED') return past;
  attempts.forEach((attempt, place) => past.push(...repetition(attempt, place + 1)));
  // It ended, or waits, without another call.
  const mayBeUncalled = state === 'SKIPPED' || state === 'REQUEST_ERROR';
  const isUncalled = state === 'RETRYING' || (mayBeUncalled && executedAt === null);
  const isCalled = !isUncalled && executedAt !== attempts.at(-1)?.calledAt;
  // Before the outcome is recorded, only the planned instant is stored.
  const calledAt = executedAt ?? (attempts.length > 0 ? run.dueAt : plannedAt);
  if (isCalled) past.push({ time: wireText(calledAt), type: 'TRIGGERED', text: '', code: null });
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

/** Returns the transitions of a call that was followed by another one. */
function repetition(attempt: FailedAttempt, number: number): Transition[] {
  const { calledAt, failedAt, status } = attempt;
  const text = attemptNote(attempt, number);
  return [
    { time: wireText(calledAt), type: 'TRIGGERED', text: '', code: null },
    { time: wireText(failedAt), type: 'RETRY_SCHEDULED', text, code: status },
  ];
}

/** Returns when a run was called. Until its outcome is recorded the row only says that it may have been. */
function executedAtOf({ state, executedAt }: RunRow): Instant | null {
  return state === 'TRIGGERED' ? null : executedAt;
}

/** Returns what a run log says of the latest call, while another one may follow. */
function latestCall(run: RunRow): {
  readonly httpStatus: number | null;
  readonly executedAt: Instant | null;
} {
  const executedAt = executedAtOf(run);
  if (shownState(run) !== 'RETRYING') return { httpStatus: run.httpStatus, executedAt };
  const latest = storedAttempts(run.attempts).at(-1);
  return { httpStatus: latest?.status ?? null, executedAt: latest?.calledAt ?? null };
}

/** Returns a run log (rest-api.md, "Run logs"). */
export function runLog(run: RunRow) {
  const state = shownState(run);
  const plannedOn = wireText(run.createdAt);
  const { httpStatus, executedAt } = latestCall(run);
  return {
    runId: run.id,
    httpStatus,
    executionTimestamp: wireTextOrNull(executedAt),
    runStatus: statusOf(state),
    runState: state,
    statusMessage: STATUS_MESSAGES[state],
    scheduleTimestamp: plannedOn,
    scheduledTimestamp: plannedOn,
    completionTimestamp: wireTextOrNull(run.completedAt),
    runText: JSON.stringify(transitions(run)),
    locale: 'en',
    plannedTimestamp: wireText(run.originalAt ?? run.plannedAt),
    attempt: run.attempt,
    origin: run.origin,
    ...(run.replayOf !== null && { replayOf: run.replayOf }),
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

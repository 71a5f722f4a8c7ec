import { attemptNote } from '../../../core/policy/attempts.js';
import { callLimitMs } from '../../../core/policy/timeout.js';
import { isFinal } from '../../../core/run-state.js';
import { cursorText } from '../cursor.js';
import type { TenantName } from '../tenant-scopes.js';
import type { ListedRun } from './listed-run.js';
import { SECOND_MS } from '../../../core/instant.js';
import type { RunDetail, LoggedRun } from './run-rows.query.js';
import type { FoundPage, RunCount } from './found-run.js';

type NameOf = (tenancyId: number) => TenantName | null;

/** Returns a run as lists have it. */
export function shownRun(run: ListedRun, nameOf: NameOf) {
  const { runId, state, origin, tenancyId, jobId, jobName, scheduleId, ...instants } = run;
  const { plannedAt, dueAt, calledAt, endedAt, httpStatus, originalAt, replayOf } = instants;
  return {
    ...{ runId, state, origin, tenant: nameOf(tenancyId), job: { id: jobId, name: jobName }, scheduleId },
    ...{ plannedAt, dueAt, calledAt, endedAt },
    // Of a run that waits for another call, that one is due.
    lateMs: calledAt === null || state === 'RETRYING' ? null : calledAt - dueAt,
    httpStatus,
    ...(originalAt !== null && { originalAt }),
    ...(replayOf !== null && { replayOf }),
  };
}

/** Returns a page of runs as it is sent. */
export function runPage(
  { total, after }: { total: RunCount | null; after: FoundPage['after'] },
  runs: readonly ListedRun[],
  nameOf: NameOf,
) {
  return {
    total,
    results: runs.map((run) => shownRun(run, nameOf)),
    after: after === null ? null : cursorText(after),
  };
}

/** Returns everything about a run as it is sent; `longestMs` is how long a call may take at most. */
export function runDetail(detail: RunDetail, nameOf: NameOf, longestMs: number) {
  const { run, action, reportS, replica, previous, next, timeoutMs, held } = detail;
  const { calledAt, endedAt, createdAt, ackedAt, isReported } = run;
  return {
    ...shownRun(run, nameOf),
    ...{ action, createdAt, ackedAt, isReported, attempt: run.attempt },
    ...(held !== null && { held }),
    durationMs: calledAt === null || endedAt === null ? null : endedAt - calledAt,
    limits: { answerMs: callLimitMs(timeoutMs, longestMs), reportMs: reportS * SECOND_MS },
    ...{ replica, transitions: transitionsOf(run), previous, next },
  };
}

/** Returns a run and its text as a download has it. */
export function downloadedRun(run: LoggedRun, nameOf: NameOf) {
  return { ...shownRun(run, nameOf), text: run.endText ?? run.ackText };
}

/** The states that a run has passed, with when and what was said, oldest first. */
function transitionsOf(run: LoggedRun) {
  const { state, createdAt, calledAt, ackedAt, endedAt, httpStatus } = run;
  const steps = [{ at: createdAt, state: 'SCHEDULED', text: '', httpStatus: null as number | null }];
  run.attempts.forEach((attempt, place) => {
    steps.push({ at: attempt.calledAt, state: 'TRIGGERED', text: '', httpStatus: null });
    const failed = {
      at: attempt.failedAt,
      text: attemptNote(attempt, place + 1),
      httpStatus: attempt.status,
    };
    steps.push({ ...failed, state: 'RETRYING' });
  });
  const isCalled = state !== 'RETRYING' && calledAt !== run.attempts.at(-1)?.calledAt;
  if (calledAt !== null && isCalled)
    steps.push({ at: calledAt, state: 'TRIGGERED', text: '', httpStatus: null });
  if (ackedAt !== null) {
    const acked = httpStatus === null ? 'ACK_NOT_RECVD' : 'ACK_RECVD';
    steps.push({ at: ackedAt, state: acked, text: run.ackText ?? '', httpStatus });
  }
  if (isFinal(state) && endedAt !== null) {
    steps.push({ at: endedAt, state, text: run.endText ?? '', httpStatus });
  }
  return steps;
}

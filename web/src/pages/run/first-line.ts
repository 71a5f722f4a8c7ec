import { hasRunFailed, type RunDetail } from '../../api/runs.js';
import { away, lasting } from '../../duration.js';
import { failedCallsOf } from '../../pictures/run-phases.js';
import { RUNS } from '../../texts/runs.js';
import { utc } from '../../time.js';
import { causeOf } from './cause.js';
import { outcomeOf } from './outcome.js';

/** Returns the number of the call that a run waits for or is at: 1 for the first. */
const callOf = (run: RunDetail) => failedCallsOf(run) + 1;

/** Returns what became of a run, in words and a number: `Failed: the endpoint answered 503 after 1.2 s`. */
export function firstLine(run: RunDetail, now: number, mostCalls: number | null = null): string {
  const { run: words } = RUNS;
  const { state, calledAt, dueAt, action, held } = run;
  if (held) return words.held[held.by].first(lasting(now - held.since));
  if (calledAt === null && state === 'SCHEDULED') {
    if (dueAt <= now) return words.due(lasting(now - dueAt));
    return words.planned(`${away(dueAt, now)}, at ${utc(new Date(dueAt))}`);
  }
  if (state === 'RETRYING')
    return words.retrying(callOf(run), mostCalls, dueAt <= now ? null : away(dueAt, now));
  const openFor = lasting(now - (calledAt ?? dueAt));
  if (state === 'TRIGGERED' && callOf(run) > 1) return words.callingAgain(callOf(run), openFor);
  if (state === 'TRIGGERED' || state === 'SCHEDULED') return words.calling(openFor);
  if (state === 'ACK_RECVD' || state === 'ACK_NOT_RECVD')
    return (action === 'cf_task' ? words.taskRuns : words.waiting)(openFor);
  return endWords(run);
}

function endWords(run: RunDetail): string {
  const { run: words } = RUNS;
  const { state, durationMs, httpStatus, transitions } = run;
  if (state === 'SKIPPED') return words.skipped(transitions.at(-1)?.text ?? '');
  const within = state === 'UNKNOWN' || state === 'TIMEOUT' ? words.within : words.after;
  const after = durationMs === null ? '' : within(lasting(durationMs));
  if (!hasRunFailed(state)) return words.succeeded(howSucceeded(run) + after);
  const cause = causeOf(outcomeOf(run));
  if (cause?.kind === 'canceled') return words.canceled(after);
  const how = (cause?.short ?? words.answered(httpStatus ?? 0)) + after;
  return state === 'UNKNOWN' ? words.unknown(how) : words.failed(how);
}

function howSucceeded({ action, isReported, httpStatus }: RunDetail): string {
  const { run: words } = RUNS;
  if (action === 'cf_task') return words.taskEnded;
  return isReported || httpStatus === null ? words.reported : words.answered(httpStatus);
}

import type { Failing, JobDetail } from '../../api/types.js';
import { countOutcomes, type StripRun } from '../../pictures/strip-runs.js';
import { TEXTS } from '../../texts.js';

const { job: texts } = TEXTS;

/** Returns in a line whether a job is well, of what is known of it and of the last runs of its schedules. */
export function verdictOf(job: JobDetail, runs: readonly StripRun[], areRunsKnown: boolean): string {
  const failing = job.results.flatMap((schedule) => schedule.failing ?? []);
  const first = failing.toSorted((a, b) => a.since - b.since)[0];
  if (first) return failsSince(first, failing.length, job.schedules.total);
  if (job.schedules.total === 0) return texts.noSchedules;
  if (!job.active) return texts.inactive;
  if (job.schedules.active === 0) return texts.allOff;
  if (!areRunsKnown) return texts.loading;
  const { success, failure, unknown } = countOutcomes(runs);
  const ended = success + failure + unknown;
  return ended === 0 ? texts.noRuns(nextOf(job)) : texts.healthy(success, ended);
}

/** Returns when the next of its schedules fires, null where none does. */
export function nextOf({ results }: JobDetail): number | null {
  const next = Math.min(...results.map(({ nextAt }) => nextAt ?? Infinity));
  return Number.isFinite(next) ? next : null;
}

function failsSince(failing: Failing, count: number, total: number): string {
  const many = total === 1 ? texts.failsOne : texts.failsSome(count, total);
  return texts.fails(failing.since, reasonOf(failing), failing.lastSuccessAt, many);
}

/** Returns why a schedule failed last, in words, and whose it is. */
export function reasonOf({ lastRun }: Failing): string {
  const { reasons } = texts;
  if (!lastRun) return reasons.gone;
  const { state, httpStatus, text } = lastRun;
  if (state === 'UNKNOWN') return reasons.unreported;
  if (state === 'TIMEOUT') return reasons.timeout;
  if (httpStatus !== null && httpStatus >= 400) return reasons.answered(httpStatus);
  if (state === 'ERROR') return reasons.reported;
  if (text?.includes('Code:-ECONNREFUSED')) return reasons.refused;
  const [, message = ''] = /Message:-(.{1,120})/.exec(text ?? '') ?? [];
  return reasons.noCall(message.replace(/\.$/, ''));
}

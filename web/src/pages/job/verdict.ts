import type { Failing, JobDetail } from '../../api/types.js';
import { countOutcomes, type StripRun } from '../../pictures/strip-runs.js';
import { JOB } from '../../texts/job.js';
import { serviceNow } from '../../time.js';
import { reasonOf } from './reason.js';

/** Returns in a line whether a job is well, of what is known of it and of the last runs of its schedules. */
export function verdictOf(
  job: JobDetail,
  runs: readonly StripRun[],
  areRunsKnown: boolean | 'refused',
): string {
  const failing = job.results.flatMap((schedule) => schedule.failing ?? []);
  const first = failing.toSorted((a, b) => a.since - b.since)[0];
  if (first) return failsSince(first, failing.length, job.schedules.total);
  if (job.schedules.total === 0) return JOB.noSchedules;
  if (!job.active) return JOB.inactive;
  const isOff = job.schedules.active === 0;
  if (areRunsKnown === 'refused') return isOff ? JOB.allOff : JOB.noneFails(nextOf(job));
  if (!areRunsKnown) return JOB.loading;
  const { success, failure, unknown, skipped, running } = countOutcomes(runs);
  const ended = success + failure + unknown;
  if (ended === 0 && running > 0) return JOB.running(serviceNow() - Math.min(...runs.map(begunAt)));
  if (isOff) return (isOfOneTime(job) && onceOf(runs)) || JOB.allOff;
  if (ended > 0) return JOB.healthy(success, ended);
  return skipped > 0 ? JOB.allSkipped(skipped, nextOf(job)) : JOB.noRuns(nextOf(job));
}

const begunAt = ({ calledAt, plannedAt }: StripRun) => calledAt ?? plannedAt;

const isOfOneTime = ({ schedules, results }: JobDetail) =>
  schedules.total === 1 && results[0]?.kind === 'once';

/** Returns what a schedule came to that is over because it has run; null where it is off for another reason. */
function onceOf(runs: readonly StripRun[]): string | null {
  const [run] = runs;
  if (!run || runs.length > 1 || run.outcome === 'running' || run.outcome === 'skipped') return null;
  return JOB.ranOnce(begunAt(run), run.outcome);
}

/** Returns when the next of its schedules fires, null where none does. */
export function nextOf({ results }: JobDetail): number | null {
  const next = Math.min(...results.map(({ nextAt }) => nextAt ?? Infinity));
  return Number.isFinite(next) ? next : null;
}

function failsSince(failing: Failing, count: number, total: number): string {
  const many = total === 1 ? JOB.failsOne : JOB.failsSome(count, total);
  return JOB.fails(failing.since, reasonOf(failing), failing.lastSuccessAt, many);
}

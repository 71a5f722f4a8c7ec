import { useResource, type Resource } from '../../api/resource.js';
import { jobRoute, scheduleRoute, type Job, type RunDetail, type Schedule } from '../../api/runs.js';
import { USUAL_RETRY } from '../../api/settings.js';

/** What a run is called by, as it is set now. */
export interface AsSet {
  readonly job: Job;
  readonly schedule: Schedule;
}

/** Returns the job and the schedule of a run. They load and fail by themselves. */
export function useAsSet(run: RunDetail | undefined): Omit<Resource<AsSet>, 'asOf'> {
  const job = useResource<Job>(run ? jobRoute(run.job.id) : null);
  const schedule = useResource<Schedule>(run ? scheduleRoute(run.job.id, run.scheduleId) : null);
  return {
    body: job.body && schedule.body && { job: job.body, schedule: schedule.body },
    error: job.error ?? schedule.error,
  };
}

/** Returns how many calls a run has at most that is called again; null where that is not known. */
export function mostCallsOf(set: AsSet | undefined): number | null {
  const retry = set?.schedule.retry ?? set?.job.retry;
  return retry ? 1 + (retry.attempts ?? USUAL_RETRY.attempts) : null;
}

import { useResource } from '../../api/resource.js';
import { jobRoute, scheduleRoute, type Job, type RunDetail, type Schedule } from '../../api/runs.js';
import { USUAL_RETRY } from '../../api/settings.js';

/** Returns how many calls a run has at most that is called again, as its schedule and job are set now; null for another run. */
export function useMostCalls(run: RunDetail | undefined): number | null {
  const asked = run?.state === 'RETRYING' ? run : null;
  const job = useResource<Job>(asked && jobRoute(asked.job.id));
  const schedule = useResource<Schedule>(asked && scheduleRoute(asked.job.id, asked.scheduleId));
  if (!asked || !job.body || !schedule.body) return null;
  const retry = schedule.body.retry ?? job.body.retry;
  return retry ? 1 + (retry.attempts ?? USUAL_RETRY.attempts) : null;
}

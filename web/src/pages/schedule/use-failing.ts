import { useResource } from '../../api/resource.js';
import { hasRunEnded, hasRunFailed, type RunsPage } from '../../api/runs.js';
import type { Failing, JobDetail } from '../../api/types.js';

interface FailingOf {
  readonly jobId: number;
  readonly scheduleId: string;
  readonly summary: RunsPage | undefined;
}

interface Watching {
  readonly everyMs: number;
  readonly isPaused: boolean;
}

/** Returns since when a schedule fails, and why. Its job tells it, which is asked where the last run that ended has failed. */
export function useFailing({ jobId, scheduleId, summary }: FailingOf, watching: Watching): Failing | null {
  const last = summary?.results.find(({ state }) => hasRunEnded(state) && state !== 'SKIPPED');
  const hasFailed = last !== undefined && hasRunFailed(last.state);
  const { body } = useResource<JobDetail>(hasFailed ? `/dashboard/api/jobs/${jobId}` : null, watching);
  return body?.results.find(({ id }) => id === scheduleId)?.failing ?? null;
}

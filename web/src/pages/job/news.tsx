import { Button } from '../../controls/button.js';
import type { StripRun } from '../../pictures/strip-runs.js';
import { JOB } from '../../texts/job.js';
import { JOBS } from '../../texts/jobs.js';

export type RunsOfSchedules = ReadonlyMap<string, readonly StripRun[]>;

/** Returns how many runs have come since those that are shown; null where nothing is new, not even that one has ended. */
export function newsOf(shown: RunsOfSchedules, latest: RunsOfSchedules): number | null {
  const known = new Map([...shown.values()].flat().map((run) => [run.runId, run]));
  const now = [...latest.values()].flat();
  const added = now.filter(({ runId }) => !known.has(runId)).length;
  return added > 0 || now.some(({ runId, state }) => known.get(runId)?.state !== state) ? added : null;
}

interface NewsProps {
  readonly news: number | null;
  readonly onTake: () => void;
  /** True where another place of the page reads it out. */
  readonly isRepeated?: boolean;
}

/** Says that runs are new, and shows them on request. */
export function News({ news, onTake, isRepeated = false }: NewsProps) {
  return (
    <p class="news">
      <span role={isRepeated ? undefined : 'status'}>{news === null ? '' : JOB.newRuns(news)}</span>
      {news !== null && (
        <Button kind="lite" onPress={onTake}>
          {JOBS.showNews}
        </Button>
      )}
    </p>
  );
}

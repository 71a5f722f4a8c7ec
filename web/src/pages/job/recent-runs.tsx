import { Runs } from '../../pictures/run-table.js';
import { JOB } from '../../texts/job.js';
import { News, type RunsOfSchedules } from './news.js';

const MOST = 10;

interface RecentProps {
  /** Undefined until they have come. */
  readonly shown: RunsOfSchedules | undefined;
  readonly news: number | null;
  readonly hasFailed: boolean;
  readonly onTake: () => void;
}

/** The last runs of all schedules. New ones are told of, and come when they are asked for. */
export function RecentRuns({ shown, news, hasFailed, onTake }: RecentProps) {
  const known = [...(shown?.values() ?? [])].flat();
  const recent = known.sort((a, b) => b.plannedAt - a.plannedAt).slice(0, MOST);
  return (
    <section aria-labelledby="recent">
      <div class="section-head">
        <h2 id="recent">{JOB.recent}</h2>
        <News news={news} onTake={onTake} />
      </div>
      {recent.length > 0 && <Runs runs={recent} name={JOB.recent} />}
      {recent.length === 0 && (shown || hasFailed) && (
        <p class="quiet">{shown ? JOB.noRecent : JOB.noStrips}</p>
      )}
    </section>
  );
}

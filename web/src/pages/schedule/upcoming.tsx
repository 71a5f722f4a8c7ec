import { useState } from 'preact/hooks';
import { nextRoute, type NextRuns } from '../../api/runs.js';
import { useResource, type Resource } from '../../api/resource.js';
import { Problem } from '../../controls/problem.js';
import { useStill } from '../../controls/use-still.js';
import { FiringTable } from '../../pictures/firing-table.js';
import { RUNS } from '../../texts/runs.js';

const { schedule: words } = RUNS;
const EVERY_MS = 5_000;

interface NextOf {
  readonly jobId: number;
  readonly scheduleId: string;
  readonly now: number;
  readonly isPaused: boolean;
}

/**
 * Returns the next firings of a schedule. They are asked for again once the first of them has passed, however often it fires
 * no more often than the rest of the page.
 */
export function useNextRuns({ jobId, scheduleId, now, isPaused }: NextOf): Resource<NextRuns> {
  const [isWanted, setWanted] = useState(true);
  const next = useResource<NextRuns>(nextRoute(jobId, scheduleId), {
    everyMs: EVERY_MS,
    isPaused: isPaused || !isWanted,
    isResumedByPage: true,
  });
  const first = next.body?.runs[0];
  const isOld = first !== undefined && Date.parse(first.at) + EVERY_MS <= now;
  const isToAsk = next.body === undefined || isOld;
  // Drawn again at once by Preact.
  if (isToAsk !== isWanted) setWanted(isToAsk);
  return next;
}

interface UpcomingProps {
  readonly next: Resource<NextRuns>;
  readonly now: number;
  readonly endAt: number | null;
  readonly zone: string | null;
}

/** The next firings of a schedule, or why there are none. They move on by themselves, and not under a pointer. */
export function Upcoming({ next: { body, error }, now, endAt, zone }: UpcomingProps) {
  const { shown, held } = useStill(body);
  if (!shown) return error && <Problem error={error} isRetried />;
  return (
    <section aria-labelledby="upcoming">
      <h2 id="upcoming">{words.upcoming}</h2>
      {shown.warnings.map((warning) => (
        <p key={warning} class="quiet">
          {warning}
        </p>
      ))}
      {shown.runs.length > 0 && (
        <div class="upcoming" {...held}>
          <FiringTable runs={shown.runs} asOf={new Date(now)} endAt={endAt} zone={zone} />
        </div>
      )}
    </section>
  );
}

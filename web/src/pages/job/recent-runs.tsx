import { Button } from '../../controls/button.js';
import { Runs } from '../../pictures/run-table.js';
import type { StripRun } from '../../pictures/strip-runs.js';
import { TEXTS } from '../../texts.js';

const MOST = 10;
const { job: texts } = TEXTS;

type Strips = ReadonlyMap<string, readonly StripRun[]>;

interface RecentProps {
  readonly shown: Strips;
  readonly latest: Strips;
  readonly onTake: () => void;
}

/** The last runs of all schedules. New ones are told of, and come when they are asked for. */
export function RecentRuns({ shown, latest, onTake }: RecentProps) {
  const known = new Map([...shown.values()].flat().map((run) => [run.runId, run]));
  const now = [...latest.values()].flat();
  const added = now.filter(({ runId }) => !known.has(runId)).length;
  const isNews = added > 0 || now.some(({ runId, state }) => known.get(runId)?.state !== state);
  const recent = [...known.values()].sort((a, b) => b.plannedAt - a.plannedAt).slice(0, MOST);
  return (
    <section aria-labelledby="recent">
      <div class="section-head">
        <h2 id="recent">{texts.recent}</h2>
        <p class="news">
          <span role="status">{isNews ? texts.newRuns(added) : ''}</span>
          {isNews && (
            <Button kind="lite" onPress={onTake}>
              {TEXTS.jobs.showNews}
            </Button>
          )}
        </p>
      </div>
      {recent.length > 0 ? <Runs runs={recent} name={texts.recent} /> : <p class="quiet">{texts.noRecent}</p>}
    </section>
  );
}

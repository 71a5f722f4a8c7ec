import { useLocation } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import { useResource } from '../../api/resource.js';
import { loadRoute, type Load } from '../../api/plan.js';
import { useTaken } from '../../api/taken.js';
import { ButtonLink } from '../../controls/button.js';
import { Late } from '../../controls/late.js';
import { PageProblem } from '../../controls/problem.js';
import { AsOf } from '../../frame/as-of.js';
import { Page } from '../../frame/page.js';
import { newJobPath, PATHS } from '../../paths.js';
import { HeatMap } from '../../pictures/heat-map.js';
import { MINUTE_MS } from '../../pictures/heat-shape.js';
import { useMayChange } from '../../session.js';
import { PLAN } from '../../texts/plan.js';
import { serviceNow } from '../../time.js';
import { addressOf } from '../runs/run-filter.js';
import { MinuteRuns } from './minute-runs.js';
import { planOf, spanAt } from './minutes.js';
import './plan.css';

const EVERY_MS = 30_000;

/** When the runs of the next 24 hours come, and where there are too many at once. */
export function PlanPage() {
  const { route } = useLocation();
  const [chosenAt, setChosenAt] = useState<number | null>(null);
  // The span moves on with the hour, and not while the page is paused.
  const [pausedAt, setPausedAt] = useState<number | null>(null);
  const isPaused = pausedAt !== null;
  const now = pausedAt ?? serviceNow();
  const path = loadRoute(spanAt(now));
  const { body, asOf, error } = useResource<Load>(path, { everyMs: EVERY_MS, isPaused });
  const latest = useTaken(body, path).shown;
  const load = body ?? latest;
  if (!load) {
    const page = (
      <Page title={PLAN.title} first={error ? PLAN.notKnown : PLAN.loading}>
        <PageProblem error={error} hasBody={false} />
      </Page>
    );
    return error ? page : <Late>{page}</Late>;
  }
  const { counts } = load;
  const from = Date.parse(load.from);
  const { total, fullest, asFull, quiet } = planOf(from, counts, now);
  const placeOf = (at: number) => Math.round((at - from) / MINUTE_MS);
  const wanted = chosenAt === null ? -1 : placeOf(chosenAt);
  const full = fullest ? placeOf(fullest.at) : 0;
  const chosen = wanted >= 0 && wanted < counts.length ? wanted : full;
  const at = from + chosen * MINUTE_MS;
  return (
    <Page
      title={PLAN.title}
      first={fullest ? PLAN.fullest(fullest.at, fullest.count, asFull) : PLAN.none}
      aside={<AsOf at={asOf} isPaused={isPaused} onPaused={(is) => setPausedAt(is ? now : null)} />}
    >
      <PageProblem error={error} hasBody />
      {fullest ? (
        <>
          <p class="lead">{PLAN.total(total)}</p>
          <HeatMap
            {...{ from, counts, now, chosen, hrefOf }}
            fullest={full}
            onChoose={(place) => setChosenAt(from + place * MINUTE_MS)}
            onOpen={() => route(hrefOf(at, at + MINUTE_MS))}
          />
          <div class="plan-panels">
            <MinuteRuns at={at} count={counts[chosen] ?? 0} href={hrefOf(at, at + MINUTE_MS)} />
            <Advice {...{ fullest, quiet }} />
          </div>
        </>
      ) : (
        <Nothing />
      )}
    </Page>
  );
}

const hrefOf = (from: number, to: number) =>
  PATHS.runs + addressOf({ state: 'planned', from, to, after: null });

/** Where there is room, and what makes use of it. */
function Advice({ fullest, quiet }: Pick<ReturnType<typeof planOf>, 'fullest' | 'quiet'>) {
  if (!fullest || quiet.length === 0) return null;
  return (
    <section aria-labelledby="quiet">
      <h2 id="quiet">{PLAN.toDo}</h2>
      <p>{PLAN.quiet(fullest.at, quiet)}</p>
      <p>{PLAN.spread}</p>
    </section>
  );
}

function Nothing() {
  const mayChange = useMayChange();
  return (
    <>
      <p class="lead">{PLAN.empty}</p>
      <div class="actions">
        {mayChange && (
          <ButtonLink kind="emphasized" href={newJobPath()}>
            {PLAN.newJob}
          </ButtonLink>
        )}
        <ButtonLink href={PATHS.jobs}>{PLAN.toJobs}</ButtonLink>
      </div>
    </>
  );
}

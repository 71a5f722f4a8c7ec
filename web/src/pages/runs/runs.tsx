import { useLocation } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import { useResource } from '../../api/resource.js';
import { runsRoute, type RunsPage, type RunTotal } from '../../api/runs.js';
import { useTaken } from '../../api/taken.js';
import { PageProblem } from '../../controls/problem.js';
import { AsOf } from '../../frame/as-of.js';
import { Page } from '../../frame/page.js';
import { PATHS } from '../../paths.js';
import { useSeesTenants } from '../../session.js';
import '../../styles/runs.css';
import { RUNS } from '../../texts/runs.js';
import { RunFailed } from '../again/run-failed.js';
import { countWords, rangeWords } from './count-words.js';
import { FilterForm } from './filter-form.js';
import { addressOf, filterOf, questionOf, type RunFilter } from './run-filter.js';
import { OutcomesOfRuns } from './outcomes-of-runs.js';
import { RunList } from './run-list.js';
import { useRunOutcomes } from './use-run-outcomes.js';

const EVERY_MS = 5_000;

/** The runs of a tenant or of a whole instance, by result and time. */
export function Runs() {
  const { list } = RUNS;
  const { query } = useLocation();
  const filter = filterOf(query);
  const [isPaused, setPaused] = useState(false);
  const isFirst = filter.after === null;
  const first = useResource<RunsPage>(runsRoute(questionOf({ ...filter, after: null })), {
    ...(isFirst && { everyMs: EVERY_MS }),
    isPaused,
  });
  const later = useResource<RunsPage>(isFirst ? null : runsRoute(questionOf(filter)));
  const { body, asOf, error } = isFirst ? first : later;
  const total = first.body?.total ?? null;
  const words = firstWords({ total, filter, hasFailed: error !== null });
  // Read out once for each filter, and not each time that a run is added.
  const said = useTaken(total ? words : undefined, addressOf({ ...filter, after: null }));
  const picture = useRunOutcomes(filter, isPaused);
  const isOfInstance = useSeesTenants();
  return (
    <Page
      title={list.title}
      first={words}
      aside={
        isFirst && (asOf || error || isPaused) ? (
          <AsOf at={asOf} isPaused={isPaused} onPaused={setPaused} />
        ) : undefined
      }
    >
      <PageProblem error={error} hasBody={body !== undefined} />
      <FilterForm filter={filter} />
      <p class="unseen" role="status">
        {said.isFormer ? '' : said.shown}
      </p>
      {isOfInstance && total?.isMore && <p class="quiet">{list.instance}</p>}
      <OutcomesOfRuns {...picture} />
      <RunFailed filter={filter} isOfAll={isOfInstance} />
      {/* What stands above the list comes first, so that the list keeps its place. */}
      {picture.isKnown && (
        <RunList latest={body} filter={filter} path={PATHS.runs} nothing={nothingOf(filter, body)} />
      )}
    </Page>
  );
}

function firstWords(what: { total: RunTotal | null; filter: RunFilter; hasFailed: boolean }): string {
  const { total, filter, hasFailed } = what;
  if (total) return countWords(total, filter);
  return hasFailed ? RUNS.list.notCounted : RUNS.list.counting;
}

function nothingOf(filter: RunFilter, body: RunsPage | undefined): string {
  const { list, counted, kinds } = RUNS;
  if (body && body.after !== null) return list.noneAmong;
  if (addressOf(filter) === '') return list.noneEver;
  const kind = filter.state === null ? '' : kinds[filter.state];
  return list.noneFound(counted(0, kind).replace(/^No/, '') + rangeWords(filter));
}

import { useLocation } from 'preact-iso/router';
import { useContext, useState } from 'preact/hooks';
import { round, useResource } from '../../api/resource.js';
import { useTaken } from '../../api/taken.js';
import type { JobList } from '../../api/types.js';
import { Button, ButtonLink } from '../../controls/button.js';
import { NewJobLink } from '../../controls/editor-links.js';
import { Late } from '../../controls/late.js';
import { PageProblem } from '../../controls/problem.js';
import { AsOf } from '../../frame/as-of.js';
import { Page } from '../../frame/page.js';
import { PATHS } from '../../paths.js';
import { SessionContext } from '../../session.js';
import { TEXTS } from '../../texts.js';
import { FirstSteps } from '../home/first-steps.js';
import { JobFilters } from './filters.js';
import { JobTable } from './job-table.js';
import { Pager } from './pager.js';
import { pathOf, questionOf, requestOf } from './question.js';
import './jobs.css';

const EVERY_MS = 5_000;
const { jobs: texts } = TEXTS;

/** How many jobs there are and how many fail; the list of them, or of those that are asked for. */
export function Jobs() {
  const { query } = useLocation();
  const session = useContext(SessionContext);
  const [isPaused, setPaused] = useState(false);
  const question = questionOf(query);
  const request = requestOf(question);
  const { body, asOf, error } = useResource<JobList>(request, { everyMs: EVERY_MS, isPaused });
  const { shown, isFormer, take } = useTaken(body, request);
  const counts = body ?? shown;
  if (!counts || !shown) return <NotYet error={error} />;
  const filter = texts.filter(question.q, question.state);
  return (
    <Page
      title={texts.title}
      first={texts.first(counts.jobs, counts.failing.jobs, counts.failing.isMore)}
      aside={
        <>
          {counts.jobs > 0 && <NewJobLink />}
          <AsOf at={asOf} isPaused={isPaused} onPaused={setPaused} />
        </>
      }
    >
      <PageProblem error={error} hasBody={body !== undefined} />
      {counts.jobs === 0 && session ? (
        <FirstSteps grants={session.grants} />
      ) : (
        <>
          <JobFilters question={question} counts={counts} />
          <div class="list-head">
            <p role="status">
              {filter !== '' && shown.total.jobs > 0 && !isFormer
                ? texts.found(shown.total.jobs, shown.total.isMore, filter)
                : ''}
            </p>
            <News isThere={!isFormer && body !== undefined && isNews(body, shown)} onTake={take} />
          </div>
          {shown.results.length > 0 ? (
            <div class="list-body" aria-busy={isFormer}>
              <JobTable jobs={shown.results} />
              <Pager question={question} total={shown.total} count={shown.results.length} />
            </div>
          ) : (
            <div class="nothing">
              <p class="lead">
                {filter === '' || shown.total.jobs > 0 ? texts.beyond : texts.noHits(filter)}
              </p>
              <ButtonLink href={shown.total.jobs > 0 ? pathOf({ ...question, page: 1 }) : PATHS.jobs}>
                {shown.total.jobs > 0 ? texts.toFirst : texts.clear}
              </ButtonLink>
            </div>
          )}
        </>
      )}
    </Page>
  );
}

function NotYet({ error }: { readonly error: Parameters<typeof PageProblem>[0]['error'] }) {
  const page = (
    <Page title={texts.title} first={error ? texts.notCounted : texts.counting}>
      <PageProblem error={error} hasBody={false} />
    </Page>
  );
  return error ? page : <Late>{page}</Late>;
}

/** Says that the list is not as it is shown. What is read keeps its place until it is asked for. */
function News({ isThere, onTake }: { readonly isThere: boolean; readonly onTake: () => void }) {
  const show = () => {
    onTake();
    // The strips of the rows too.
    round.set(round.get() + 1);
  };
  return (
    <p class="news">
      <span role="status">{isThere ? texts.news : ''}</span>
      {isThere && (
        <Button kind="lite" onPress={show}>
          {texts.showNews}
        </Button>
      )}
    </p>
  );
}

function isNews(latest: JobList, shown: JobList): boolean {
  return latest !== shown && JSON.stringify(latest.results) !== JSON.stringify(shown.results);
}

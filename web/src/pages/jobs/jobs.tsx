import { useLocation } from 'preact-iso/router';
import { useContext, useState } from 'preact/hooks';
import { round, useResource } from '../../api/resource.js';
import { useTaken } from '../../api/taken.js';
import type { JobList, ListedJob } from '../../api/types.js';
import { Button, ButtonLink } from '../../controls/button.js';
import { NewJobLink } from '../../controls/editor-links.js';
import { Late } from '../../controls/late.js';
import { PageProblem } from '../../controls/problem.js';
import { AsOf } from '../../frame/as-of.js';
import { Page } from '../../frame/page.js';
import { PATHS } from '../../paths.js';
import { SessionContext } from '../../session.js';
import { JOBS } from '../../texts/jobs.js';
import { FirstSteps } from '../home/first-steps.js';
import { JobFilters } from './filters.js';
import { JobTable } from './job-table.js';
import { Pager } from './pager.js';
import { pathOf, questionOf, requestOf, type JobQuestion } from './question.js';
import './jobs.css';

const EVERY_MS = 5_000;

/** How many jobs there are and how many fail; the list of them, or of those that are asked for. */
export function Jobs() {
  const { query } = useLocation();
  const session = useContext(SessionContext);
  const [isPaused, setPaused] = useState(false);
  const question = questionOf(query);
  const request = requestOf(question);
  const { body, asOf, error } = useResource<JobList>(request, { everyMs: EVERY_MS, isPaused });
  const { shown, isFormer, take } = useTaken(body, request, isEmpty);
  const counts = body ?? shown;
  if (!counts || !shown) return <NotYet error={error} />;
  const filter = JOBS.filter(question.q, question.state);
  return (
    <Page
      title={JOBS.title}
      first={JOBS.first(counts.jobs, counts.failing.jobs, counts.failing.isMore)}
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
                ? JOBS.found(shown.total.jobs, shown.total.isMore, filter)
                : ''}
            </p>
            <News
              isThere={!isFormer && body !== undefined && told(body, question) !== told(shown, question)}
              onTake={take}
            />
          </div>
          {shown.results.length > 0 ? (
            <div class="list-body" aria-busy={isFormer}>
              <JobTable jobs={withNext(shown, isFormer ? undefined : body)} isPaused={isPaused} />
              <Pager question={question} total={shown.total} count={shown.results.length} />
            </div>
          ) : (
            <div class="nothing">
              <p class="lead">{filter === '' || shown.total.jobs > 0 ? JOBS.beyond : JOBS.noHits(filter)}</p>
              <ButtonLink href={shown.total.jobs > 0 ? pathOf({ ...question, page: 1 }) : PATHS.jobs}>
                {shown.total.jobs > 0 ? JOBS.toFirst : JOBS.clear}
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
    <Page title={JOBS.title} first={error ? JOBS.notCounted : JOBS.counting}>
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
      <span role="status" class="unseen">
        {isThere ? JOBS.news : ''}
      </span>
      {isThere && (
        <Button kind="lite" onPress={show}>
          {JOBS.showNews}
        </Button>
      )}
    </p>
  );
}

const isEmpty = ({ results }: JobList) => results.length === 0;

/**
 * What a reader would want to see: which jobs there are, in which order, and how they are. That time goes on is none of it:
 * firings change which schedule leads a row and, sorted by the next run, which row comes first.
 */
function told({ results }: JobList, { sort }: JobQuestion): string {
  const jobs = results.map((job) =>
    [job.id, job.isFailing, job.active, job.schedules.active === 0, job.schedules.total].join(),
  );
  return (sort === 'next' ? jobs.sort() : jobs).join(';');
}

/** Returns the rows that are shown, each with its schedule and when it runs next as they are known last. */
function withNext({ results }: JobList, latest: JobList | undefined): readonly ListedJob[] {
  const known = new Map(latest?.results.map((job) => [job.id, job]));
  return results.map((job) => {
    const { isFailing, schedule } = known.get(job.id) ?? {};
    if (!job.schedule || !schedule) return job;
    // A row keeps its schedule and the strip of it while another one fires next. One that fails leads in any case.
    const isLeading = isFailing === true || schedule.id === job.schedule.id;
    return { ...job, schedule: isLeading ? schedule : { ...job.schedule, nextAt: schedule.nextAt } };
  });
}

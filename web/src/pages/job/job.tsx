import { useState } from 'preact/hooks';
import { Refusal, type Unreachable } from '../../api/request.js';
import { useResource } from '../../api/resource.js';
import { useTaken } from '../../api/taken.js';
import type { ActionLogs, JobDetail, Strips } from '../../api/types.js';
import { ButtonLink } from '../../controls/button.js';
import { Late } from '../../controls/late.js';
import { failureTitle, PageProblem } from '../../controls/problem.js';
import { AsOf } from '../../frame/as-of.js';
import { Page } from '../../frame/page.js';
import { PATHS } from '../../paths.js';
import { runsOf, type StripRun } from '../../pictures/strip-runs.js';
import { useMayChange } from '../../session.js';
import { callOf, TEXTS } from '../../texts.js';
import { Changes, changesRoute } from './changes.js';
import { JobActions } from './job-actions.js';
import { LastFailure } from './last-failure.js';
import { RecentRuns } from './recent-runs.js';
import { Schedules } from './schedules.js';
import { Settings } from './settings.js';
import { verdictOf } from './verdict.js';
import './job.css';

const EVERY_MS = 5_000;
const ABOVE = [{ href: PATHS.jobs, title: TEXTS.jobs.title }];
const { job: texts } = TEXTS;

/** Whether a job is well, and what there is to it. */
export function Job({ params }: { readonly params: { readonly jobId: string } }) {
  const jobId = encodeURIComponent(params.jobId);
  const [isPaused, setPaused] = useState(false);
  const watching = { everyMs: EVERY_MS, isPaused };
  const { body: job, asOf, error } = useResource<JobDetail>(`/dashboard/api/jobs/${jobId}`, watching);
  const ids = job?.results.map(({ id }) => id).join();
  const strips = useResource<Strips>(ids ? `/dashboard/api/strips?schedules=${ids}` : null, watching);
  const { shown, take } = useTaken(strips.body, jobId);
  const changes = useResource<ActionLogs>(changesRoute(jobId)).body;
  const mayChange = useMayChange();
  const isGone = error instanceof Refusal && error.status === 404;
  if (!job || isGone) return <NotYet error={error} />;
  const latest = stripsOf(strips.body);
  return (
    <Page
      title={job.name}
      above={ABOVE}
      first={verdictOf(job, [...latest.values()].flat(), strips.body !== undefined)}
      aside={<AsOf at={asOf} isPaused={isPaused} onPaused={setPaused} />}
    >
      <PageProblem error={error} hasBody />
      <p class="lead">
        <strong>{job.name}</strong> <span class="quiet">{callOf(job)}</span>
      </p>
      <LastFailure job={job} />
      <JobActions job={job} mayChange={mayChange} />
      <Schedules
        job={job}
        strips={shown && stripsOf(shown)}
        changes={changes?.results ?? []}
        mayChange={mayChange === true}
      />
      {shown && <RecentRuns shown={stripsOf(shown)} latest={latest} onTake={take} />}
      <Changes job={job} changes={changes} />
      <Settings job={job} />
    </Page>
  );
}

function NotYet({ error }: { readonly error: Refusal | Unreachable | null }) {
  const page = (
    <Page title={texts.title} above={ABOVE} first={error ? failureTitle(error) : texts.loading}>
      <PageProblem error={error} hasBody={false} />
      {error && <ButtonLink href={PATHS.jobs}>{TEXTS.jobs.clear}</ButtonLink>}
    </Page>
  );
  return error ? page : <Late>{page}</Late>;
}

/** Returns the runs of each schedule. */
function stripsOf(strips: Strips | undefined): ReadonlyMap<string, readonly StripRun[]> {
  return new Map(strips?.results.map((lists) => [lists.scheduleId, runsOf(lists)]));
}

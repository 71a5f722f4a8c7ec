import { useEffect, useState } from 'preact/hooks';
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
import { callOf } from '../../texts.js';
import { JOBS } from '../../texts/jobs.js';
import { JOB } from '../../texts/job.js';
import { later } from '../later.js';
import { Download } from '../runs/run-download.js';
import { Changes, changesRoute } from './changes.js';
import { JobActions } from './job-actions.js';
import { LastFailure } from './last-failure.js';
import { newsOf } from './news.js';
import { RecentRuns } from './recent-runs.js';
import { Schedules } from './schedules.js';
import { Settings } from './settings.js';
import { verdictOf } from './verdict.js';
import './job.css';

const AwayOfJob = later(async () => (await import('../breakers/away-now.js')).AwayOfJob);

const EVERY_MS = 5_000;
const ABOVE = [{ href: PATHS.jobs, title: JOBS.title }];

/** Whether a job is well, and what there is to it. */
export function Job({ params }: { readonly params: { readonly jobId: string } }) {
  const jobId = encodeURIComponent(params.jobId);
  const [isPaused, setPaused] = useState(false);
  const watching = { everyMs: EVERY_MS, isPaused };
  const { body: job, asOf, error } = useResource<JobDetail>(`/dashboard/api/jobs/${jobId}`, watching);
  const ids = job?.results.map(({ id }) => id).join();
  const strips = useResource<Strips>(ids ? `/dashboard/api/strips?schedules=${ids}` : null, watching);
  const { shown, take } = useTaken(strips.body, jobId, hasNoRuns);
  const onRunEnded = useOwnRun(strips.body, take);
  const changes = useResource<ActionLogs>(changesRoute(jobId));
  const mayChange = useMayChange();
  const isGone = error instanceof Refusal && error.status === 404;
  if (!job || isGone) return <NotYet error={error} />;
  const latest = stripsOf(strips.body);
  const runs = shown && stripsOf(shown);
  const news = runs ? newsOf(runs, latest) : null;
  return (
    <Page
      title={job.name}
      above={ABOVE}
      first={verdictOf(
        job,
        [...latest.values()].flat(),
        strips.body ? true : strips.error ? 'refused' : false,
      )}
      aside={<AsOf at={asOf} isPaused={isPaused} onPaused={setPaused} />}
    >
      <PageProblem error={error} hasBody />
      <p class="lead">
        <strong>{job.name}</strong> <span class="quiet">{callOf(job)}</span>
      </p>
      <LastFailure job={job} />
      {job.settings.breaker !== undefined && <AwayOfJob job={job} isPaused={isPaused} />}
      <JobActions job={job} mayChange={mayChange} />
      <Schedules
        job={job}
        strips={runs}
        news={news}
        onTake={take}
        onRunEnded={onRunEnded}
        error={strips.error}
        changes={changes.body?.results ?? []}
        mayChange={mayChange === true}
      />
      <RecentRuns shown={runs} news={news} hasFailed={strips.error !== null} onTake={take} />
      <Download what={{ jobId: String(job.id) }} text={JOB.downloadText} />
      <Changes job={job} changes={changes} />
      <Settings job={job} />
    </Page>
  );
}

function NotYet({ error }: { readonly error: Refusal | Unreachable | null }) {
  const page = (
    <Page title={JOB.title} above={ABOVE} first={error ? failureTitle(error) : JOB.loading}>
      <PageProblem error={error} hasBody={false} />
      {error && <ButtonLink href={PATHS.jobs}>{JOBS.clear}</ButtonLink>}
    </Page>
  );
  return error ? page : <Late>{page}</Late>;
}

/** Returns what is to be told that a run has ended which the reader ordered here: it is taken in as soon as it is known. */
function useOwnRun(latest: Strips | undefined, take: () => void): (runId: string) => void {
  const [own, setOwn] = useState<string | null>(null);
  useEffect(() => {
    // Of runs that end one after the other the last is awaited: what has it has the others.
    const run = [...stripsOf(latest).values()].flat().find(({ runId }) => runId === own);
    if (!run || run.outcome === 'running') return;
    take();
    setOwn(null);
  }, [latest, own]);
  return setOwn;
}

const hasNoRuns = ({ results }: Strips) => results.every(({ runIds }) => runIds.length === 0);

/** Returns the runs of each schedule. */
function stripsOf(strips: Strips | undefined): ReadonlyMap<string, readonly StripRun[]> {
  return new Map(strips?.results.map((lists) => [lists.scheduleId, runsOf(lists)]));
}

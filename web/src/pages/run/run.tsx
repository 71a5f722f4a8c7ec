import { useState } from 'preact/hooks';
import { Refusal } from '../../api/request.js';
import { useResource } from '../../api/resource.js';
import { hasRunEnded, runRoute, type RunDetail } from '../../api/runs.js';
import { Late } from '../../controls/late.js';
import { failureTitle, PageProblem } from '../../controls/problem.js';
import { useNow } from '../../controls/use-now.js';
import { AsOf } from '../../frame/as-of.js';
import { Page } from '../../frame/page.js';
import { jobPath, PATHS, schedulePath } from '../../paths.js';
import { RunTimeline } from '../../pictures/run-timeline.js';
import '../../styles/runs.css';
import { JOBS } from '../../texts/jobs.js';
import { RUNS } from '../../texts/runs.js';
import { mostCallsOf, useAsSet } from './as-set.js';
import { Call } from './call.js';
import { Facts, Neighbours } from './facts.js';
import { firstLine } from './first-line.js';
import { Log } from './log.js';
import { RunAgain } from './run-again.js';
import { Why } from './why.js';

const EVERY_MS = 5_000;

/** What became of one run, why, and what to try. */
export function RunPage({ runId = '' }: { readonly runId?: string }) {
  const { run: words, list, schedule } = RUNS;
  const [isPaused, setPaused] = useState(false);
  const [isOpen, setOpen] = useState(true);
  // A pause is over with the run that it was meant for.
  const [pausedId, setPausedId] = useState(runId);
  if (pausedId !== runId) {
    setPausedId(runId);
    setPaused(false);
  }
  const every = isOpen ? { everyMs: EVERY_MS } : {};
  const { body: run, asOf, error } = useResource<RunDetail>(runRoute(runId), { ...every, isPaused });
  // What has ended does not change any more. Another run may be shown by the same page.
  const isRunning = run ? !hasRunEnded(run.state) : !error;
  if (isOpen !== isRunning) setOpen(isRunning);
  const now = useNow(isRunning && !isPaused);
  const set = useAsSet(run);
  const title = words.title(runId);
  if (!run) {
    const isGone = error instanceof Refusal && (error.status === 404 || error.status === 400);
    const page = (
      <Page
        title={title}
        above={[{ href: PATHS.runs, title: list.title }]}
        first={isGone ? words.notFound : error ? failureTitle(error) : words.loading}
      >
        {isGone ? <p class="lead">{words.notFoundText}</p> : <PageProblem error={error} hasBody={false} />}
      </Page>
    );
    return error ? page : <Late key={runId}>{page}</Late>;
  }
  const above = [
    { href: PATHS.jobs, title: JOBS.title },
    { href: jobPath(run.job.id), title: run.job.name },
    { href: schedulePath(run.job.id, run.scheduleId), title: schedule.title },
  ];
  return (
    <Page
      title={title}
      above={above}
      first={firstLine(run, now, mostCallsOf(set.body))}
      aside={isRunning ? <AsOf at={asOf} isPaused={isPaused} onPaused={setPaused} /> : undefined}
    >
      <PageProblem error={error} hasBody />
      <Why run={run} />
      <section aria-labelledby="picture">
        <h2 id="picture">{words.picture}</h2>
        <RunTimeline run={run} now={now} />
      </section>
      <Log run={run} />
      <RunAgain key={runId} run={run} />
      <Call run={run} set={set} />
      <Facts run={run} />
      <Neighbours run={run} />
    </Page>
  );
}

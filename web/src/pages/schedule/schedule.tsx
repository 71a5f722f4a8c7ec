import { useLocation } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import { Refusal } from '../../api/request.js';
import { useResource, type Resource } from '../../api/resource.js';
import { jobRoute, runsRoute, scheduleRoute } from '../../api/runs.js';
import type { Job, Run, RunsPage, Schedule } from '../../api/runs.js';
import { zoneOf } from '../../api/settings.js';
import { useTaken } from '../../api/taken.js';
import { Late } from '../../controls/late.js';
import { failureTitle, PageProblem } from '../../controls/problem.js';
import { useNow } from '../../controls/use-now.js';
import { AsOf } from '../../frame/as-of.js';
import { Page } from '../../frame/page.js';
import { jobPath, PATHS, schedulePath } from '../../paths.js';
import { LargeStrip } from '../../pictures/large-strip.js';
import { outcomeOf, type StripRun } from '../../pictures/strip-runs.js';
import { useMayChange } from '../../session.js';
import '../../styles/runs.css';
import { JOBS } from '../../texts/jobs.js';
import { JOB } from '../../texts/job.js';
import { RUN_STATES } from '../../texts/run-states.js';
import { RUNS } from '../../texts/runs.js';
import { Backfill } from '../again/backfill.js';
import { addressOf, filterOf, questionOf } from '../runs/run-filter.js';
import { Download } from '../runs/run-download.js';
import { RunList } from '../runs/run-list.js';
import { ByState } from './by-state.js';
import { endOf, type Ended } from './end-of.js';
import { scheduleLine } from './first-line.js';
import { Histograms } from './histograms.js';
import { ScheduleFacts } from './schedule-facts.js';
import { timingOf } from './timing.js';
import { Upcoming, useNextRuns } from './upcoming.js';
import { useFailing } from './use-failing.js';

const { schedule: words } = RUNS;
const EVERY_MS = 5_000;
/** Those that are planned too: the first line says when the next one comes. */
const EVERYTHING = Object.keys(RUN_STATES).join();

interface SchedulePageProps {
  readonly jobId?: string;
  readonly scheduleId?: string;
}

/** How one schedule gets on: its last run, its next, and all that are kept. */
export function SchedulePage({ jobId = '', scheduleId = '' }: SchedulePageProps) {
  const { query } = useLocation();
  const filter = filterOf(query);
  const [isPaused, setPaused] = useState(false);
  const number = Number(jobId);
  const job = useResource<Job & Ended>(jobRoute(number));
  const schedule = useResource<Schedule & Ended>(scheduleRoute(number, scheduleId));
  const watching = { everyMs: EVERY_MS, isPaused };
  const summary = useResource<RunsPage>(
    runsRoute(questionOf(NO_FILTER, { scheduleId, state: EVERYTHING })),
    watching,
  );
  const live = filter.after === null ? watching : {};
  const runs = useResource<RunsPage>(runsRoute(questionOf(filter, { scheduleId })), live);
  const now = useNow(!isPaused);
  const path = schedulePath(number, scheduleId);
  const taken = useTaken(summary.body, path, hasNoneBegun);
  const next = useNextRuns({ jobId: number, scheduleId, now, isPaused });
  const failing = useFailing({ jobId: number, scheduleId, summary: summary.body }, watching);
  const mayChange = useMayChange();
  const name = job.body?.name;
  const error = schedule.error ?? summary.error ?? job.error;
  const above = [
    { href: PATHS.jobs, title: JOBS.title },
    ...(name === undefined ? [] : [{ href: jobPath(number), title: name }]),
  ];
  if (!schedule.body || !summary.body) return <NotYet above={above} error={error} />;
  const { results, total } = summary.body;
  const text = next.body ? capital(next.body.text) : timingOf(schedule.body);
  return (
    <Page
      title={schedule.body.description || text}
      above={above}
      first={scheduleLine({ runs: results, isActive: isOn(schedule.body, job.body), failing }, now)}
      aside={<AsOf at={summary.asOf} isPaused={isPaused} onPaused={setPaused} />}
    >
      <PageProblem error={error ?? runs.error} hasBody />
      <p class="lead">{text}</p>
      <section aria-label={words.picture}>
        <LargeStrip runs={stripOf(taken.shown?.results ?? results)} name={words.picture} />
      </section>
      <Upcoming next={next} now={now} endAt={endOf(schedule.body, job.body)} zone={zoneOf(schedule.body)} />
      {mayChange && schedule.body.time === null && (
        <Backfill key={path} jobId={number} scheduleId={scheduleId} />
      )}
      <section aria-labelledby="runs">
        <h2 id="runs">{words.runs}</h2>
        {total && <ByState total={total} filter={filter} path={path} />}
        <RunList
          latest={runs.body}
          filter={filter}
          path={path}
          scheduleId={scheduleId}
          nothing={words.noneFound}
          onTake={taken.take}
        />
      </section>
      <Histograms scheduleId={scheduleId} />
      <Download
        key={addressOf({ ...filter, after: null })}
        what={{ scheduleId }}
        text={JOB.downloadOfSchedule}
        filter={filter}
      />
      <ScheduleFacts schedule={schedule.body} job={job.body} runs={results} text={text} />
    </Page>
  );
}

interface NotYetProps {
  readonly above: readonly { readonly href: string; readonly title: string }[];
  readonly error: Resource<unknown>['error'];
}

function NotYet({ above, error }: NotYetProps) {
  const isGone = error instanceof Refusal && (error.status === 404 || error.status === 400);
  const first = isGone ? words.notFound : error ? failureTitle(error) : words.loading;
  const page = (
    <Page title={words.title} above={above} first={first}>
      <PageProblem error={error} hasBody={false} />
    </Page>
  );
  return error ? page : <Late>{page}</Late>;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** A schedule runs only while its job is switched on too. */
const isOn = (schedule: Schedule, job: Job | undefined) => schedule.active && job?.active !== false;

/** Returns the runs that have begun as the strip shows them, oldest first. */
function stripOf(runs: readonly Run[]): StripRun[] {
  const begun = runs.filter(({ state }) => state !== 'SCHEDULED');
  return begun.map((run) => ({ ...run, outcome: outcomeOf(run.state) })).reverse();
}

const hasNoneBegun = ({ results }: RunsPage) => results.every(({ state }) => state === 'SCHEDULED');

const NO_FILTER = { state: null, from: null, to: null, after: null } as const;

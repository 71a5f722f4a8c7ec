import { useResource } from '../../api/resource.js';
import type { ListedJob, Strips } from '../../api/types.js';
import { PageProblem } from '../../controls/problem.js';
import { useStill } from '../../controls/use-still.js';
import { Moment } from '../../controls/time.js';
import { jobPath } from '../../paths.js';
import { Strip } from '../../pictures/strip.js';
import { runsOf, type StripRun } from '../../pictures/strip-runs.js';
import '../../controls/list.css';
import { callOf, TEXTS } from '../../texts.js';
import { JOBS } from '../../texts/jobs.js';
import { RUN_STATES } from '../../texts/run-states.js';

/** Runs end all the time: their strips need not be as new as the rows, and cost more. */
const STRIPS_EVERY_MS = 60_000;

interface TableProps {
  readonly jobs: readonly ListedJob[];
  readonly isPaused: boolean;
}

/**
 * A page of jobs: a row each, on a phone a card each. The strips come after the rows, take no other place, and stay as they
 * are while somebody points at them.
 */
export function JobTable({ jobs, isPaused }: TableProps) {
  const ids = jobs.flatMap(({ schedule }) => schedule?.id ?? []);
  const { body, error } = useResource<Strips>(
    ids.length === 0 ? null : `/dashboard/api/strips?schedules=${ids.join()}`,
    { everyMs: STRIPS_EVERY_MS, isPaused },
  );
  const { shown, held } = useStill({ body, of: ids.join() });
  const known = (shown.of === ids.join() ? shown.body : undefined) ?? body;
  const strips = new Map(known?.results.map((lists) => [lists.scheduleId, runsOf(lists)]));
  const isOfSeveral = new Set(jobs.map(({ tenant }) => tenant?.id)).size > 1;
  return (
    <>
      <PageProblem error={error} hasBody={body !== undefined} {...(!body && { title: JOBS.noStrips })} />
      <table class="list jobs">
        <caption class="unseen">{JOBS.table}</caption>
        <thead>
          <tr>
            <th scope="col">{JOBS.name}</th>
            <th scope="col" class="runs-column">
              {JOBS.lastRuns}
            </th>
            <th scope="col" class="result-column">
              {JOBS.lastResult}
            </th>
            <th scope="col" class="schedule-column">
              {JOBS.schedule}
            </th>
            <th scope="col" class="next-column">
              {JOBS.next}
            </th>
            <th scope="col" class="active-column">
              {JOBS.active}
            </th>
          </tr>
        </thead>
        <tbody {...held}>
          {jobs.map((job) => (
            <Row
              key={job.id}
              job={job}
              runs={known ? (strips.get(job.schedule?.id ?? '') ?? []) : null}
              isWithTenant={isOfSeveral}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

interface RowProps {
  readonly job: ListedJob;
  /** Null until they have come. */
  readonly runs: readonly StripRun[] | null;
  readonly isWithTenant: boolean;
}

function Row({ job, runs, isWithTenant }: RowProps) {
  const { schedule, schedules, tenant } = job;
  return (
    <tr>
      <th scope="row">
        <a class="name" href={jobPath(job.id)}>
          {job.name}
        </a>
        <span class="quiet action">{callOf(job)}</span>
        {isWithTenant && tenant && <span class="quiet">{tenant.subdomain}</span>}
      </th>
      <td data-label={JOBS.lastRuns}>{runs ? <Strip runs={runs} /> : <div class="strip-small" />}</td>
      <td data-label={JOBS.lastResult} class="result">
        <LastResult job={job} runs={runs} />
      </td>
      <td data-label={JOBS.schedule}>
        {schedule ? TEXTS.timing(schedule) : JOBS.noSchedule}
        {schedules.total > 1 && <span class="quiet"> {JOBS.more(schedules.total - 1)}</span>}
      </td>
      <td data-label={JOBS.next}>{schedule?.nextAt ? <Moment at={schedule.nextAt} /> : JOBS.none}</td>
      <td data-label={JOBS.active}>{activeText(job)}</td>
    </tr>
  );
}

/** A job that is on runs nothing where all of its schedules are off. */
function activeText({ active, schedules }: ListedJob): string {
  if (!active) return JOBS.no;
  return schedules.total > 0 && schedules.active === 0 ? JOBS.schedulesOff(schedules.total) : JOBS.yes;
}

function LastResult({ job, runs }: Omit<RowProps, 'isWithTenant'>) {
  const ended = runs?.filter(({ outcome }) => outcome !== 'running');
  // A run that was skipped says nothing of how the job is.
  const called = ended?.findLast(({ outcome }) => outcome !== 'skipped');
  const last = called ?? (job.isFailing ? undefined : ended?.at(-1));
  // What fails is known before the strips have come, and longer than their runs are kept.
  if (!last) {
    if (job.isFailing) return <span class="outcome outcome-failure">{JOBS.failing}</span>;
    return runs ? JOBS.none : null;
  }
  return (
    <>
      <span class={`outcome outcome-${last.outcome}`}>{RUN_STATES[last.state]}</span>{' '}
      <span class="quiet">{last.endedAt !== null && <Moment at={last.endedAt} />}</span>
    </>
  );
}

import { useResource } from '../../api/resource.js';
import type { ListedJob, Strips } from '../../api/types.js';
import { Moment } from '../../controls/time.js';
import { jobPath } from '../../paths.js';
import { Strip } from '../../pictures/strip.js';
import { runsOf, type StripRun } from '../../pictures/strip-runs.js';
import '../../controls/list.css';
import { callOf, TEXTS } from '../../texts.js';

const { jobs: texts } = TEXTS;

/** A page of jobs: a row each, on a phone a card each. The strips come after the rows and take no other place. */
export function JobTable({ jobs }: { readonly jobs: readonly ListedJob[] }) {
  const ids = jobs.flatMap(({ schedule }) => schedule?.id ?? []);
  const { body } = useResource<Strips>(
    ids.length === 0 ? null : `/dashboard/api/strips?schedules=${ids.join()}`,
  );
  const strips = new Map(body?.results.map((lists) => [lists.scheduleId, runsOf(lists)]));
  const isOfSeveral = new Set(jobs.map(({ tenant }) => tenant?.id)).size > 1;
  return (
    <table class="list jobs">
      <caption class="unseen">{texts.table}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.name}</th>
          <th scope="col">{texts.lastRuns}</th>
          <th scope="col">{texts.lastResult}</th>
          <th scope="col">{texts.schedule}</th>
          <th scope="col">{texts.next}</th>
          <th scope="col">{texts.active}</th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <Row
            key={job.id}
            job={job}
            runs={body ? (strips.get(job.schedule?.id ?? '') ?? []) : null}
            isWithTenant={isOfSeveral}
          />
        ))}
      </tbody>
    </table>
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
      <td data-label={texts.lastRuns}>{runs ? <Strip runs={runs} /> : <div class="strip-small" />}</td>
      <td data-label={texts.lastResult}>
        <LastResult job={job} runs={runs} />
      </td>
      <td data-label={texts.schedule}>
        {schedule ? TEXTS.timing(schedule) : texts.noSchedule}
        {schedules.total > 1 && <span class="quiet"> {texts.more(schedules.total - 1)}</span>}
      </td>
      <td data-label={texts.next}>{schedule?.nextAt ? <Moment at={schedule.nextAt} /> : texts.none}</td>
      <td data-label={texts.active}>{job.active ? texts.yes : texts.no}</td>
    </tr>
  );
}

function LastResult({ job, runs }: Omit<RowProps, 'isWithTenant'>) {
  const last = runs?.findLast(({ outcome }) => outcome !== 'running');
  // What fails is known before the strips have come, and longer than their runs are kept.
  if (!last) return job.isFailing ? <span class="outcome outcome-failure">{texts.failing}</span> : texts.none;
  return (
    <>
      <span class={`outcome outcome-${last.outcome}`}>{TEXTS.runStates[last.state]}</span>{' '}
      <span class="quiet">{last.endedAt !== null && <Moment at={last.endedAt} />}</span>
    </>
  );
}

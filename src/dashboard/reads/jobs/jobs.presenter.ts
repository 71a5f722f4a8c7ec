import type { FailingCount, FailingSchedule } from '../failing/failing.query.js';
import type { TenantName } from '../tenant-scopes.js';
import type { FoundIds, JobTotals } from './job-list.query.js';
import type { JobSettings, ShownJob, ShownSchedule } from './job-rows.query.js';

type NameOf = (tenancyId: number) => TenantName | null;

/** A job of the list, with the schedule that stands for all of them: one that fails, else the one that runs next. */
export interface ListedJob {
  readonly job: ShownJob;
  readonly schedule: ShownSchedule | null;
  readonly isFailing: boolean;
}

/** Returns a page of jobs as it is sent. */
export function jobsPage(
  page: {
    readonly totals: JobTotals;
    readonly failing: FailingCount;
    readonly found: FoundIds;
    readonly jobs: readonly ListedJob[];
  },
  nameOf: NameOf,
) {
  const { totals, failing, found, jobs } = page;
  return {
    ...{ jobs: totals.jobs, inactive: totals.inactive },
    failing: { jobs: failing.jobs, isMore: failing.isMore },
    total: found.total,
    results: jobs.map(({ job, schedule, isFailing }) => ({
      ...jobFields(job, nameOf),
      ...{ isFailing, schedule: schedule && scheduleFields(schedule) },
    })),
  };
}

/** Returns a job with its first schedules as it is sent. */
export function jobDetail(
  {
    job,
    schedules,
    failing,
  }: {
    readonly job: ShownJob & JobSettings;
    readonly schedules: readonly ShownSchedule[];
    readonly failing: readonly FailingSchedule[];
  },
  nameOf: NameOf,
) {
  const { description, user, startAt, endAt, settings, createdAt, modifiedAt } = job;
  const failures = new Map(failing.map((each) => [each.scheduleId, each]));
  return {
    ...jobFields(job, nameOf),
    ...{ description, user, startAt, endAt, settings, createdAt, modifiedAt },
    results: schedules.map((schedule) => ({
      ...scheduleFields(schedule),
      settings: schedule.settings,
      failing: failureOf(failures.get(schedule.id)),
    })),
  };
}

function jobFields({ tenancyId, ...job }: ShownJob, nameOf: NameOf) {
  const { id, name, action, kind, httpMethod, active, schedules } = job;
  return { id, name, action, kind, httpMethod, active, schedules, tenant: nameOf(tenancyId) };
}

function scheduleFields({
  id,
  description,
  kind,
  expression,
  text,
  active,
  startAt,
  endAt,
  nextAt,
}: ShownSchedule) {
  return { id, description, kind, expression, text, active, startAt, endAt, nextAt };
}

function failureOf(failing: FailingSchedule | undefined) {
  if (!failing) return null;
  const { since, times, lastSuccessAt, lastRun } = failing;
  return { since, times, lastSuccessAt, lastRun };
}

import type { Instant } from '../../core/instant.js';
import { storedSettings } from '../../core/policy/settings.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';
import { fitting } from '../../http/page.js';
import { allParts, inPieces, objectText, onlyResultText } from '../../http/pieces.js';
import { TIMING_FIELDS } from '../../schedule/schedule.schema.js';
import { TASK_TYPE } from '../draft/job-type.js';
import type { TaskView } from '../task/task.content.js';
import type { ExportedJob, ExportedPage, ExportedSchedule } from './bulk.reader.js';

/** Instants as every installation understands them, whatever it takes a text without a zone for. */
const isoText = (at: Instant) => new Date(at).toISOString();

/** What is not set is left out: the other side has its own default for it. */
function withoutNulls(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

const isoOrNull = (at: Instant | null) => (at === null ? null : isoText(at));

function settings(flags: Readonly<Record<string, boolean | null>>): object | null {
  const given = withoutNulls(flags);
  return Object.keys(given).length === 0 ? null : given;
}

/** A time such as "in 2 hours" is exported as what it meant when it was said. */
function timing({ kind, expression, meaning }: ScheduleRow): object {
  return { [TIMING_FIELDS[kind]]: kind === 'once' && meaning !== null ? isoText(meaning) : expression };
}

/** A one-time schedule whose run is under way is exported as it will be then: it was called, and is not called again. */
function exportedSchedule({ row, isUnderWay }: ExportedSchedule) {
  return withoutNulls({
    description: row.description,
    active: row.active && !isUnderWay,
    startTime: isoOrNull(row.startAt),
    endTime: isoOrNull(row.endAt),
    data: row.data === null ? null : (JSON.parse(row.data) as object),
    ...timing(row),
    ...storedSettings(row.policy),
  });
}

/** A job in the form in which it is created, so that it can be created elsewhere; passwords stay here. */
function exportedJob(job: ExportedJob) {
  return { ...exportedFields(job), schedules: schedulesOf(job).map(exportedSchedule) };
}

function schedulesOf({ schedules, underWay }: ExportedJob): ExportedSchedule[] {
  return schedules.map((row) => ({ row, isUnderWay: underWay.has(row.id) }));
}

function exportedFields({ row, tenant, task }: ExportedJob) {
  return withoutNulls({
    name: row.name,
    description: row.description,
    ...(task === null ? { action: row.action } : exportedTask(row.action, task)),
    active: row.active,
    ...(task === null ? { httpMethod: row.httpMethod } : {}),
    startTime: isoOrNull(row.startAt),
    endTime: isoOrNull(row.endAt),
    user: row.actionUser,
    ansConfig: settings({ onSuccess: row.ansOnSuccess, onError: row.ansOnError }),
    calmConfig: settings({ enabled: row.calmEnabled }),
    tenantId: tenant.tenantId,
    subDomain: tenant.subdomain,
    ...storedSettings(row.policy),
  });
}

/** A task names its runner and its application as people do: elsewhere these have other ids. */
function exportedTask(command: string, { runnerName, appName, processId, options }: TaskView) {
  return {
    ...{ jobType: TASK_TYPE, runner: runnerName, appName },
    ...{ command: command === '' ? null : command, processId, options },
  };
}

interface ExportAsked {
  readonly pageSize: number;
  readonly tenantId: string | undefined;
}

/** A page of an export. A job with too many schedules to be read at once is alone, and is sent in pieces. */
export function exportPage({ jobs, hasMore }: ExportedPage, query: ExportAsked) {
  const [only] = jobs;
  if (only?.otherSchedules) {
    const schedules = allParts(schedulesOf(only), only.otherSchedules, exportedSchedule);
    const text = objectText(exportedFields(only), 'schedules', schedules);
    return inPieces(onlyResultText(text, { next_url: hasMore ? urlAfter(only, query) : null }));
  }
  const results = fitting(jobs.map(exportedJob));
  const last = jobs[results.length - 1];
  const isContinued = hasMore || results.length < jobs.length;
  return { results, next_url: isContinued && last ? urlAfter(last, query) : null };
}

function urlAfter({ row }: ExportedJob, { pageSize, tenantId }: ExportAsked): string {
  const more = new URLSearchParams({
    page_size: String(pageSize),
    after: String(row.id),
    ...(tenantId === undefined ? {} : { tenantId }),
  });
  return `/scheduler/export?${more.toString()}`;
}

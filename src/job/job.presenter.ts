import { wireText, wireTextOrNull } from '../core/instant.js';
import { storedSettings } from '../core/policy/settings.js';
import { scheduleInJob } from '../schedule/schedule.presenter.js';
import { pageEnvelope } from '../http/page.js';
import { allParts, inPieces, objectText } from '../http/pieces.js';
import type { FoundJobs } from './job.reader.js';
import type { PutOutcome } from './job.service.js';
import type { JobEntry, JobView } from './job.view.js';
import { HTTP_TYPE, TASK_TYPE } from './draft/job-type.js';
import { taskFields } from './task/task.presenter.js';

/** An alert setting as it was given: null where none was. */
function settings(flags: Readonly<Record<string, boolean | null>>): Record<string, boolean | null> | null {
  const given = Object.entries(flags).filter(([, flag]) => flag !== null);
  return given.length === 0 ? null : Object.fromEntries(given);
}

function jobFields({ row, tenant, task }: Pick<JobView, 'row' | 'tenant' | 'task'>) {
  return {
    name: row.name,
    description: row.description,
    action: row.action,
    active: row.active,
    httpMethod: task === null ? row.httpMethod : null,
    startTime: wireTextOrNull(row.startAt),
    endTime: wireTextOrNull(row.endAt),
    signatureVersion: 0,
    jobType: task === null ? HTTP_TYPE : TASK_TYPE,
    user: row.actionUser,
    ansConfig: settings({ onSuccess: row.ansOnSuccess, onError: row.ansOnError }),
    calmConfig: settings({ enabled: row.calmEnabled }),
    tenantId: tenant.tenantId,
    subDomain: tenant.subdomain,
    createdAt: wireText(row.createdAt),
    _id: row.id,
    jobId: row.id,
    ...(task === null ? {} : taskFields(task)),
    ...storedSettings(row.policy),
  };
}

/** A job, with its schedules where they are asked for: sent in pieces where there are too many to be read at once. */
export function jobAlone(view: JobView) {
  const { schedules, otherSchedules } = view;
  if (schedules === null) return jobFields(view);
  if (!otherSchedules) return { ...jobFields(view), schedules: schedules.map(scheduleInJob) };
  return inPieces(
    objectText(jobFields(view), 'schedules', allParts(schedules, otherSchedules, scheduleInJob)),
  );
}

function jobInList(entry: JobEntry) {
  return { ...jobFields(entry), ACTIVECOUNT: entry.activeCount, INACTIVECOUNT: entry.inactiveCount };
}

/** What a GET of jobs found: one job, or a page of them. */
export function foundJobs(found: FoundJobs) {
  if (found.kind === 'one') return jobAlone(found.view);
  const { part } = found;
  return pageEnvelope({ ...part, results: part.results.map(jobInList) }, found.page, '/scheduler/jobs');
}

/** Where a job is found. */
export function jobUrl({ row }: JobView): string {
  return `/scheduler/jobs/${row.id}`;
}

/** The answer to a PUT: a change says that it is done, a replacement shows the job, and a new one where it is. */
export function putAnswer(outcome: PutOutcome): {
  status: number;
  location: Map<string, string>;
  body: object;
} {
  if (outcome.kind === 'changed') return { status: 200, location: new Map(), body: { success: true } };
  const { isNew, view } = outcome;
  const location = new Map(isNew ? [['Location', jobUrl(view)]] : []);
  return { status: isNew ? 201 : 200, location, body: jobAlone(view) };
}

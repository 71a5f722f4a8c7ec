import type { StoredJob, WireSchedule } from '../../../web/src/api/editor.js';
import type { JobSettings, ScheduleSettings } from '../../../web/src/api/settings.js';
import { formOf, type EditorForm, type Subject } from '../../../web/src/pages/editor/form.js';
import { requestsOf } from '../../../web/src/pages/editor/requests.js';

/** Returns a job with one schedule of this timing. */
export function stored(
  settings: ScheduleSettings,
  ofJob: JobSettings = {},
  timing: Partial<WireSchedule> = {},
) {
  const schedule: WireSchedule = {
    ...{ scheduleId: 's1', description: '', active: true, startTime: null, endTime: null, data: null },
    ...(Object.keys(timing).length === 0 ? { cron: '* * * * 3 0 0' } : timing),
    ...settings,
  };
  const job: StoredJob = {
    ...{ jobId: 7, name: 'report', description: '', action: 'https://app.example.com/run', active: true },
    ...{ httpMethod: 'POST', startTime: null, endTime: null, jobType: 'HTTP_ENDPOINT', user: null },
    ...{ ansConfig: null, calmConfig: null, schedules: { total: 1, results: [schedule] }, ...ofJob },
  };
  return { kind: 'job', job, schedule } as const satisfies Subject;
}

/** Returns the form of something stored, with changes. */
export function typed(subject: Subject, changes: { job?: object; schedule?: object }): EditorForm {
  const { job, schedule } = formOf(subject);
  return {
    job: job && { ...job, ...changes.job },
    schedule: schedule && { ...schedule, ...changes.schedule },
  };
}

/** Returns what saving sends of a schedule, and of its job. */
export function sent(subject: Subject, changes: { job?: object; schedule?: object }) {
  const bodies = requestsOf(subject, typed(subject, changes)).map(({ part, body }) => [part, body]);
  return Object.fromEntries(bodies) as { schedule?: unknown; job?: unknown };
}

import {
  jobRoute,
  JOBS_ROUTE,
  scheduleRoute,
  schedulesRoute,
  TIMING_FIELDS,
  type WireSchedule,
} from '../../api/editor.js';
import { SCHEDULE_SETTINGS } from '../../api/settings.js';
import { formOf, type EditorForm, type JobForm, type ScheduleForm, type Subject } from './form.js';
import { jobSettingsBody, scheduleSettingsBody } from './settings/settings-form.js';

/** One request that saving sends. */
export interface SaveRequest {
  /** Of which part of the form it is; a new job is sent with its schedule. */
  readonly part: 'job' | 'schedule';
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

type Body = Readonly<Record<string, unknown>>;

/** Returns what saving sends: all of what is new, and of what is stored only what has changed. */
export function requestsOf(subject: Subject, form: EditorForm): readonly SaveRequest[] {
  switch (subject.kind) {
    case 'new job':
      return form.job && form.schedule
        ? [
            {
              part: 'job',
              method: 'POST',
              path: JOBS_ROUTE,
              body: newJob(subject.from, form.job, form.schedule),
            },
          ]
        : [];
    case 'new schedule': {
      const path = schedulesRoute(subject.job.jobId);
      return form.schedule
        ? [{ part: 'schedule', method: 'POST', path, body: withoutEmpty(scheduleBody(form.schedule)) }]
        : [];
    }
    case 'job':
    case 'schedule':
      return changes(subject, form);
  }
}

/** Returns the schedules of a copied job that the form does not show: they go along as they are. */
export function othersOf(subject: Subject): readonly WireSchedule[] {
  return subject.kind === 'new job' ? (subject.from?.schedules.results.slice(1) ?? []) : [];
}

/** Returns a time as it is sent. */
export function wireTime(typed: string): string | null {
  const at = Date.parse(`${typed}Z`);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** Returns the timing as it is sent: a text, or a date object that was typed as JSON. */
export function timingValue({ kind, texts }: ScheduleForm): string | object {
  const text = texts[kind].trim();
  if (kind !== 'once' || !text.startsWith('{')) return text;
  try {
    return JSON.parse(text) as object;
  } catch {
    return text;
  }
}

function newJob(from: (Subject & { kind: 'new job' })['from'], job: JobForm, schedule: ScheduleForm): Body {
  const kept = from ? { ansConfig: from.ansConfig, calmConfig: from.calmConfig } : {};
  const schedules = [scheduleBody(schedule), ...(from?.schedules.results.slice(1) ?? []).map(copied)];
  return {
    ...withoutEmpty({ name: job.name.trim(), ...jobBody(job), ...kept }),
    schedules: schedules.map(withoutEmpty),
  };
}

function copied({ scheduleId: _id, ...schedule }: WireSchedule): Body {
  const { description, active, startTime, endTime, data } = schedule;
  const field = Object.values(TIMING_FIELDS).find((each) => (schedule[each] ?? null) !== null) ?? 'cron';
  const utc = (time: string | null) => time && wireTime(time.replace(' ', 'T'));
  return {
    ...{ [field]: schedule[field], description, active },
    ...{ startTime: utc(startTime), endTime: utc(endTime), data },
    ...Object.fromEntries(SCHEDULE_SETTINGS.map((name) => [name, schedule[name] ?? null])),
  };
}

function changes(subject: Subject & { kind: 'job' | 'schedule' }, form: EditorForm): SaveRequest[] {
  const { jobId } = subject.job;
  const stored = formOf(subject);
  const requests: SaveRequest[] = [];
  const add = (part: SaveRequest['part'], path: string, body: Body) => {
    if (Object.keys(body).length > 0) requests.push({ part, method: 'PUT', path, body });
  };
  if (form.schedule && stored.schedule && subject.schedule) {
    const path = scheduleRoute(jobId, subject.schedule.scheduleId);
    add('schedule', path, changedSchedule(form.schedule, stored.schedule));
  }
  if (form.job && stored.job) add('job', jobRoute(jobId), changedJob(form.job, stored.job));
  return requests;
}

function changedSchedule(schedule: ScheduleForm, stored: ScheduleForm): Body {
  const body = changed(scheduleBody(schedule), scheduleBody(stored));
  // A time in English is read in its zone: both change together.
  const isReadAnew = schedule.kind === 'once' && ('timeZone' in body || 'dst' in body);
  return isReadAnew ? { time: timingValue(schedule), ...body } : body;
}

function changedJob(job: JobForm, stored: JobForm): Body {
  const body = changed(jobBody(job), jobBody(stored));
  // Both together: a new password alone would get lost where the action moves to another host.
  return 'password' in body ? { ...body, user: jobBody(job)['user'] } : body;
}

/** What of a job can be sent: without its name, which stays. */
function jobBody(job: JobForm): Body {
  const { description, action, httpMethod, user, password, startTime, endTime, active } = job;
  return {
    ...{ description: description.trim(), action: action.trim(), httpMethod },
    ...{ user: user.trim() || null, ...(password === '' ? {} : { password }) },
    ...{ startTime: wireTime(startTime), endTime: wireTime(endTime), active },
    ...jobSettingsBody(job),
  };
}

function scheduleBody(schedule: ScheduleForm): Body {
  const { kind, description, startTime, endTime, data, active } = schedule;
  return {
    ...{ [TIMING_FIELDS[kind]]: timingValue(schedule), description: description.trim() },
    ...{ startTime: wireTime(startTime), endTime: wireTime(endTime), active },
    // Its text: a number in it may be larger than a number of JavaScript.
    data: data.trim() === '' ? null : data,
    ...scheduleSettingsBody(schedule),
  };
}

function changed(now: Body, before: Body): Body {
  const isOther = ([field, value]: readonly [string, unknown]) =>
    !(field in before) || JSON.stringify(before[field]) !== JSON.stringify(value);
  return Object.fromEntries(Object.entries(now).filter(isOther));
}

/** What is empty is what the service takes anyway. */
function withoutEmpty(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== ''));
}

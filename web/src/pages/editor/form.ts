import {
  TIMING_FIELDS,
  TIMING_KINDS,
  type StoredJob,
  type TimingKind,
  type WireJob,
  type WireSchedule,
} from '../../api/editor.js';
import { FIRST_ENDPOINT, isOnLaptop } from '../../first-endpoint.js';
import { EDITOR } from '../../texts/editor.js';
import { copiedHeaders } from './settings/call-form.js';
import {
  jobSettingsOf,
  NO_JOB_SETTINGS,
  NO_SCHEDULE_SETTINGS,
  scheduleSettingsOf,
  type JobSettingsForm,
  type ScheduleSettingsForm,
} from './settings/settings-form.js';

/** What is typed of a job. Times are as `datetime-local` has them, in UTC; '' is none. */
export interface JobForm extends JobSettingsForm {
  readonly name: string;
  readonly description: string;
  readonly action: string;
  readonly httpMethod: string;
  readonly user: string;
  /** Typed anew or '': the service shows none. */
  readonly password: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly active: boolean;
}

/** What is typed of a schedule. Each kind keeps its own text, so that looking at another one loses nothing. */
export interface ScheduleForm extends ScheduleSettingsForm {
  readonly kind: TimingKind;
  readonly texts: Readonly<Record<TimingKind, string>>;
  readonly description: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly data: string;
  readonly active: boolean;
}

/** What is typed, of a job, of a schedule or of both. */
export interface EditorForm {
  readonly job: JobForm | null;
  readonly schedule: ScheduleForm | null;
}

/** What the editor edits, as it is stored. */
export type Subject =
  /** A new job with a schedule; a copy takes along what the form does not show. */
  | { readonly kind: 'new job'; readonly from: StoredJob | null }
  /** A job, with its schedule where it has exactly one. */
  | { readonly kind: 'job'; readonly job: StoredJob; readonly schedule: WireSchedule | null }
  | { readonly kind: 'new schedule'; readonly job: WireJob }
  | { readonly kind: 'schedule'; readonly job: WireJob; readonly schedule: WireSchedule };

const LONGEST_NAME = 255;
const NO_TEXTS = { cron: '', interval: '', dailyAt: '', once: '' } as const;
const WINDOW = { startTime: '', endTime: '' } as const;

const EMPTY_SCHEDULE: ScheduleForm = {
  ...{ kind: 'cron', texts: NO_TEXTS, description: '', ...WINDOW, data: '', active: true },
  ...NO_SCHEDULE_SETTINGS,
};

const EMPTY_JOB: JobForm = {
  ...{ name: '', description: '', action: '', httpMethod: 'POST', user: '', password: '' },
  ...{ ...WINDOW, active: true },
  ...NO_JOB_SETTINGS,
};

/** Returns a form with nothing in it. */
export const emptyForm = (): EditorForm => ({ job: EMPTY_JOB, schedule: EMPTY_SCHEDULE });

/**
 * Returns an example. On a laptop it calls the endpoint that a line in a terminal starts; a service elsewhere reaches none
 * there, and none of its own routes is called.
 */
export function exampleForm(origin: string): EditorForm {
  const { name, description } = EDITOR.example;
  const action = isOnLaptop(origin) ? FIRST_ENDPOINT : '';
  return {
    job: { ...EMPTY_JOB, name, description, action },
    schedule: { ...EMPTY_SCHEDULE, kind: 'interval', texts: { ...NO_TEXTS, interval: '10 seconds' } },
  };
}

/** Returns the form of what is stored. */
export function formOf(subject: Subject): EditorForm {
  switch (subject.kind) {
    case 'new job':
      return subject.from === null ? emptyForm() : copyOf(subject.from);
    case 'job':
      return { job: jobFormOf(subject.job), schedule: subject.schedule && scheduleFormOf(subject.schedule) };
    case 'new schedule':
      return { job: null, schedule: EMPTY_SCHEDULE };
    case 'schedule':
      return { job: null, schedule: scheduleFormOf(subject.schedule) };
  }
}

/** A copy has another name, and neither password nor values of headers: the service shows none. */
function copyOf(job: StoredJob): EditorForm {
  const form = jobFormOf(job);
  const [first] = job.schedules.results;
  const name = EDITOR.copyOf(form.name).slice(0, LONGEST_NAME);
  const headers = copiedHeaders(form);
  return { job: { ...form, name, headers }, schedule: first ? scheduleFormOf(first) : EMPTY_SCHEDULE };
}

function jobFormOf(job: WireJob): JobForm {
  const { name, description, action, httpMethod, user, startTime, endTime, active } = job;
  return {
    ...{ name, description, action, httpMethod: httpMethod ?? '', user: user ?? '', password: '' },
    ...{ startTime: typedTime(startTime), endTime: typedTime(endTime), active },
    ...jobSettingsOf(job),
  };
}

/** Returns the timing of a stored schedule; a date object as the JSON that it is. */
export function timingOf(schedule: WireSchedule): { readonly kind: TimingKind; readonly expression: string } {
  const kind = TIMING_KINDS.find((each) => (schedule[TIMING_FIELDS[each]] ?? null) !== null) ?? 'cron';
  const stored = schedule[TIMING_FIELDS[kind]] ?? '';
  return { kind, expression: typeof stored === 'string' ? stored : JSON.stringify(stored) };
}

function scheduleFormOf(schedule: WireSchedule): ScheduleForm {
  const { description, startTime, endTime, data, active } = schedule;
  const { kind, expression } = timingOf(schedule);
  return {
    ...{ kind, texts: { ...NO_TEXTS, [kind]: expression }, description },
    ...{ startTime: typedTime(startTime), endTime: typedTime(endTime), data: data ?? '', active },
    ...scheduleSettingsOf(schedule),
  };
}

/** `2026-11-26 21:47:08`, as `datetime-local` has it. */
const typedTime = (wire: string | null) => wire?.replace(' ', 'T') ?? '';

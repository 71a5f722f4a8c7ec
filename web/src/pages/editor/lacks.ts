import { EDITOR } from '../../texts/editor.js';
import { EDITOR_SETTINGS } from '../../texts/editor-settings.js';
import { jsonObjectFault } from '../../json-object.js';
import type { Faults, FieldName } from './faults.js';
import { formOf, type EditorForm, type JobForm, type Subject } from './form.js';
import { headersFault, movesElsewhere } from './headers-fault.js';
import type { RetryForm } from './settings/retry-form.js';

const { missing } = EDITOR;
const TIMES = ['startTime', 'endTime', 'schedule-startTime', 'schedule-endTime'] as const;

/** Returns what need not be sent to be known as wrong. The service says the rest. */
export function lacksOf(subject: Subject, { job, schedule }: EditorForm): Faults['fields'] {
  const fields: Partial<Record<FieldName, string>> = job ? lacksOfJob(subject, job) : {};
  if (schedule && schedule.texts[schedule.kind].trim() === '') fields.timing = missing.timing;
  if (hasNoCause(schedule)) fields['schedule-retry-on'] = EDITOR_SETTINGS.onNothing;
  const data = schedule && dataFault(schedule.data);
  if (data) fields.data = data;
  for (const id of TIMES) if (isHalfTyped(id)) fields[id] = missing.time;
  return fields;
}

function lacksOfJob(subject: Subject, job: JobForm): Faults['fields'] {
  const fields: Partial<Record<FieldName, string>> = {};
  const isTask = subject.kind === 'job' && subject.job.jobType === 'CF_TASK';
  if (subject.kind === 'new job' && job.name.trim() === '') fields.name = missing.name;
  if (!isTask && job.action.trim() === '') fields.action = missing.action;
  if (losesPassword(subject, job)) fields.password = missing.password;
  if (hasNoCause(job)) fields['retry-on'] = EDITOR_SETTINGS.onNothing;
  const headers = headersFault(subject, job);
  if (headers) fields.headers = headers;
  return fields;
}

/** Returns whether a part of the form calls again, and after nothing. */
const hasNoCause = (part: { readonly retry: RetryForm } | null) =>
  part?.retry.mode === 'on' && part.retry.on.length === 0;

/** Returns what is wrong with the data that a call is to carry; none is fine. */
export function dataFault(data: string): string | undefined {
  return data.trim() === '' ? undefined : jsonObjectFault(data);
}

/** Stored credentials do not go along to another scheme, host or port: the service would take them away. */
function losesPassword(subject: Subject, { action, user, password }: JobForm): boolean {
  const stored = formOf(subject).job;
  if (!stored?.user || user.trim() === '' || password !== '') return false;
  return movesElsewhere(subject, action);
}

/** A date without its time is no value to the browser: it would be sent as none. */
function isHalfTyped(id: string): boolean {
  const field = document.getElementById(id);
  return field instanceof HTMLInputElement && field.validity.badInput;
}

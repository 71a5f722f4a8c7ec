import { EDITOR } from '../../texts/editor.js';
import { EDITOR_SETTINGS } from '../../texts/editor-settings.js';
import { jsonObjectFault } from '../../json-object.js';
import type { Faults, FieldName } from './faults.js';
import { formOf, type EditorForm, type JobForm, type Subject } from './form.js';
import type { RetryForm } from './settings/retry-form.js';

const { missing } = EDITOR;
const TIMES = ['startTime', 'endTime', 'schedule-startTime', 'schedule-endTime'] as const;

/** Returns what need not be sent to be known as wrong. The service says the rest. */
export function lacksOf(subject: Subject, { job, schedule }: EditorForm): Faults['fields'] {
  const fields: Partial<Record<FieldName, string>> = {};
  if (job && subject.kind === 'new job' && job.name.trim() === '') fields.name = missing.name;
  const isTask = subject.kind === 'job' && subject.job.jobType === 'CF_TASK';
  if (job && !isTask && job.action.trim() === '') fields.action = missing.action;
  if (job && losesPassword(subject, job)) fields.password = missing.password;
  if (schedule && schedule.texts[schedule.kind].trim() === '') fields.timing = missing.timing;
  if (hasNoCause(job)) fields['retry-on'] = EDITOR_SETTINGS.onNothing;
  if (hasNoCause(schedule)) fields['schedule-retry-on'] = EDITOR_SETTINGS.onNothing;
  const data = schedule && dataFault(schedule.data);
  if (data) fields.data = data;
  for (const id of TIMES) if (isHalfTyped(id)) fields[id] = missing.time;
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
  if (subject.kind !== 'job' || !stored?.user || user.trim() === '' || password !== '') return false;
  return originOf(action) !== null && originOf(action) !== originOf(stored.action);
}

function originOf(url: string): string | null {
  return URL.canParse(url.trim()) ? new URL(url.trim()).origin : null;
}

/** A date without its time is no value to the browser: it would be sent as none. */
function isHalfTyped(id: string): boolean {
  const field = document.getElementById(id);
  return field instanceof HTMLInputElement && field.validity.badInput;
}

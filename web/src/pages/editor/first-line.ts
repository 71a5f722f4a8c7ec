import { Refusal } from '../../api/request.js';
import { EDITOR } from '../../texts/editor.js';
import type { EditorForm, Subject } from './form.js';
import type { Previewed } from './use-preview.js';

const { first: texts } = EDITOR;

/** Returns what the page says first: what is written, in words, as far as it is known. */
export function firstLine(subject: Subject, form: EditorForm, { preview, error }: Previewed): string {
  const { schedule } = form;
  if (!schedule) return withoutForm(subject);
  if (schedule.texts[schedule.kind].trim() === '') return nameOf(subject);
  if (error instanceof Refusal && error.status === 400) return texts.unread;
  if (!preview) return nameOf(subject);
  if (!isActive(subject, form)) return texts.off(preview.text);
  const next = preview.runs[0]?.at ?? null;
  return preview.runsPerDay === null && next !== null
    ? texts.once(preview.text)
    : texts.runs(preview.text, next);
}

/** Returns whether what is written would run: job and schedule must both be on. */
export function isActive(subject: Subject, { job, schedule }: EditorForm): boolean {
  const isJobActive = job?.active ?? (subject.kind !== 'new job' && subject.job.active);
  return isJobActive && (schedule?.active ?? true);
}

function withoutForm(subject: Subject): string {
  return subject.kind === 'job'
    ? texts.schedules(subject.job.name, subject.job.schedules.total)
    : nameOf(subject);
}

function nameOf(subject: Subject): string {
  switch (subject.kind) {
    case 'new job':
      return EDITOR.newJob;
    case 'new schedule':
      return texts.newSchedule(subject.job.name);
    case 'job':
    case 'schedule':
      return texts.job(subject.job.name);
  }
}

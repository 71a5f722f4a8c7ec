import type { Preview } from '../../api/editor.js';
import { EDITOR } from '../../texts/editor.js';
import type { EditorForm, Subject } from './form.js';
import type { Meaning } from './meaning.js';

const { first: texts } = EDITOR;
/** How the service says that the moment of a schedule that fires once lies in the past. */
const PASSED = 'The time has passed';

/** Returns what the page says first: what is written, in words, as far as it is known. */
export function firstLine(subject: Subject, form: EditorForm, meaning: Meaning): string {
  if (!form.schedule) return withoutForm(subject);
  switch (meaning.kind) {
    case 'known':
      return isActive(subject, form) ? runsLine(meaning.preview) : texts.off(meaning.preview.text);
    case 'asked for':
      return texts.asked;
    case 'unread':
      return texts.unread;
    case 'nothing written':
    case 'not known':
      return nameOf(subject);
  }
}

function runsLine({ text, runs, runsPerDay, warnings }: Preview): string {
  if (warnings.some((warning) => warning.startsWith(PASSED))) return texts.passed(text);
  const next = runs[0]?.at ?? null;
  return runsPerDay === null && next !== null ? texts.once(text) : texts.runs(text, next);
}

/** Returns whether what is written would run: job and schedule must both be on. */
export function isActive(subject: Subject, { job, schedule }: EditorForm): boolean {
  const isJobActive = job?.active ?? (subject.kind !== 'new job' && subject.job.active);
  return isJobActive && (schedule?.active ?? true);
}

/** Returns what stands beside the button that saves: when the first run comes, or why that is not known. */
export function consequenceLine(subject: Subject, form: EditorForm, meaning: Meaning): string {
  const { consequence } = EDITOR;
  if (meaning.kind === 'unread') return consequence.unread;
  if (!isActive(subject, form)) return consequence.off;
  switch (meaning.kind) {
    case 'nothing written':
      return consequence.nothingWritten;
    case 'asked for':
      return consequence.asked;
    case 'not known':
      return consequence.notKnown;
    case 'known': {
      const next = meaning.preview.runs[0]?.at;
      if (next === undefined) return consequence.none;
      const isNew = subject.kind === 'new job' || subject.kind === 'new schedule';
      return isNew ? consequence.first(next) : consequence.next(next);
    }
  }
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

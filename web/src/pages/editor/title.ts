import { jobPath, PATHS } from '../../paths.js';
import { EDITOR } from '../../texts/editor.js';
import { JOBS } from '../../texts/jobs.js';
import type { Subject } from './form.js';

/** Returns what the page is called. */
export function titleOf(subject: Subject): string {
  if (subject.kind === 'new job') return EDITOR.newJob;
  return subject.kind === 'new schedule' ? EDITOR.newSchedule : EDITOR.editJob;
}

/** Returns the pages above it. */
export function aboveOf(subject: Subject): readonly { readonly href: string; readonly title: string }[] {
  const jobs = { href: PATHS.jobs, title: JOBS.title };
  return subject.kind === 'new job'
    ? [jobs]
    : [jobs, { href: jobPath(subject.job.jobId), title: subject.job.name }];
}

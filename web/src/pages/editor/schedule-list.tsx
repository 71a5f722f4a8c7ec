import type { ComponentChildren } from 'preact';
import type { StoredJob } from '../../api/editor.js';
import { ButtonLink } from '../../controls/button.js';
import { editSchedulePath, newSchedulePath } from '../../paths.js';
import { TEXTS } from '../../texts.js';
import { EDITOR_BELOW } from '../../texts/editor-below.js';
import { EDITOR_LINKS } from '../../texts/editor-links.js';
import { DeleteSchedule } from './delete-schedule.js';
import { timingOf, type Subject } from './form.js';

/** What else can be done with the schedules of a job: several have a page each, and there can always be another one. */
export function ScheduleList({ subject }: { readonly subject: Subject }) {
  if (subject.kind === 'new job' || subject.kind === 'new schedule') return null;
  const { job, schedule } = subject;
  const add = <ButtonLink href={newSchedulePath(job.jobId)}>{EDITOR_LINKS.addSchedule}</ButtonLink>;
  if (subject.kind === 'job' && !schedule) return <Several job={subject.job} add={add} />;
  return (
    <div class="actions">
      {subject.kind === 'job' && add}
      {schedule && <DeleteSchedule job={job} schedule={schedule} />}
    </div>
  );
}

function Several({ job, add }: { readonly job: StoredJob; readonly add: ComponentChildren }) {
  const { jobId } = job;
  const { results, total } = job.schedules;
  return (
    <section class="editor-part" aria-labelledby="schedules">
      <h2 id="schedules">{EDITOR_BELOW.schedules}</h2>
      {total > 0 && <p class="quiet">{EDITOR_BELOW.schedulesText}</p>}
      {total > results.length && <p>{EDITOR_BELOW.someSchedules(results.length)}</p>}
      <ul class="plain schedule-links">
        {results.map((schedule) => (
          <li key={schedule.scheduleId}>
            <a href={editSchedulePath(jobId, schedule.scheduleId)}>{TEXTS.timing(timingOf(schedule))}</a>{' '}
            <span class="quiet">
              {[schedule.description, schedule.active ? '' : EDITOR_BELOW.off].filter(Boolean).join(', ')}
            </span>
          </li>
        ))}
      </ul>
      <div>{add}</div>
    </section>
  );
}

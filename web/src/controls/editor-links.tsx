import type { JobDetail, ListedJob } from '../api/types.js';
import { editJobPath, editSchedulePath, newJobPath, newSchedulePath } from '../paths.js';
import { useMayChange } from '../session.js';
import { EDITOR_LINKS } from '../texts/editor-links.js';
import { isOnLaptop, START_ENDPOINT } from '../first-endpoint.js';
import { ButtonLink } from './button.js';
import { CodeBlock } from './code-block.js';

/** The way to a new job, for whoever may make one. */
export function NewJobLink() {
  return useMayChange() ? (
    <ButtonLink kind="emphasized" href={newJobPath()}>
      {EDITOR_LINKS.newJob}
    </ButtonLink>
  ) : null;
}

/** What a page without jobs offers first: a form that is filled in, and what it calls. */
export function FirstJob() {
  return (
    <section aria-labelledby="first-job">
      <h2 id="first-job">{EDITOR_LINKS.firstJob}</h2>
      <p>{EDITOR_LINKS.firstJobText}</p>
      {isOnLaptop(window.location.origin) && (
        <>
          <p>{EDITOR_LINKS.firstEndpoint}</p>
          <CodeBlock name={EDITOR_LINKS.firstEndpointCode} code={START_ENDPOINT} />
        </>
      )}
      <div class="actions">
        <ButtonLink kind="emphasized" href={newJobPath('example')}>
          {EDITOR_LINKS.newJobLike}
        </ButtonLink>
      </div>
    </section>
  );
}

/** The ways to change a job and to make another one like it. Of a task the API makes another one. */
export function JobLinks({ job }: { readonly job: Pick<ListedJob, 'id' | 'kind'> }) {
  return (
    <>
      <ButtonLink href={editJobPath(job.id)}>{EDITOR_LINKS.edit}</ButtonLink>
      {job.kind === 'http' && <ButtonLink href={newJobPath(job.id)}>{EDITOR_LINKS.duplicate}</ButtonLink>}
    </>
  );
}

/** The way to change one of several schedules: where there is one alone, it is changed with its job. */
export function ScheduleLink(props: {
  readonly job: JobDetail;
  readonly scheduleId: string;
  readonly name: string;
}) {
  const { job, scheduleId, name } = props;
  return (
    <a
      class="button button-usual"
      href={editSchedulePath(job.id, scheduleId)}
      aria-label={EDITOR_LINKS.editScheduleOf(name)}
    >
      {EDITOR_LINKS.edit}
    </a>
  );
}

/** The way to another schedule of a job. */
export function NewScheduleLink({ jobId }: { readonly jobId: number }) {
  return <ButtonLink href={newSchedulePath(jobId)}>{EDITOR_LINKS.addSchedule}</ButtonLink>;
}

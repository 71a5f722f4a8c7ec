import { useLocation } from 'preact-iso/router';
import {
  jobRoute,
  MOST_SCHEDULES,
  scheduleRoute,
  schedulesRoute,
  type WireJob,
  type WireSchedule,
  type WireSchedules,
} from '../../api/editor.js';
import type { Refusal, Unreachable } from '../../api/request.js';
import { useResource } from '../../api/resource.js';
import { ButtonLink } from '../../controls/button.js';
import { Late } from '../../controls/late.js';
import { failureTitle, PageProblem } from '../../controls/problem.js';
import { Page } from '../../frame/page.js';
import { PATHS } from '../../paths.js';
import { useMayChange } from '../../session.js';
import { JOBS } from '../../texts/jobs.js';
import { EDITOR } from '../../texts/editor.js';
import { Editor } from './editor.js';
import { exampleForm, formOf, type Subject } from './form.js';

const ABOVE = [{ href: PATHS.jobs, title: JOBS.title }];

interface PageProps {
  readonly params: { readonly jobId: string; readonly scheduleId: string };
  readonly query: Readonly<Record<string, string>>;
}

/** Makes a job, empty, with an example, or like another one. */
export function NewJob({ query }: PageProps) {
  const { url } = useLocation();
  const from = query['from'];
  if (from !== undefined) return <Copy key={url} jobId={encodeURIComponent(from)} />;
  const subject: Subject = { kind: 'new job', from: null };
  const initial = query['example'] === undefined ? formOf(subject) : exampleForm(window.location.origin);
  return <Opened key={url} title={EDITOR.newJob} subject={subject} initial={initial} error={null} />;
}

function Copy({ jobId }: { readonly jobId: string }) {
  const { job, schedules, error } = useJob(jobId);
  if (job?.jobType === 'CF_TASK')
    return <NotHere title={EDITOR.newJob} first={EDITOR.taskCopy} text={EDITOR.taskCopyText} />;
  if (schedules && schedules.total > MOST_SCHEDULES) {
    return (
      <NotHere title={EDITOR.newJob} first={EDITOR.tooMany(schedules.total)} text={EDITOR.tooManyText} />
    );
  }
  const subject: Subject | null = job && schedules ? { kind: 'new job', from: { ...job, schedules } } : null;
  return <Opened title={EDITOR.newJob} subject={subject} error={error} />;
}

/** Changes a job, and its schedule where it has one alone. */
export function EditJob({ params }: PageProps) {
  const { job, schedules, error } = useJob(encodeURIComponent(params.jobId));
  const only = schedules?.total === 1 ? (schedules.results[0] ?? null) : null;
  const subject: Subject | null =
    job && schedules ? { kind: 'job', job: { ...job, schedules }, schedule: only } : null;
  return <Opened key={params.jobId} subject={subject} error={error} />;
}

/** Adds a schedule to a job. */
export function NewSchedule({ params }: PageProps) {
  const { body: job, error } = useResource<WireJob>(jobRoute(encodeURIComponent(params.jobId)));
  const subject: Subject | null = job ? { kind: 'new schedule', job } : null;
  return <Opened key={params.jobId} title={EDITOR.newSchedule} subject={subject} error={error} />;
}

/** Changes a schedule of a job. */
export function EditSchedule({ params }: PageProps) {
  const [jobId, scheduleId] = [params.jobId, params.scheduleId].map(encodeURIComponent) as [string, string];
  const job = useResource<WireJob>(jobRoute(jobId));
  const schedule = useResource<WireSchedule>(scheduleRoute(jobId, scheduleId));
  const subject: Subject | null =
    job.body && schedule.body ? { kind: 'schedule', job: job.body, schedule: schedule.body } : null;
  return <Opened key={scheduleId} subject={subject} error={job.error ?? schedule.error} />;
}

function useJob(jobId: string) {
  const { body: job, error } = useResource<WireJob>(jobRoute(jobId));
  const schedules = useResource<WireSchedules>(`${schedulesRoute(jobId)}?page_size=${MOST_SCHEDULES}`);
  return { job, schedules: schedules.body, error: error ?? schedules.error };
}

interface OpenedProps {
  /** What the page is called until its subject has come. */
  readonly title?: string;
  /** Null until it has come. */
  readonly subject: Subject | null;
  /** Without it the form comes with what is stored. */
  readonly initial?: ReturnType<typeof formOf>;
  readonly error: Refusal | Unreachable | null;
}

/** The editor, once what it edits is there, for whoever may use it. */
function Opened({ title = EDITOR.editJob, subject, initial, error }: OpenedProps) {
  const mayChange = useMayChange();
  if (mayChange === false) return <NotHere title={title} first={EDITOR.viewer} text={EDITOR.viewerText} />;
  if (subject && mayChange) return <Editor subject={subject} initial={initial ?? formOf(subject)} />;
  const page = (
    <Page title={title} above={ABOVE} first={error ? failureTitle(error) : EDITOR.loading}>
      <PageProblem error={error} hasBody={false} />
      {error && <ButtonLink href={PATHS.jobs}>{EDITOR.toJobs}</ButtonLink>}
    </Page>
  );
  return error ? page : <Late>{page}</Late>;
}

/** What stands instead of a form that would be of no use. */
function NotHere({ title, first, text }: Readonly<Record<'title' | 'first' | 'text', string>>) {
  return (
    <Page title={title} above={ABOVE} first={first}>
      <p class="lead">{text}</p>
      <ButtonLink href={PATHS.jobs}>{EDITOR.toJobs}</ButtonLink>
    </Page>
  );
}

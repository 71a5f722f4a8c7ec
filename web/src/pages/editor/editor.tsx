import { useLocation } from 'preact-iso/router';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { Refusal } from '../../api/request.js';
import { useResource } from '../../api/resource.js';
import type { Session } from '../../api/types.js';
import { useAction } from '../../api/use-action.js';
import { Page } from '../../frame/page.js';
import { lastChange } from '../../frame/status-bar.js';
import { jobPath, PATHS } from '../../paths.js';
import { SESSION_PATH } from '../../session.js';
import { TEXTS } from '../../texts.js';
import { EDITOR } from '../../texts/editor.js';
import { unsaved } from '../../unsaved.js';
import { CodeTabs } from './code-tabs.js';
import { faultsOf, NO_FAULTS, withoutFaultsOf, type Faults } from './faults.js';
import { goToFault } from './go-to-fault.js';
import { firstLine } from './first-line.js';
import type { EditorForm, JobForm, ScheduleForm, Subject } from './form.js';
import { JobFields } from './job-fields.js';
import { lacksOf } from './lacks.js';
import { NotSaved } from './not-saved.js';
import { Owner } from './owner.js';
import { PreviewPanel } from './preview.js';
import { previewed } from './previewed.js';
import { requestsOf } from './requests.js';
import { SaveButtons } from './save-buttons.js';
import { save } from './saving.js';
import { ScheduleFields } from './schedule-fields.js';
import { ScheduleList } from './schedule-list.js';
import { TestCall } from './test-call.js';
import { usePreview } from './use-preview.js';
import './editor.css';

interface EditorProps {
  /** What is stored. */
  readonly subject: Subject;
  /** What the form comes with. */
  readonly initial: EditorForm;
}

/** The form of a job, of a schedule, or of both; beside it what it means. What is typed stays until it is saved. */
export function Editor(opened: EditorProps) {
  const { route } = useLocation();
  // What is asked for anew meanwhile is for the next time: nothing changes under the hands of whoever types.
  const [{ subject: first, initial }] = useState(opened);
  const [subject, setSubject] = useState(first);
  const [form, setForm] = useState(initial);
  const [found, setFound] = useState<Faults>(NO_FAULTS);
  const { isBusy, error, start } = useAction();
  const session = useOpener();
  const question = previewed(subject, form);
  const preview = usePreview(question);
  useUnsaved(JSON.stringify(form) !== JSON.stringify(initial));
  useEffect(() => goToFault(found), [found]);
  const asked = refusedFields(preview.error);
  const fields = { ...asked, ...found.fields };

  const change = (part: 'job' | 'schedule') => (changed: Partial<JobForm> | Partial<ScheduleForm>) => {
    setForm((former) => ({ ...former, [part]: { ...former[part], ...changed } }));
    setFound((former) => stillFound(former, part, Object.keys(changed)));
  };
  const saveAll = async () => {
    const saved = await save({ subject, form, session, onStored: setSubject });
    if (saved.kind === 'refused') return setFound(saved.faults);
    unsaved.set(false);
    lastChange.set({ text: EDITOR.done[subject.kind](saved.name), isOfNextPage: true });
    route(jobPath(saved.jobId));
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const lacks = lacksOf(subject, form);
    setFound({ fields: lacks, rest: [] });
    if (Object.keys(lacks).length === 0) start(saveAll);
  };
  const { job, schedule } = form;
  const isTask = subject.kind !== 'new job' && subject.job.jobType === 'CF_TASK';
  return (
    <Page title={titleOf(subject)} above={aboveOf(subject)} first={firstLine(subject, form, preview)}>
      <div class="editor">
        <div class="editor-form">
          <form class="editor-form" noValidate onSubmit={submit}>
            {subject.kind === 'new job' && <Owner session={session} />}
            {job && (
              <JobFields subject={subject} form={job} onChange={change('job')} faults={fields}>
                {!isTask && (
                  <TestCall
                    subject={subject}
                    job={job}
                    data={schedule?.data ?? ''}
                    session={session}
                    onFaults={setFound}
                  />
                )}
              </JobFields>
            )}
            {schedule && (
              <ScheduleFields
                subject={subject}
                form={schedule}
                onChange={change('schedule')}
                faults={fields}
                suggestion={preview.error instanceof Refusal ? preview.error.suggestion : null}
              />
            )}
            <NotSaved error={error} rest={found.rest} isHalfSaved={subject !== first} />
            <SaveButtons subject={subject} form={form} preview={preview.preview} isBusy={isBusy} />
          </form>
          <ScheduleList subject={subject} />
        </div>
        {schedule && <PreviewPanel previewed={preview} isEmpty={question === null} />}
      </div>
      <CodeTabs subject={subject} requests={requestsOf(subject, form)} />
    </Page>
  );
}

/** Returns whose page this is, as it was opened: what is typed is sent for nobody else. */
function useOpener(): Session | undefined {
  const { body } = useResource<Session>(SESSION_PATH);
  const [opener, setOpener] = useState(body);
  if (opener === undefined && body !== undefined) setOpener(body);
  return opener;
}

function useUnsaved(isTyped: boolean): void {
  useLayoutEffect(() => {
    unsaved.set(isTyped);
    return () => unsaved.set(false);
  }, [isTyped]);
}

function refusedFields(error: unknown): Faults['fields'] {
  return error instanceof Refusal && error.status === 400 ? faultsOf(error.detail, 'schedule').fields : {};
}

function stillFound(found: Faults, part: 'job' | 'schedule', changed: readonly string[]): Faults {
  const isTiming = changed.some((name) => name === 'kind' || name === 'texts');
  const names = part === 'job' ? changed : changed.flatMap((name) => [name, `schedule-${name}`]);
  const gone = isTiming ? [...names, 'timing'] : names;
  return gone.some((name) => name in found.fields) ? withoutFaultsOf(found, gone) : found;
}

function titleOf(subject: Subject): string {
  if (subject.kind === 'new job') return EDITOR.newJob;
  return subject.kind === 'new schedule' ? EDITOR.newSchedule : EDITOR.editJob;
}

function aboveOf(subject: Subject): readonly { readonly href: string; readonly title: string }[] {
  const jobs = { href: PATHS.jobs, title: TEXTS.jobs.title };
  return subject.kind === 'new job'
    ? [jobs]
    : [jobs, { href: jobPath(subject.job.jobId), title: subject.job.name }];
}

import { useLocation } from 'preact-iso/router';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { Refusal } from '../../api/request.js';
import { useResource } from '../../api/resource.js';
import type { Session } from '../../api/types.js';
import { useAction } from '../../api/use-action.js';
import { Page } from '../../frame/page.js';
import { lastChange } from '../../frame/status-bar.js';
import { jobPath } from '../../paths.js';
import { SESSION_PATH } from '../../api/signed-in.js';
import { EDITOR } from '../../texts/editor.js';
import { unsaved } from '../../unsaved.js';
import { later } from '../later.js';
import { faultsOf, NO_FAULTS, withFaultsOfCall, withoutFaultsOf, type Faults } from './faults.js';
import { goToFault } from './go-to-fault.js';
import { firstLine } from './first-line.js';
import type { EditorForm, JobForm, ScheduleForm, Subject } from './form.js';
import { JobFields } from './job-fields.js';
import { lacksOf } from './lacks.js';
import { mergedWith } from './meanwhile.js';
import { otherKindOf, type Timing } from './other-kind.js';
import { Owner } from './owner.js';
import { PreviewPanel } from './preview.js';
import { previewed } from './previewed.js';
import { requestsOf } from './requests.js';
import { SaveButtons } from './save-buttons.js';
import { save } from './saving.js';
import { ScheduleFields } from './schedule-fields.js';
import { TestCall } from './test-call.js';
import { aboveOf, titleOf } from './title.js';
import { usePreview } from './use-preview.js';
import './editor.css';
import './settings/settings.css';

const laterParts = () => import('./settings/later-parts.js');
/** These stand last, so that nothing moves when they come. */
const CodeTabs = later(async () => (await laterParts()).CodeTabs);
const ScheduleList = later(async () => (await laterParts()).ScheduleList);
/** These are there before they are needed: the settings ask for them as soon as the editor is there. */
const NotSaved = later(async () => (await laterParts()).NotSaved);
const ChangedMeanwhile = later(async () => (await laterParts()).ChangedMeanwhile);

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
  const [isHalfSaved, setHalfSaved] = useState(false);
  // What is stored now, where somebody else has changed what was about to be saved.
  const [stored, setStored] = useState<Subject | null>(null);
  const [subject, setSubject] = useState(first);
  const [form, setForm] = useState(initial);
  const [found, setFound] = useState<Faults>(NO_FAULTS);
  // As it was told last: what is corrected meanwhile leaves the focus where one types.
  const [told, setTold] = useState<Faults>(NO_FAULTS);
  const { isBusy, error, start } = useAction();
  const session = useOpener();
  const preview = usePreview(previewed(subject, form));
  useUnsaved(JSON.stringify(form) !== JSON.stringify(initial));
  useEffect(() => goToFault(told), [told]);
  const asked = refusedFields(preview.error);
  const fields = { ...asked, ...found.fields };

  const change = (part: 'job' | 'schedule') => (changed: Partial<JobForm> | Partial<ScheduleForm>) => {
    setForm((former) => ({ ...former, [part]: { ...former[part], ...changed } }));
    setFound((former) => stillFound(former, part, Object.keys(changed)));
  };
  const tell = (faults: Faults) => {
    setFound(faults);
    setTold(faults);
  };
  const tellOfCall = (faults: Faults) => {
    setFound((former) => withFaultsOfCall(former, faults));
    setTold(faults);
  };
  const keep = (part: Subject) => {
    setSubject(part);
    setHalfSaved(true);
  };
  const saveAll = (what: { subject: Subject; form: EditorForm }) => async () => {
    setStored(null);
    const saved = await save({ ...what, session, onStored: keep });
    if (saved.kind === 'changed meanwhile') return setStored(saved.now);
    if (saved.kind === 'refused') return tell(saved.faults);
    unsaved.set(false);
    lastChange.set({ text: EDITOR.done[what.subject.kind](saved.name), isOfNextPage: true });
    route(jobPath(saved.jobId));
  };
  const check = (what: { subject: Subject; form: EditorForm }) => {
    const lacks = lacksOf(what.subject, what.form);
    tell({ fields: lacks, rest: [] });
    if (Object.keys(lacks).length === 0) start(saveAll(what));
  };
  const submit = (event: Event) => {
    event.preventDefault();
    check({ subject, form });
  };
  const merged = stored && mergedWith(subject, stored, form);
  /** Goes on with what is stored now, and with a form on top of it. */
  const goOn = (now: Subject, next: EditorForm) => {
    setSubject(now);
    setForm(next);
    setStored(null);
  };
  const { job, schedule } = form;
  const isTask = subject.kind !== 'new job' && subject.job.jobType === 'CF_TASK';
  return (
    <Page title={titleOf(subject)} above={aboveOf(subject)} first={firstLine(subject, form, preview.meaning)}>
      <div class="editor">
        <div class="editor-form">
          <form class="editor-form" noValidate onSubmit={submit}>
            {subject.kind === 'new job' && <Owner />}
            {job && (
              <JobFields subject={subject} form={job} onChange={change('job')} faults={fields}>
                {!isTask && (
                  <TestCall
                    subject={subject}
                    job={job}
                    data={schedule?.data ?? ''}
                    session={session}
                    onFaults={tellOfCall}
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
                suggestion={
                  preview.meaning.kind === 'unread' && asked.timing
                    ? suggestionOf(schedule, preview.error)
                    : null
                }
              />
            )}
            {stored && merged && merged.clashes.length > 0 && (
              <ChangedMeanwhile
                clashes={merged.clashes}
                onMine={() => {
                  goOn(stored, merged.mine);
                  check({ subject: stored, form: merged.mine });
                }}
                onTheirs={() => goOn(stored, merged.theirs)}
              />
            )}
            <NotSaved
              error={error}
              rest={found.rest}
              isHalfSaved={isHalfSaved}
              newName={subject.kind === 'new job' ? (job?.name.trim() ?? '') : null}
            />
            <SaveButtons subject={subject} form={form} meaning={preview.meaning} isBusy={isBusy} />
          </form>
          <ScheduleList subject={subject} />
        </div>
        {schedule && <PreviewPanel previewed={preview} />}
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

/** Returns what to write instead of what cannot be read: what the service says, else what it is as another kind. */
function suggestionOf({ kind, texts }: ScheduleForm, error: unknown): Timing | null {
  const text = error instanceof Refusal ? error.suggestion : null;
  return text === null ? otherKindOf(kind, texts[kind]) : { kind, text };
}

function stillFound(found: Faults, part: 'job' | 'schedule', changed: readonly string[]): Faults {
  const isTiming = changed.some((name) => name === 'kind' || name === 'texts');
  const names = part === 'job' ? changed : changed.flatMap((name) => [name, `schedule-${name}`]);
  const gone = isTiming ? [...names, 'timing'] : names;
  return withoutFaultsOf(found, gone);
}

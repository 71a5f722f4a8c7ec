import type { ComponentChildren } from 'preact';
import { HTTP_METHODS } from '../../api/editor.js';
import { Field } from '../../controls/field.js';
import { Check, Select, UtcField } from '../../controls/more-fields.js';
import { SERVICE_PATHS } from '../../paths.js';
import { EDITOR } from '../../texts/editor.js';
import type { Faults } from './faults.js';
import type { JobForm, Subject } from './form.js';
import { More } from './more.js';
import { JobSettings } from './settings/more-settings.js';

interface JobFieldsProps {
  readonly subject: Subject;
  readonly form: JobForm;
  readonly onChange: (change: Partial<JobForm>) => void;
  readonly faults: Faults['fields'];
  /** What can be done with what is called. */
  readonly children: ComponentChildren;
}

/** What a job calls. A name that is stored stays. */
export function JobFields({ subject, form, onChange, faults, children }: JobFieldsProps) {
  const isNew = subject.kind === 'new job';
  const type = (name: keyof JobForm) => (value: string) => onChange({ [name]: value });
  const isTask = subject.kind === 'job' && subject.job.jobType === 'CF_TASK';
  return (
    <section class="editor-part" aria-labelledby="what">
      <h2 id="what">{isTask ? EDITOR.task : EDITOR.job}</h2>
      {isNew ? (
        <Field id="name" label={EDITOR.name} value={form.name} onValue={type('name')} error={faults.name} />
      ) : (
        <p>
          {EDITOR.name}: <strong>{form.name}</strong> <span class="field-hint">{EDITOR.nameStays}</span>
        </p>
      )}
      {isTask ? (
        <Task command={form.action} />
      ) : (
        <div class="editor-action">
          <Select
            id="httpMethod"
            label={EDITOR.httpMethod}
            value={form.httpMethod}
            onValue={type('httpMethod')}
            options={HTTP_METHODS}
            error={faults.httpMethod}
          />
          <Field
            id="action"
            label={EDITOR.action}
            value={form.action}
            onValue={type('action')}
            error={faults.action}
            hint={EDITOR.actionHint}
          />
        </div>
      )}
      <Field
        id="description"
        label={EDITOR.description}
        value={form.description}
        onValue={type('description')}
        error={faults.description}
        isOptional
      />
      <Check isOn={form.active} onChange={(active) => onChange({ active })}>
        {isNew ? EDITOR.activeNew : EDITOR.activeJob}
      </Check>
      <More
        title={isTask ? EDITOR.window : EDITOR.moreOfJob}
        isOpen={isAnySet(form) || ['user', 'password', 'startTime', 'endTime'].some((name) => name in faults)}
      >
        {!isTask && <Credentials subject={subject} form={form} type={type} faults={faults} />}
        <div class="editor-pair">
          <UtcField
            id="startTime"
            label={EDITOR.startTime}
            value={form.startTime}
            onValue={type('startTime')}
            error={faults.startTime}
            isOptional
          />
          <UtcField
            id="endTime"
            label={EDITOR.endTime}
            value={form.endTime}
            onValue={type('endTime')}
            error={faults.endTime}
            isOptional
          />
        </div>
        <p class="field-hint">{EDITOR.jobWindow}</p>
      </More>
      <JobSettings form={form} onChange={onChange} faults={faults} isTask={isTask} />
      {children}
    </section>
  );
}

const isAnySet = ({ user, startTime, endTime }: JobForm) => user !== '' || startTime !== '' || endTime !== '';

function Credentials({
  subject,
  form,
  type,
  faults,
}: Omit<JobFieldsProps, 'onChange' | 'children'> & {
  readonly type: (name: keyof JobForm) => (value: string) => void;
}) {
  const stored = subject.kind === 'new job' ? subject.from : subject.job;
  const hint = stored?.user
    ? subject.kind === 'new job'
      ? EDITOR.passwordCopied
      : EDITOR.passwordStays
    : undefined;
  return (
    <>
      <p class="field-hint">{EDITOR.credentials}</p>
      <div class="editor-pair">
        <Field
          id="user"
          label={EDITOR.user}
          value={form.user}
          onValue={type('user')}
          error={faults.user}
          isOptional
        />
        <Field
          id="password"
          label={EDITOR.password}
          value={form.password}
          onValue={type('password')}
          error={faults.password}
          hint={hint}
          autocomplete="new-password"
          isOptional
          isSecret
        />
      </div>
    </>
  );
}

/** What a task runs, and where that is changed. */
function Task({ command }: { readonly command: string }) {
  return (
    <>
      {command !== '' && (
        <p>
          <code>{command}</code>
        </p>
      )}
      <p>
        {EDITOR.taskText} <a href={SERVICE_PATHS.apiDocument}>{EDITOR.taskLink}</a>. {EDITOR.taskReadme}
      </p>
    </>
  );
}

import { RETRY_CAUSES, type RetryCause } from '../../../api/settings.js';
import { Field } from '../../../controls/field.js';
import { Check, Select } from '../../../controls/more-fields.js';
import { SETTING_HINTS as hints } from '../../../texts/editor-setting-hints.js';
import { EDITOR_SETTINGS as texts } from '../../../texts/editor-settings.js';
import type { Faults } from '../faults.js';
import type { RetryForm } from './retry-form.js';

interface RetryFieldsProps {
  /** Before the names of the fields: a job and its schedule may both be on the page. */
  readonly prefix: '' | 'schedule-';
  readonly form: RetryForm;
  readonly onChange: (form: RetryForm) => void;
  readonly faults: Faults['fields'];
}

const PARTS = ['attempts', 'delay', 'factor', 'maxDelay'] as const;

/** What is done after a call that has failed: nothing, or other calls of the same run. */
export function RetryFields({ prefix, form, onChange, faults }: RetryFieldsProps) {
  const id = `${prefix}retry` as const;
  const words: Partial<Record<RetryForm['mode'], string>> =
    prefix === '' ? texts.retryOfJob : texts.retryOfSchedule;
  const label = prefix === '' ? texts.retry : texts.retryOfThis;
  return (
    <>
      <Select
        id={id}
        label={label}
        value={form.mode}
        onValue={(mode) => onChange({ ...form, mode })}
        // The keys of the literals above.
        options={Object.keys(words) as RetryForm['mode'][]}
        words={words}
        error={faults[id]}
        hint={form.mode === 'on' ? hints.retryHint : undefined}
      />
      {form.mode === 'on' && (
        <div class="settings-inside" role="group" aria-label={label}>
          <div class="editor-pair">
            {PARTS.map((part) => (
              <Field
                key={part}
                id={`${id}-${part}`}
                label={hints[part]}
                value={form[part]}
                onValue={(value) => onChange({ ...form, [part]: value })}
                error={faults[`${id}-${part}`]}
                hint={hints[`${part}Hint`]}
              />
            ))}
          </div>
          <Causes id={id} form={form} onChange={onChange} faults={faults} />
        </div>
      )}
    </>
  );
}

function Causes({
  id,
  form,
  onChange,
  faults,
}: Omit<RetryFieldsProps, 'prefix'> & { readonly id: 'retry' | 'schedule-retry' }) {
  const error = faults[`${id}-on`];
  const flip = (cause: RetryCause, isOn: boolean) =>
    onChange({ ...form, on: isOn ? [...form.on, cause] : form.on.filter((each) => each !== cause) });
  return (
    <fieldset class="checks" id={`${id}-on`} tabIndex={-1} aria-describedby={error && `${id}-on-error`}>
      <legend>{hints.on}</legend>
      {RETRY_CAUSES.map((cause) => (
        <Check key={cause} isOn={form.on.includes(cause)} onChange={(isOn) => flip(cause, isOn)}>
          {hints.causes[cause]}
        </Check>
      ))}
      {error && (
        <p class="field-error" id={`${id}-on-error`}>
          {error}
        </p>
      )}
    </fieldset>
  );
}

import { Field } from '../../../controls/field.js';
import { CALL_SETTINGS as texts } from '../../../texts/call-settings.js';
import { EDITOR_SETTINGS } from '../../../texts/editor-settings.js';
import { HeaderFields } from './header-fields.js';
import type { JobSettingsProps } from './more-settings.js';
import { SigningField } from './signing-field.js';

const PARTS = ['calls', 'per', 'concurrency'] as const;

/** What each call carries, and how often the endpoint is called at most. */
export function CallSettingFields({ form, onChange, faults }: JobSettingsProps) {
  const { throttle } = form;
  return (
    <>
      <HeaderFields
        headers={form.headers}
        onChange={(headers) => onChange({ headers })}
        error={faults.headers}
      />
      <SigningField
        isOn={form.signing}
        onChange={(signing) => onChange({ signing })}
        error={faults.signing}
      />
      <fieldset class="checks" id="throttle" tabIndex={-1} aria-describedby="throttle-hint">
        <legend>{EDITOR_SETTINGS.throttle}</legend>
        <div class="editor-pair">
          {PARTS.map((part) => (
            <Field
              key={part}
              id={`throttle-${part}`}
              label={texts[part]}
              value={throttle[part]}
              onValue={(value) => onChange({ throttle: { ...throttle, [part]: value } })}
              error={faults[`throttle-${part}`]}
              hint={texts.partHints[part]}
              isOptional
            />
          ))}
        </div>
        {faults.throttle && <p class="field-error">{faults.throttle}</p>}
        <p class="field-hint" id="throttle-hint">
          {texts.throttleHint}
        </p>
      </fieldset>
    </>
  );
}

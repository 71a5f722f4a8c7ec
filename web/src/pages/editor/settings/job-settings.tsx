import { Check } from '../../../controls/more-fields.js';
import { Field } from '../../../controls/field.js';
import { CALL_SETTINGS } from '../../../texts/call-settings.js';
import { SETTING_HINTS as hints } from '../../../texts/editor-setting-hints.js';
import { EDITOR_SETTINGS as texts } from '../../../texts/editor-settings.js';
import type { JobSettingsProps } from './more-settings.js';
import { RetryFields } from './retry-fields.js';

/** What is done about a call that fails or takes long. */
export function JobSettingFields({ form, onChange, faults, isTask }: JobSettingsProps) {
  const { retry, timeout, cancelAction, breaker } = form;
  return (
    <>
      {!isTask && (
        <Field
          id="timeout"
          label={texts.timeout}
          value={timeout}
          onValue={(value) => onChange({ timeout: value })}
          error={faults.timeout}
          hint={hints.timeoutHint}
          isOptional
        />
      )}
      <RetryFields prefix="" form={retry} onChange={(value) => onChange({ retry: value })} faults={faults} />
      {!isTask && (
        <fieldset class="checks" id="breaker" tabIndex={-1}>
          <legend>{texts.breaker}</legend>
          <Check isOn={breaker.isOn} onChange={(isOn) => onChange({ breaker: { ...breaker, isOn } })}>
            {CALL_SETTINGS.breaker}
          </Check>
          {faults.breaker && <p class="field-error">{faults.breaker}</p>}
          {breaker.isOn && (
            <div class="settings-inside">
              <p class="field-hint">{CALL_SETTINGS.breakerHint}</p>
              <Field
                id="breaker-holdFor"
                label={CALL_SETTINGS.holdFor}
                value={breaker.holdFor}
                onValue={(holdFor) => onChange({ breaker: { ...breaker, holdFor } })}
                error={faults['breaker-holdFor']}
                hint={CALL_SETTINGS.holdForHint}
                isOptional
              />
            </div>
          )}
        </fieldset>
      )}
      {!isTask && (
        <Field
          id="cancelAction"
          label={texts.cancelAction}
          value={cancelAction}
          onValue={(value) => onChange({ cancelAction: value })}
          error={faults.cancelAction}
          hint={hints.cancelActionHint}
          isOptional
        />
      )}
    </>
  );
}

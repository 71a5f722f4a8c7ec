import { Field } from '../../../controls/field.js';
import { SETTING_HINTS as hints } from '../../../texts/editor-setting-hints.js';
import { EDITOR_SETTINGS as texts } from '../../../texts/editor-settings.js';
import type { JobSettingsProps } from './more-settings.js';
import { RetryFields } from './retry-fields.js';

/** What is done about a call that fails or takes long. */
export function JobSettingFields({ form, onChange, faults, isTask }: JobSettingsProps) {
  const { retry, timeout, cancelAction } = form;
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

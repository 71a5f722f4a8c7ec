import { useResource } from '../../../api/resource.js';
import { SIGNING_KEYS, type SigningKeys } from '../../../api/signing.js';
import { Check } from '../../../controls/more-fields.js';
import { PATHS } from '../../../paths.js';
import { CALL_SETTINGS as texts } from '../../../texts/call-settings.js';
import { EDITOR_SETTINGS } from '../../../texts/editor-settings.js';

interface SigningFieldProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly error: string | undefined;
}

/** Whether calls are signed; where there is no key to sign by, the way to one, which must not take away what is typed. */
export function SigningField({ isOn, onChange, error }: SigningFieldProps) {
  const { body } = useResource<SigningKeys>(isOn ? SIGNING_KEYS : null, { isAskedOnSight: true });
  const hasNone = isOn && body?.results.length === 0;
  const keys = (
    <a href={PATHS.signingKeys} target="_blank" rel="noopener noreferrer">
      {texts.toKeys}
    </a>
  );
  return (
    <fieldset class="checks" id="signing" tabIndex={-1} aria-describedby="signing-hint">
      <legend>{EDITOR_SETTINGS.signing}</legend>
      <Check isOn={isOn} onChange={onChange}>
        {texts.sign}
      </Check>
      <div id="signing-hint" role="status">
        {hasNone || error ? (
          <p class="field-error">
            {hasNone ? texts.noKey : error} {keys}
          </p>
        ) : (
          <p class="field-hint">
            {texts.signHint} {isOn && keys}
          </p>
        )}
      </div>
    </fieldset>
  );
}

import { Button } from '../../../controls/button.js';
import { Field } from '../../../controls/field.js';
import { CALL_SETTINGS as texts } from '../../../texts/call-settings.js';
import { EDITOR_SETTINGS } from '../../../texts/editor-settings.js';
import type { HeaderForm } from './call-form.js';

const MOST = 20;

interface HeaderFieldsProps {
  readonly headers: readonly HeaderForm[];
  readonly onChange: (headers: readonly HeaderForm[]) => void;
  readonly error: string | undefined;
}

/** The additional headers of each call. A value that is stored is shown to nobody: it is kept, typed anew, or goes with its header. */
export function HeaderFields({ headers, onChange, error }: HeaderFieldsProps) {
  const change = (place: number, changed: Partial<HeaderForm>) =>
    onChange(headers.map((header, each) => (each === place ? { ...header, ...changed } : header)));
  const remove = (place: number) => {
    onChange(headers.filter((_, each) => each !== place));
    // The button that was pressed is gone.
    document.getElementById('headers')?.focus();
  };
  const notes = ['headers-hint', error && 'headers-error'].filter(Boolean).join(' ');
  return (
    <fieldset class="checks headers" id="headers" tabIndex={-1} aria-describedby={notes}>
      <legend>{EDITOR_SETTINGS.headers}</legend>
      {headers.map((header, place) => (
        <OneHeader
          // By its place: a name is typed letter by letter.
          key={place}
          place={place}
          header={header}
          onChange={(changed) => change(place, changed)}
          onRemove={() => remove(place)}
        />
      ))}
      {error && (
        <p class="field-error" id="headers-error">
          {error}
        </p>
      )}
      {headers.length < MOST && (
        <div>
          <Button onPress={() => onChange([...headers, { name: '', value: '', isStored: false }])}>
            {texts.addHeader}
          </Button>
        </div>
      )}
      <p class="field-hint" id="headers-hint">
        {texts.headersHint}
      </p>
    </fieldset>
  );
}

interface OneHeaderProps {
  readonly place: number;
  readonly header: HeaderForm;
  readonly onChange: (changed: Partial<HeaderForm>) => void;
  readonly onRemove: () => void;
}

function OneHeader({ place, header, onChange, onRemove }: OneHeaderProps) {
  const { name, value, isStored } = header;
  return (
    <div class="header-row" role="group" aria-label={name || texts.newHeader}>
      {isStored ? (
        <p class="header-name">
          <code>{name}</code>
        </p>
      ) : (
        <Field
          id={`header-${place}`}
          label={texts.headerName}
          value={name}
          onValue={(typed) => onChange({ name: typed })}
        />
      )}
      {value === null ? (
        <p class="quiet">{texts.kept}</p>
      ) : (
        <Field
          id={`header-${place}-value`}
          label={isStored ? texts.newValue : texts.headerValue}
          value={value}
          onValue={(typed) => onChange({ value: typed })}
          autocomplete="new-password"
          isSecret
        />
      )}
      <div class="header-actions">
        {isStored && (
          <Button kind="lite" onPress={() => onChange({ value: value === null ? '' : null })}>
            {value === null ? texts.replace : texts.keep}
            <span class="unseen"> {name}</span>
          </Button>
        )}
        <Button kind="lite" onPress={onRemove}>
          {texts.remove}
          <span class="unseen"> {name}</span>
        </Button>
      </div>
    </div>
  );
}

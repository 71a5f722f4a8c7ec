import { Button } from '../../../controls/button.js';
import { Field } from '../../../controls/field.js';
import { Select } from '../../../controls/more-fields.js';
import { EDITOR_SETTINGS as texts } from '../../../texts/editor-settings.js';
import type { SettingFieldsProps } from './more-settings.js';
import { typedZone } from './settings-form.js';

/** The zones that this browser knows; the service may know more. */
const ZONES = Intl.supportedValuesOf('timeZone');

const optionsOf = <T extends string>(words: Readonly<Record<T, string>>) => Object.keys(words) as T[];

/** The zone in whose local time a schedule is read, and what happens where its clocks change. */
export function ZoneFields({ form, onChange, faults }: SettingFieldsProps) {
  const { timeZone, dst } = form;
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = typedZone(form);
  return (
    <>
      <div class="time-zone">
        <Field
          id="timeZone"
          label={texts.timeZone}
          value={timeZone}
          onValue={(value) => onChange({ timeZone: value })}
          error={faults.timeZone}
          hint={texts.timeZoneHint}
          list="time-zones"
        />
        <datalist id="time-zones">
          {['UTC', ...ZONES].map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        {own.includes('/') && own !== zone && (
          <Button onPress={() => onChange({ timeZone: own })}>{texts.useZone(own)}</Button>
        )}
      </div>
      {zone !== null && (
        <div class="editor-pair">
          <Select
            id="dst"
            label={texts.dst}
            value={dst.gap}
            onValue={(gap) => onChange({ dst: { ...dst, gap } })}
            options={optionsOf(texts.gaps)}
            words={texts.gaps}
            error={faults.dst}
            hint={texts.gapHint}
          />
          <Select
            id="dst-overlap"
            label={texts.dstOverlap}
            value={dst.overlap}
            onValue={(overlap) => onChange({ dst: { ...dst, overlap } })}
            options={optionsOf(texts.overlaps)}
            words={texts.overlaps}
            hint={texts.overlapHint}
          />
        </div>
      )}
    </>
  );
}

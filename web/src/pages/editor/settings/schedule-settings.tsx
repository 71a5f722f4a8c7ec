import type { TimingKind } from '../../../api/editor.js';
import { Field } from '../../../controls/field.js';
import { Select } from '../../../controls/more-fields.js';
import { CALL_SETTINGS } from '../../../texts/call-settings.js';
import { SETTING_HINTS as hints } from '../../../texts/editor-setting-hints.js';
import { EDITOR_SETTINGS as texts } from '../../../texts/editor-settings.js';
import type { SettingFieldsProps } from './more-settings.js';
import { RetryFields } from './retry-fields.js';

const OVERLAPS = ['allow', 'skip', 'queue', 'cancel'] as const;
const REPEATS = ['start', 'completion'] as const;
const CATCH_UPS = ['default', 'all', 'last', 'none'] as const;
/** What means nothing else than another way, or nothing at all, for a kind of schedule. */
const NOT_FOR: Partial<Record<TimingKind, string>> = { interval: 'all', once: 'none' };

/** What happens to runs that meet another one, fail or are missed, and how long a schedule lives: all as usual in most. */
export function ScheduleSettingFields({ form, onChange, faults }: SettingFieldsProps) {
  const { kind, overlap, repeatAfter, catchUp, retry } = form;
  const number = (id: 'maxRuns' | 'pauseOnFailures', hint: string) => (
    <Field
      id={id}
      label={texts[id]}
      value={form[id]}
      onValue={(value) => onChange({ [id]: value })}
      error={faults[id]}
      hint={hint}
      isOptional
    />
  );
  return (
    <>
      {(kind === 'cron' || kind === 'dailyAt') && (
        <Field
          id="spread"
          label={texts.spread}
          value={form.spread}
          onValue={(spread) => onChange({ spread })}
          error={faults.spread}
          hint={CALL_SETTINGS.spreadHint}
          isOptional
        />
      )}
      <Select
        id="overlap"
        label={texts.overlap}
        value={overlap}
        onValue={(value) => onChange({ overlap: value })}
        options={OVERLAPS}
        words={texts.overlapWays}
        error={faults.overlap}
        hint={hints.overlapHints[overlap]}
      />
      {kind === 'interval' && (
        <Select
          id="repeatAfter"
          label={texts.repeatAfter}
          value={repeatAfter}
          onValue={(value) => onChange({ repeatAfter: value })}
          options={REPEATS}
          words={texts.repeatWays}
          error={faults.repeatAfter}
          hint={hints.repeatHint}
        />
      )}
      <RetryFields
        prefix="schedule-"
        form={retry}
        onChange={(value) => onChange({ retry: value })}
        faults={faults}
      />
      <Select
        id="catchUp"
        label={texts.catchUp}
        value={catchUp}
        onValue={(value) => onChange({ catchUp: value })}
        options={CATCH_UPS.filter((way) => way === catchUp || way !== NOT_FOR[kind])}
        words={texts.catchUpWays}
        error={faults.catchUp}
        hint={hints.catchUpHint}
      />
      <div class="editor-pair">
        {number('pauseOnFailures', hints.pauseHint)}
        {number('maxRuns', hints.maxRunsHint)}
      </div>
    </>
  );
}

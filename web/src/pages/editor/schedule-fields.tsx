import type { TimingKind } from '../../api/editor.js';
import { Button } from '../../controls/button.js';
import { Field } from '../../controls/field.js';
import { Check, Choice, TextArea, UtcField } from '../../controls/more-fields.js';
import { EDITOR } from '../../texts/editor.js';
import type { Faults } from './faults.js';
import type { ScheduleForm, Subject } from './form.js';
import { More } from './more.js';
import type { Timing } from './other-kind.js';
import { PRESETS } from './presets.js';
import { ScheduleSettings } from './settings/more-settings.js';
import { typedZone } from './settings/settings-form.js';
import { ZoneFields } from './settings/zone-fields.js';

interface ScheduleFieldsProps {
  readonly subject: Subject;
  readonly form: ScheduleForm;
  readonly onChange: (change: Partial<ScheduleForm>) => void;
  readonly faults: Faults['fields'];
  /** What to write instead of the text, where that is known. */
  readonly suggestion: Timing | null;
}

/** When a job runs: a text of one of four kinds. Usual ones fill it in. */
export function ScheduleFields({ subject, form, onChange, faults, suggestion }: ScheduleFieldsProps) {
  const { kind, texts } = form;
  const write = (text: string, of: TimingKind = kind) =>
    onChange({ kind: of, texts: { ...texts, [of]: text } });
  const isFromEnd = kind === 'interval' && form.repeatAfter === 'completion';
  const isOfTask = subject.kind !== 'new job' && subject.job.jobType === 'CF_TASK';
  return (
    <section class="editor-part" aria-labelledby="when">
      <h2 id="when">{EDITOR.schedule}</h2>
      <div class="presets" role="group" aria-labelledby="presets">
        <span id="presets" class="quiet">
          {EDITOR.presetsTitle}
        </span>
        {PRESETS.map((preset) => (
          <button
            key={preset.text}
            class="preset"
            type="button"
            aria-pressed={preset.kind === kind && preset.text === texts[kind].trim()}
            onClick={() => write(preset.text, preset.kind)}
          >
            {preset.name}
          </button>
        ))}
      </div>
      <Choice
        name="kind"
        label={EDITOR.timing}
        value={kind}
        onValue={(value) => onChange({ kind: value })}
        options={EDITOR.kinds}
      />
      <div class="timing">
        <Field
          id="timing"
          label={EDITOR.text[kind]}
          value={texts[kind]}
          onValue={write}
          error={faults.timing}
          hint={isFromEnd ? EDITOR.hintOfEnd : EDITOR.hints[kind](typedZone(form))}
        />
        {suggestion !== null && (
          <Button onPress={() => write(suggestion.text, suggestion.kind)}>
            {EDITOR.useInstead(
              suggestion.text,
              suggestion.kind === kind ? null : EDITOR.kinds[suggestion.kind],
            )}
          </Button>
        )}
      </div>
      {kind !== 'interval' && <ZoneFields form={form} onChange={onChange} faults={faults} />}
      {subject.kind !== 'new job' && (
        <Check isOn={form.active} onChange={(active) => onChange({ active })}>
          {EDITOR.activeSchedule}
        </Check>
      )}
      <ScheduleSettings form={form} onChange={onChange} faults={faults} />
      <ScheduleMore isOfTask={isOfTask} form={form} onChange={onChange} faults={faults} />
    </section>
  );
}

const IN_MORE = ['schedule-description', 'schedule-startTime', 'schedule-endTime', 'data'];

function ScheduleMore({
  isOfTask,
  form,
  onChange,
  faults,
}: Pick<ScheduleFieldsProps, 'form' | 'onChange' | 'faults'> & { readonly isOfTask: boolean }) {
  const { description, data, startTime, endTime } = form;
  const isSet = [description, data, startTime, endTime].some((value) => value !== '');
  return (
    <More title={EDITOR.moreOfSchedule} isOpen={isSet || IN_MORE.some((name) => name in faults)}>
      <Field
        id="schedule-description"
        label={EDITOR.description}
        value={description}
        onValue={(value) => onChange({ description: value })}
        error={faults['schedule-description']}
        isOptional
      />
      <TextArea
        id="data"
        label={isOfTask ? EDITOR.options : EDITOR.data}
        value={data}
        onValue={(value) => onChange({ data: value })}
        error={faults.data}
        hint={isOfTask ? EDITOR.optionsHint : EDITOR.dataHint}
        isOptional
        isCode
      />
      <div class="editor-pair">
        <UtcField
          id="schedule-startTime"
          label={EDITOR.startTime}
          value={startTime}
          onValue={(value) => onChange({ startTime: value })}
          error={faults['schedule-startTime']}
          isOptional
        />
        <UtcField
          id="schedule-endTime"
          label={EDITOR.endTime}
          value={endTime}
          onValue={(value) => onChange({ endTime: value })}
          error={faults['schedule-endTime']}
          isOptional
        />
      </div>
      <p class="field-hint">{EDITOR.scheduleWindow}</p>
    </More>
  );
}

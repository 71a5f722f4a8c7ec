import type { TimingKind } from '../../../api/editor.js';
import { EDITOR_SETTINGS as texts } from '../../../texts/editor-settings.js';
import { later } from '../../later.js';
import { MORE, type FieldName, type Faults } from '../faults.js';
import { More } from '../more.js';
import { isAnySet, isAnySetOfJob, type JobSettingsForm, type ScheduleSettingsForm } from './settings-form.js';

// Asked for as soon as the editor is there: most forms come closed, and one that is open waits for what is stored anyway.
const parts = import('./later-parts.js');
parts.catch(() => undefined);

const JobSettingFields = later(async () => (await parts).JobSettingFields);
const CallSettingFields = later(async () => (await parts).CallSettingFields);
const ScheduleSettingFields = later(async () => (await parts).ScheduleSettingFields);

export interface SettingFieldsProps {
  readonly form: ScheduleSettingsForm & { readonly kind: TimingKind };
  readonly onChange: (change: Partial<ScheduleSettingsForm>) => void;
  readonly faults: Faults['fields'];
}

export interface JobSettingsProps {
  readonly form: JobSettingsForm;
  readonly onChange: (change: Partial<JobSettingsForm>) => void;
  readonly faults: Faults['fields'];
  /** A task is called by nobody, so that there is no call to give up. */
  readonly isTask: boolean;
}

const isWrong = (faults: Faults['fields'], names: readonly FieldName[]) =>
  names.some((name) => name in faults);

/** What is done about a call that fails or takes long, and what each carries: as usual in most jobs. */
export function JobSettings(props: JobSettingsProps) {
  const isOpen = (names: readonly FieldName[]) =>
    isAnySetOfJob(props.form, names) || isWrong(props.faults, names);
  return (
    <>
      <More title={texts.moreOfJob} isOpen={isOpen(MORE.ofJob)}>
        <JobSettingFields {...props} />
      </More>
      {!props.isTask && (
        <More title={texts.moreOfCalls} isOpen={isOpen(MORE.ofCalls)}>
          <CallSettingFields {...props} />
        </More>
      )}
    </>
  );
}

/** What happens to runs that meet another one, fail or are missed, and how long a schedule lives: all as usual in most. */
export function ScheduleSettings(props: SettingFieldsProps) {
  return (
    <More
      title={texts.moreOfSchedule}
      isOpen={isAnySet(props.form) || isWrong(props.faults, MORE.ofSchedule)}
    >
      <ScheduleSettingFields {...props} />
    </More>
  );
}

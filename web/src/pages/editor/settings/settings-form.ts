import { zoneOf, type DstSetting, type JobSettings, type ScheduleSettings } from '../../../api/settings.js';
import type { TimingKind } from '../../../api/editor.js';
import { NO_RETRY, numberOf, retryBody, retryFormOf, type RetryForm } from './retry-form.js';

/** What is typed of a job's optional settings; '' is none. */
export interface JobSettingsForm {
  readonly retry: RetryForm;
  readonly timeout: string;
  readonly cancelAction: string;
}

/** What is typed of a schedule's optional settings. */
export interface ScheduleSettingsForm {
  readonly timeZone: string;
  readonly dst: Required<DstSetting>;
  readonly overlap: Of<'overlap'>;
  readonly repeatAfter: Of<'repeatAfter'>;
  readonly maxRuns: string;
  readonly pauseOnFailures: string;
  readonly catchUp: Of<'catchUp'>;
  readonly retry: RetryForm;
}

type Of<Name extends keyof ScheduleSettings> = NonNullable<ScheduleSettings[Name]>;

type Body = Readonly<Record<string, unknown>>;

export const NO_JOB_SETTINGS: JobSettingsForm = { retry: NO_RETRY, timeout: '', cancelAction: '' };

const USUAL_DST = { gap: 'after', overlap: 'first' } as const;

export const NO_SCHEDULE_SETTINGS: ScheduleSettingsForm = {
  ...{ timeZone: 'UTC', dst: USUAL_DST, overlap: 'allow', repeatAfter: 'start' },
  ...{ maxRuns: '', pauseOnFailures: '', catchUp: 'default', retry: NO_RETRY },
};

export function jobSettingsOf({ retry, timeout = '', cancelAction = '' }: JobSettings): JobSettingsForm {
  return { retry: retryFormOf(retry, true), timeout, cancelAction };
}

export function scheduleSettingsOf(wire: ScheduleSettings): ScheduleSettingsForm {
  const { timeZone = 'UTC', dst, overlap = 'allow', repeatAfter = 'start', catchUp = 'default' } = wire;
  return {
    ...{ timeZone, dst: { ...USUAL_DST, ...dst }, overlap, repeatAfter, catchUp },
    ...{ maxRuns: typed(wire.maxRuns), pauseOnFailures: typed(wire.pauseOnFailures) },
    retry: retryFormOf(wire.retry),
  };
}

/** Returns what is sent of a job; null takes a setting off. */
export function jobSettingsBody({ retry, timeout, cancelAction }: JobSettingsForm): Body {
  return {
    ...{ retry: retryBody(retry), timeout: timeout.trim() || null },
    cancelAction: cancelAction.trim() || null,
  };
}

/** Returns what is sent of a schedule. What means nothing for its kind is taken off. */
export function scheduleSettingsBody(form: ScheduleSettingsForm & { readonly kind: TimingKind }): Body {
  const { kind, overlap, repeatAfter, maxRuns, pauseOnFailures, catchUp, retry } = form;
  return {
    ...{ timeZone: null, dst: null },
    ...zoneBody(form),
    overlap: otherThan('allow', overlap),
    repeatAfter: kind === 'interval' ? otherThan('start', repeatAfter) : null,
    ...{ maxRuns: numberOrNone(maxRuns), pauseOnFailures: numberOrNone(pauseOnFailures) },
    ...{ catchUp: otherThan('default', catchUp), retry: retryBody(retry) },
  };
}

/** Returns what is sent of the zone and the changes of its clocks, {} for UTC. */
export function zoneBody(
  form: Pick<ScheduleSettingsForm, 'timeZone' | 'dst'> & { readonly kind: TimingKind },
): Body {
  const timeZone = typedZone(form);
  if (timeZone === null) return {};
  const { gap, overlap } = form.dst;
  const dst = {
    ...(gap === USUAL_DST.gap ? {} : { gap }),
    ...(overlap === USUAL_DST.overlap ? {} : { overlap }),
  };
  return { timeZone, ...(Object.keys(dst).length === 0 ? {} : { dst }) };
}

/** Returns the zone that counts for what is typed; null for UTC. An interval counts time that passes anywhere alike. */
export function typedZone({
  kind,
  timeZone,
}: {
  readonly kind: TimingKind;
  readonly timeZone: string;
}): string | null {
  return kind === 'interval' ? null : zoneOf({ timeZone: timeZone.trim() || 'UTC' });
}

/** Returns whether anything of a job is set. */
export function isAnySetOfJob(form: JobSettingsForm): boolean {
  return Object.values(jobSettingsBody(form)).some((value) => value !== null);
}

/** Returns whether anything of a schedule is set that stands below "more". */
export function isAnySet(form: ScheduleSettingsForm): boolean {
  const { overlap, repeatAfter, maxRuns, pauseOnFailures, catchUp, retry } = form;
  const body = scheduleSettingsBody({
    ...{ ...NO_SCHEDULE_SETTINGS, overlap, repeatAfter, maxRuns, pauseOnFailures, catchUp, retry },
    kind: 'interval',
  });
  return Object.values(body).some((value) => value !== null);
}

const typed = (value: number | undefined) => (value === undefined ? '' : String(value));
const otherThan = (usual: string, value: string) => (value === usual ? null : value);
const numberOrNone = (text: string) => (text.trim() === '' ? null : numberOf(text));

import { zoneOf, type DstSetting, type JobSettings, type ScheduleSettings } from '../../../api/settings.js';
import type { TimingKind } from '../../../api/editor.js';
import { callBody, callFormOf, NO_CALL_SETTINGS, type CallForm } from './call-form.js';
import { NO_RETRY, numberOf, retryBody, retryFormOf, type RetryForm } from './retry-form.js';

/** What is typed of a job's optional settings; '' is none. */
export interface JobSettingsForm extends CallForm {
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
  readonly spread: string;
}

type Of<Name extends keyof ScheduleSettings> = NonNullable<ScheduleSettings[Name]>;

type Body = Readonly<Record<string, unknown>>;

export const NO_JOB_SETTINGS: JobSettingsForm = {
  ...{ retry: NO_RETRY, timeout: '', cancelAction: '' },
  ...NO_CALL_SETTINGS,
};

const USUAL_DST = { gap: 'after', overlap: 'first' } as const;

export const NO_SCHEDULE_SETTINGS: ScheduleSettingsForm = {
  ...{ timeZone: 'UTC', dst: USUAL_DST, overlap: 'allow', repeatAfter: 'start' },
  ...{ maxRuns: '', pauseOnFailures: '', catchUp: 'default', retry: NO_RETRY, spread: '' },
};

export function jobSettingsOf(wire: JobSettings): JobSettingsForm {
  const { retry, timeout = '', cancelAction = '' } = wire;
  return { retry: retryFormOf(retry, true), timeout, cancelAction, ...callFormOf(wire) };
}

export function scheduleSettingsOf(wire: ScheduleSettings): ScheduleSettingsForm {
  const { timeZone = 'UTC', dst, overlap = 'allow', repeatAfter = 'start', catchUp = 'default' } = wire;
  return {
    ...{ timeZone, dst: { ...USUAL_DST, ...dst }, overlap, repeatAfter, catchUp },
    ...{ maxRuns: typed(wire.maxRuns), pauseOnFailures: typed(wire.pauseOnFailures) },
    ...{ retry: retryFormOf(wire.retry), spread: wire.spread ?? '' },
  };
}

/** Returns what is sent of a job; null takes a setting off. */
export function jobSettingsBody({ retry, timeout, cancelAction, ...calls }: JobSettingsForm): Body {
  return {
    ...{ retry: retryBody(retry), timeout: timeout.trim() || null },
    cancelAction: cancelAction.trim() || null,
    ...callBody(calls),
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
    spread: typedSpread(form),
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

/** Returns by how much a run may come later, null for nothing: only what has instants of its own is spread. */
export function typedSpread({
  kind,
  spread,
}: {
  readonly kind: TimingKind;
  readonly spread: string;
}): string | null {
  return kind === 'cron' || kind === 'dailyAt' ? spread.trim() || null : null;
}

/** Returns whether any of these is set of a job. */
export function isAnySetOfJob(form: JobSettingsForm, names: readonly string[]): boolean {
  return Object.entries(jobSettingsBody(form)).some(
    ([name, value]) => value !== null && names.includes(name),
  );
}

/** Returns whether anything of a schedule is set that stands below "more". */
export function isAnySet(form: ScheduleSettingsForm): boolean {
  const { timeZone, dst } = NO_SCHEDULE_SETTINGS;
  const body = scheduleSettingsBody({ ...form, timeZone, dst, kind: 'interval' });
  return form.spread !== '' || Object.values(body).some((value) => value !== null);
}

const typed = (value: number | undefined) => (value === undefined ? '' : String(value));
const otherThan = (usual: string, value: string) => (value === usual ? null : value);
const numberOrNone = (text: string) => (text.trim() === '' ? null : numberOf(text));

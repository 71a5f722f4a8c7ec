import type { BreakerSetting, RetrySetting, ThrottleSetting } from '../../../api/settings.js';
import { EDITOR_SETTINGS } from '../../../texts/editor-settings.js';
import { breakerWords, throttleWords, retryWords } from '../../../texts/setting-words.js';
import { retryBody, type RetryForm } from './retry-form.js';
import { callBody, NO_CALL_SETTINGS, typedHeaders, type CallForm } from './call-form.js';
import type { JobSettingsForm, ScheduleSettingsForm } from './settings-form.js';

const texts = EDITOR_SETTINGS;

type Typed = Partial<JobSettingsForm & ScheduleSettingsForm>;

/** Returns a setting of the form in words, by which two of them are compared too; undefined where the field is none in words. */
export function settingShown(form: Typed, field: string): string | undefined {
  const { retry, dst, overlap, repeatAfter, catchUp } = form;
  if ('signing' in form && field in NO_CALL_SETTINGS) return shownCall(form as CallForm, field);
  switch (field) {
    case 'retry':
      return retry && shownRetry(retry);
    case 'dst':
      return dst && `${texts.gaps[dst.gap]}; ${texts.overlaps[dst.overlap]}`;
    case 'overlap':
      return overlap && texts.overlapWays[overlap];
    case 'repeatAfter':
      return repeatAfter && texts.repeatWays[repeatAfter];
    case 'catchUp':
      return catchUp && texts.catchUpWays[catchUp];
    default:
      return undefined;
  }
}

function shownCall(form: CallForm, field: string): string {
  // What is typed may be no number: it is shown as it is.
  const { throttle, breaker } = callBody(form) as unknown as {
    throttle: ThrottleSetting | null;
    breaker: BreakerSetting | null;
  };
  switch (field) {
    case 'throttle':
      return throttle ? throttleWords(throttle) : '';
    case 'breaker':
      return breaker ? breakerWords(breaker) : '';
    case 'headers':
      return typedHeaders(form.headers)
        .map(({ name, value }) => texts.headerShown(name, value === null))
        .join(', ');
    default:
      return String(form.signing);
  }
}

/** Returns what a setting is called beside its value. */
export function settingLabel(field: string): string | undefined {
  return (texts as unknown as Readonly<Record<string, string | undefined>>)[field];
}

function shownRetry(retry: RetryForm): string {
  if (retry.mode !== 'on') return texts.retryOfSchedule[retry.mode];
  // What is typed may be no number: it is shown as it is.
  return retryWords(retryBody(retry) as RetrySetting);
}

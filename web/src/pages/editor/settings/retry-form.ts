import { RETRY_CAUSES, USUAL_RETRY, type RetryCause, type RetrySetting } from '../../../api/settings.js';

/** What is typed of calling again. What it says as usual is there to be seen, and is not sent. */
export interface RetryForm {
  /** `unset`: a job does not call again, and a schedule does what its job says. */
  readonly mode: 'unset' | 'off' | 'on';
  readonly attempts: string;
  readonly delay: string;
  readonly factor: string;
  readonly maxDelay: string;
  readonly on: readonly RetryCause[];
}

const USUAL = {
  attempts: String(USUAL_RETRY.attempts),
  delay: USUAL_RETRY.delay,
  factor: String(USUAL_RETRY.factor),
  maxDelay: USUAL_RETRY.maxDelay,
  on: USUAL_RETRY.on,
} as const;

export const NO_RETRY: RetryForm = { mode: 'unset', ...USUAL };

/** Returns the form of a stored setting; `isOfJob` knows no difference between none and no further calls. */
export function retryFormOf(retry: RetrySetting | undefined, isOfJob = false): RetryForm {
  if (!retry) return NO_RETRY;
  const { attempts, factor, delay, maxDelay, on } = { ...USUAL_RETRY, ...retry };
  if (attempts === 0) return { ...NO_RETRY, mode: isOfJob ? 'unset' : 'off' };
  return { mode: 'on', attempts: String(attempts), delay, factor: String(factor), maxDelay, on: inOrder(on) };
}

/** Returns what is sent; null takes it off. */
export function retryBody({ mode, ...typed }: RetryForm): object | null {
  if (mode === 'unset') return null;
  if (mode === 'off') return { attempts: 0 };
  const on = inOrder(typed.on);
  return {
    attempts: numberOf(typed.attempts || USUAL.attempts),
    ...differing('delay', typed.delay.trim()),
    ...(isUsual('factor', typed.factor.trim()) ? {} : { factor: numberOf(typed.factor) }),
    ...differing('maxDelay', typed.maxDelay.trim()),
    ...(on.join() === USUAL.on.join() ? {} : { on }),
  };
}

/** Returns a number as it is sent; what is none goes as it was typed, for the service says what is wrong with it. */
export function numberOf(typed: string): number | string {
  const text = typed.trim();
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

const isUsual = (name: 'delay' | 'factor' | 'maxDelay', text: string) => text === '' || text === USUAL[name];
const differing = (name: 'delay' | 'maxDelay', text: string) => (isUsual(name, text) ? {} : { [name]: text });
const inOrder = (on: readonly RetryCause[]) => RETRY_CAUSES.filter((cause) => on.includes(cause));

import { OWN_FAULT_CODE, REFUSED_CODE, type ActionOutcome } from '../action-outcome.js';
import { InvalidInput, shown } from '../errors.js';
import { HOUR_MS, SECOND_MS, type Instant } from '../instant.js';
import type { Json } from './json.js';
import { durationWithin, fieldsOf, numberWithin, refusedValue, wholeNumber } from './setting-values.js';

/** What a run may be called again after. */
export const RETRY_CAUSES = ['connect', 'timeout', '5xx', '429', '4xx', 'reported'] as const;
export type RetryCause = (typeof RETRY_CAUSES)[number];

/** When a run that failed is called again, and how often (schedule-extensions.md, "Retries"). */
export interface RetryPolicy {
  /** Calls after the first. */
  readonly attempts: number;
  /** The wait before the second call; before each further one it is `factor` times as long. */
  readonly delayMs: number;
  readonly factor: number;
  readonly maxDelayMs: number;
  readonly on: ReadonlySet<RetryCause>;
}

/** A call that failed: why, and what the endpoint said about the next one. */
export interface FailedCall {
  readonly cause: RetryCause;
  /** `Retry-After` of a 429 or 503 as it was sent; null where none was. */
  readonly retryAfter: string | null;
  /** Whether the endpoint forbade another call (`x-carillon-retry: no`). */
  readonly isRefused: boolean;
}

/** The code of a task whose platform does not accept the login of its runner. */
const LOGIN_REFUSED_CODE = 'LOGIN_REFUSED';
export const MOST_ATTEMPTS = 20;
export const MOST_FACTOR = 10;
const LONGEST_DELAY_MS = 24 * HOUR_MS;
/** What is not given of the setting. */
export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 3,
  delayMs: 10 * SECOND_MS,
  factor: 2,
  maxDelayMs: HOUR_MS,
  on: new Set<RetryCause>(['connect', 'timeout', '5xx', '429']),
};
/** By how much a wait differs from what the policy says, up and down: what failed together does not come back together. */
const JITTER = 0.1;
const FIELDS = ['attempts', 'delay', 'factor', 'maxDelay', 'on'] as const;
type Fields = { readonly [Field in (typeof FIELDS)[number]]?: unknown };
const DELAY_RANGE = {
  leastMs: SECOND_MS,
  mostMs: LONGEST_DELAY_MS,
  permitted: "from 1 second to 24 hours, such as '10 seconds'",
};

/** Returns the setting as it is stored, without what was not given. Throws InvalidInput. */
export function retrySetting(given: unknown): { readonly [Field in (typeof FIELDS)[number]]?: Json } {
  const fields = fieldsOf('retry', FIELDS, given);
  const { delayMs, maxDelayMs } = policyIn(fields);
  if (delayMs > maxDelayMs) {
    const most = fields.maxDelay === undefined ? ' (1 hour where it is not given)' : '';
    throw new InvalidInput(
      `'retry.delay' ${shown(fields.delay ?? '10 seconds')} is longer than 'retry.maxDelay'${most}: give a longer 'maxDelay' or a shorter 'delay'`,
      'retry',
    );
  }
  // Each of them was found to be what it must be.
  return fields as { [Field in (typeof FIELDS)[number]]?: Json };
}

/** Returns the policy that a stored setting stands for, its defaults filled in. */
export function retryPolicyOf(stored: Json): RetryPolicy {
  return policyIn(fieldsOf('retry', FIELDS, stored));
}

/** Returns why a call failed that may be made again; null for one that did not fail, or was not made. */
export function failedCallOf(outcome: ActionOutcome): FailedCall | null {
  switch (outcome.kind) {
    case 'unanswered':
      return failed('timeout');
    case 'unreachable':
      if (outcome.code === REFUSED_CODE || outcome.code === OWN_FAULT_CODE) return null;
      // That is an answer, and asking again may lock the user.
      return failed(outcome.code === LOGIN_REFUSED_CODE ? '4xx' : 'connect');
    case 'answered': {
      const cause = causeOfStatus(outcome.httpStatus);
      if (cause === null) return null;
      const { retryAfter = null, isRetryRefused = false } = outcome;
      const isHeeded = outcome.httpStatus === 429 || outcome.httpStatus === 503;
      return { cause, retryAfter: isHeeded ? retryAfter : null, isRefused: isRetryRefused };
    }
  }
}

/** What the application itself reported of its run. */
export const REPORTED_FAILURE: FailedCall = failed('reported');

/** What the instant of the next attempt is found by. */
export interface RetryInput {
  readonly policy: RetryPolicy;
  readonly call: FailedCall;
  /** The number of the call that failed: 1 for the first. */
  readonly attempt: number;
  readonly now: Instant;
  /** At least 0 and less than 1. */
  readonly random: number;
}

/**
 * Returns when a run is called again after a call that failed; null where it is not. The wait is that of the policy, up or
 * down by 10 % at most. It never ends before the `Retry-After` of the endpoint, as far as that is within `maxDelay`; then it
 * is longer by 10 % at most: endpoints tell thousands of callers the same.
 */
export function retryAt({ policy, call, attempt, now, random }: RetryInput): Instant | null {
  const { attempts, delayMs, factor, maxDelayMs, on } = policy;
  if (call.isRefused || !on.has(call.cause) || attempt > attempts) return null;
  const delay = Math.min(maxDelayMs, delayMs * factor ** (attempt - 1));
  const wait = Math.round(delay * (1 - JITTER + 2 * JITTER * random));
  const askedAt = call.retryAfter === null ? null : instantOf(call.retryAfter, now);
  if (askedAt === null) return now + wait;
  const asked = Math.min(maxDelayMs, Math.max(0, askedAt - now));
  const later = Math.min(maxDelayMs, Math.round(asked * (1 + JITTER * random)));
  return now + Math.max(wait, later);
}

function failed(cause: RetryCause): FailedCall {
  return { cause, retryAfter: null, isRefused: false };
}

/** A status that HTTP does not have counts as one of 500 and above, as everywhere. */
function causeOfStatus(httpStatus: number): RetryCause | null {
  if (httpStatus >= 500 || httpStatus < 200) return '5xx';
  if (httpStatus === 429) return '429';
  return httpStatus >= 400 ? '4xx' : null;
}

const HTTP_DATE = /^[A-Z][a-z]{2,8},? .{8,40}$/;

/** Returns the instant that a `Retry-After` stands for (RFC 9110, 10.2.3); null for a text that is none. */
function instantOf(retryAfter: string, now: Instant): Instant | null {
  if (/^\d{1,12}$/.test(retryAfter)) return now + Number(retryAfter) * SECOND_MS;
  if (!HTTP_DATE.test(retryAfter)) return null;
  // A date of HTTP is in UTC, whether or not it says so.
  const at = Date.parse(/(?:GMT|UTC)$/.test(retryAfter) ? retryAfter : `${retryAfter} GMT`);
  return Number.isNaN(at) ? null : at;
}

function policyIn({ attempts, delay, factor, maxDelay, on }: Fields): RetryPolicy {
  return {
    ...DEFAULT_RETRY,
    ...(attempts !== undefined && { attempts: wholeNumber('retry.attempts', [0, MOST_ATTEMPTS], attempts) }),
    ...(delay !== undefined && { delayMs: durationWithin('retry.delay', DELAY_RANGE, delay) }),
    ...(factor !== undefined && { factor: numberWithin('retry.factor', [1, MOST_FACTOR], factor) }),
    ...(maxDelay !== undefined && { maxDelayMs: durationWithin('retry.maxDelay', DELAY_RANGE, maxDelay) }),
    ...(on !== undefined && { on: new Set(causesOf(on)) }),
  };
}

function causesOf(given: unknown): RetryCause[] {
  const isList = Array.isArray(given) && given.length > 0 && new Set(given).size === given.length;
  if (
    isList &&
    given.every((each): each is RetryCause => (RETRY_CAUSES as readonly unknown[]).includes(each))
  )
    return given;
  throw refusedValue('retry.on', `a list of one or more of ${RETRY_CAUSES.join(', ')}, each once`, given);
}

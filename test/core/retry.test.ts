import fc from 'fast-check';
import type { ActionOutcome } from '../../src/core/action-outcome.js';
import { attemptNote, storedAttempts, withAttempt } from '../../src/core/policy/attempts.js';
import {
  failedCallOf,
  REPORTED_FAILURE,
  RETRY_CAUSES,
  retryAt,
  retryPolicyOf,
  retrySetting,
  type FailedCall,
  type RetryCause,
} from '../../src/core/policy/retry.js';
import {
  callLimitMs,
  isLongCall,
  longCallSlots,
  timeoutMsOf,
  timeoutSetting,
} from '../../src/core/policy/timeout.js';

const NOW = Date.UTC(2026, 10, 27, 10, 0, 0);
const S = 1_000;
const MIDDLE = 0.5;

const answered = (httpStatus: number, more: object = {}): ActionOutcome => ({
  ...{ kind: 'answered', httpStatus, body: '' },
  ...more,
});
const unreachable = (code: string): ActionOutcome => ({ kind: 'unreachable', code, message: '' });
const failed = (cause: RetryCause, more: Partial<FailedCall> = {}): FailedCall => ({
  ...{ cause, retryAfter: null, isRefused: false },
  ...more,
});

describe('Why a call may be made again', () => {
  it.each<[string, ActionOutcome, RetryCause | null]>([
    ['200', answered(200), null],
    ['202', answered(202), null],
    ['302', answered(302), null],
    ['399', answered(399), null],
    ['400', answered(400), '4xx'],
    ['401', answered(401), '4xx'],
    ['428', answered(428), '4xx'],
    ['429', answered(429), '429'],
    ['430', answered(430), '4xx'],
    ['499', answered(499), '4xx'],
    ['500', answered(500), '5xx'],
    ['503', answered(503), '5xx'],
    ['a status that HTTP does not have', answered(99), '5xx'],
    ['999', answered(999), '5xx'],
    ['no answer', { kind: 'unanswered' }, 'timeout'],
    ['a refused connection', unreachable('ECONNREFUSED'), 'connect'],
    ['no connection in time', unreachable('ETIMEDOUT'), 'connect'],
    ['a refusal of the outbound guard', unreachable('OUTBOUND_REFUSED'), null],
    ['a fault of this service', unreachable('CARILLON_INTERNAL'), null],
    ['a platform that refuses the login', unreachable('LOGIN_REFUSED'), '4xx'],
  ])('%s: %#', (_name, outcome, cause) => {
    expect(failedCallOf(outcome)?.cause ?? null).toBe(cause);
  });

  it('keeps Retry-After of 429 and 503 alone, and the refusal of any', () => {
    expect(failedCallOf(answered(429, { retryAfter: '7' }))?.retryAfter).toBe('7');
    expect(failedCallOf(answered(503, { retryAfter: '7' }))?.retryAfter).toBe('7');
    expect(failedCallOf(answered(500, { retryAfter: '7' }))?.retryAfter).toBeNull();
    expect(failedCallOf(answered(404, { retryAfter: '7' }))?.retryAfter).toBeNull();
    expect(failedCallOf(answered(500, { isRetryRefused: true }))?.isRefused).toBe(true);
    expect(failedCallOf(answered(500))?.isRefused).toBe(false);
  });
});

describe('When a run is called again', () => {
  /** The wait in seconds with the policy's own fields over the defaults; null where it is not called again. */
  const wait = (setting: object, attempt: number, call = failed('5xx'), random = MIDDLE) => {
    const at = retryAt({ policy: retryPolicyOf(setting as never), call, attempt, now: NOW, random });
    return at === null ? null : (at - NOW) / S;
  };

  it.each<[string, object, (number | null)[]]>([
    ['the defaults', {}, [10, 20, 40, null]],
    ['none', { attempts: 0 }, [null]],
    ['a constant wait', { attempts: 3, delay: '5 seconds', factor: 1 }, [5, 5, 5, null]],
    ['a factor with a fraction', { attempts: 3, delay: '10 seconds', factor: 1.5 }, [10, 15, 22.5, null]],
    ['a limit', { attempts: 5, delay: '1 minute', maxDelay: '5 minutes' }, [60, 120, 240, 300, 300, null]],
    ['delay and limit alike', { attempts: 2, delay: '1 hour', maxDelay: '1 hour' }, [3600, 3600, null]],
  ])('%s', (_name, setting, waits) => {
    expect(waits.map((_, place) => wait(setting, place + 1))).toEqual(waits);
  });

  it.each<[number, number]>([
    [0, 9],
    [0.25, 9.5],
    [0.5, 10],
    [0.75, 10.5],
    [0.999_999, 11],
  ])('moves by up to a tenth: %d -> %d s', (random, seconds) => {
    expect(wait({}, 1, failed('5xx'), random)).toBeCloseTo(seconds, 2);
  });

  it('follows the default causes alone, or those that are given', () => {
    const by = (setting: object) => RETRY_CAUSES.filter((cause) => wait(setting, 1, failed(cause)) !== null);
    expect(by({})).toEqual(['connect', 'timeout', '5xx', '429']);
    expect(by({ on: ['4xx'] })).toEqual(['4xx']);
    expect(by({ on: ['reported', '429'] })).toEqual(['429', 'reported']);
    expect(wait({ on: ['reported'] }, 1, REPORTED_FAILURE)).toBe(10);
  });

  it('is never called again where the endpoint forbids it', () => {
    expect(wait({}, 1, failed('5xx', { isRefused: true }))).toBeNull();
  });

  const after = (retryAfter: string, setting: object = {}, random = 0) =>
    wait(setting, 1, failed('429', { retryAfter }), random);
  it.each<[string, string, number]>([
    ['seconds', '120', 120],
    ['fewer than the delay', '3', 9],
    ['none at all', '0', 9],
    ['more than maxDelay', '7200', 3600],
    ['far more', '999999999999', 3600],
    ['a date', 'Fri, 27 Nov 2026 10:02:00 GMT', 120],
    ['a date of the old form', 'Friday, 27-Nov-26 10:02:00 GMT', 120],
    ['a date of the oldest form', 'Fri Nov 27 10:02:00 2026', 120],
    ['a date that has passed', 'Fri, 27 Nov 2026 09:00:00 GMT', 9],
    ['a date beyond maxDelay', 'Sat, 28 Nov 2026 10:00:00 GMT', 3600],
    ['no date', 'Fri, 99 Nov 2026 10:02:00 GMT', 9],
    ['a negative number', '-5', 9],
    ['a fraction', '1.5', 9],
    ['words', 'soon', 9],
    ['nothing', '', 9],
  ])('heeds Retry-After: %s', (_name, text, seconds) => {
    expect(after(text)).toBe(seconds);
  });

  it('never comes before Retry-After, and at most a tenth later', () => {
    expect(after('120', {}, 0.999_999)).toBeCloseTo(132, 2);
    expect(after('120', { maxDelay: '2 minutes' }, 0.999_999)).toBe(120);
  });

  const policies = fc.record({
    attempts: fc.integer({ min: 0, max: 20 }),
    delay: fc.integer({ min: 1, max: 3600 }).map((s) => `${s} seconds`),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    maxDelay: fc.integer({ min: 3600, max: 86_400 }).map((s) => `${s} seconds`),
    on: fc.subarray([...RETRY_CAUSES], { minLength: 1 }),
  });
  const calls = fc.record({
    cause: fc.constantFrom(...RETRY_CAUSES),
    retryAfter: fc.option(fc.oneof(fc.nat(200_000).map(String), fc.string()), { nil: null }),
    isRefused: fc.boolean(),
  });

  it('holds every bound, whatever the policy, the answer and the chance', () => {
    fc.assert(
      fc.property(
        policies,
        calls,
        fc.integer({ min: 1, max: 25 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (setting, call, attempt, random) => {
          const policy = retryPolicyOf(retrySetting(setting));
          const at = retryAt({ policy, call, attempt, now: NOW, random });
          const isMeant = !call.isRefused && policy.on.has(call.cause) && attempt <= policy.attempts;
          expect(at !== null).toBe(isMeant);
          if (at === null) return;
          const waited = at - NOW;
          expect(Number.isSafeInteger(at)).toBe(true);
          expect(waited).toBeGreaterThanOrEqual(Math.floor(policy.delayMs * 0.9));
          expect(waited).toBeLessThanOrEqual(Math.ceil(policy.maxDelayMs * 1.1));
          const seconds = /^\d{1,12}$/.test(call.retryAfter ?? '') ? Number(call.retryAfter) : 0;
          expect(waited).toBeGreaterThanOrEqual(Math.min(seconds * S, policy.maxDelayMs));
        },
      ),
    );
  });
});

describe('The setting retry', () => {
  it.each([
    {},
    { attempts: 20 },
    { attempts: 0, on: ['4xx'] },
    { delay: '1 second', factor: 10, maxDelay: '24 hours' },
    { attempts: 5, delay: '10 seconds', factor: 2.5, maxDelay: '1 hour', on: ['connect', 'reported'] },
  ])('is stored as it is given: %j', (setting) => {
    expect(retrySetting(setting)).toEqual(setting);
  });

  it.each<[unknown, string]>([
    [
      true,
      "'retry' must be an object with any of 'attempts', 'delay', 'factor', 'maxDelay', 'on', but is true",
    ],
    [3, "'retry' must be an object with any of"],
    [[], "'retry' must be an object with any of"],
    [{ retries: 3 }, "'retry' must be an object with any of"],
    [{ attempts: 21 }, "'retry.attempts' must be a whole number from 0 to 20, but is 21"],
    [{ attempts: -1 }, "'retry.attempts' must be a whole number from 0 to 20, but is -1"],
    [{ attempts: 1.5 }, "'retry.attempts' must be a whole number from 0 to 20, but is 1.5"],
    [{ attempts: '3' }, "'retry.attempts' must be a whole number from 0 to 20"],
    [{ attempts: null }, "'retry.attempts' must be a whole number from 0 to 20"],
    [{ factor: 0.5 }, "'retry.factor' must be a number from 1 to 10, but is 0.5"],
    [{ factor: 11 }, "'retry.factor' must be a number from 1 to 10, but is 11"],
    [{ delay: '500 ms' }, "'retry.delay' must be a duration from 1 second to 24 hours, such as '10 seconds'"],
    [{ delay: '0.5 seconds' }, "'retry.delay' must be a duration from 1 second to 24 hours"],
    [{ delay: 10 }, "'retry.delay' must be a duration from 1 second to 24 hours"],
    [{ maxDelay: '25 hours' }, "'retry.maxDelay' must be a duration from 1 second to 24 hours"],
    [
      { delay: '2 hours' },
      "'retry.delay' '2 hours' is longer than 'retry.maxDelay' (1 hour where it is not given)",
    ],
    [{ maxDelay: '5 seconds' }, "'retry.delay' '10 seconds' is longer than 'retry.maxDelay'"],
    [
      { on: [] },
      "'retry.on' must be a list of one or more of connect, timeout, 5xx, 429, 4xx, reported, each once",
    ],
    [{ on: ['5xx', '5xx'] }, "'retry.on' must be a list"],
    [{ on: ['500'] }, "'retry.on' must be a list"],
    [{ on: '5xx' }, "'retry.on' must be a list"],
  ])('refuses %j', (setting, words) => {
    expect(() => retrySetting(setting)).toThrow(words);
    expect(() => retrySetting(setting)).toThrow(expect.objectContaining({ field: 'retry' }));
  });
});

describe('The attempts of a run', () => {
  const attempt = {
    calledAt: NOW,
    failedAt: NOW + 5,
    status: 500,
    text: 'Response: down',
    nextAt: NOW + 10 * S,
  };

  it('are kept in their order', () => {
    const two = withAttempt(withAttempt(null, attempt), { ...attempt, status: null, wasBegun: true });
    expect(storedAttempts(two)).toEqual([attempt, { ...attempt, status: null, wasBegun: true }]);
    expect(storedAttempts(null)).toEqual([]);
  });

  it('keep 1 KB of their text, whole characters, and say what was cut', () => {
    const [stored] = storedAttempts(withAttempt(null, { ...attempt, text: 'é'.repeat(600) }));
    expect(stored?.text).toBe(`${'é'.repeat(512)} [cut: longer than 1 KB]`);
    const again = withAttempt(null, { ...attempt, text: stored?.text ?? '' });
    expect(storedAttempts(again)[0]?.text).toBe(stored?.text);
  });

  it('say when the next one follows, and why', () => {
    expect(attemptNote(attempt, 1)).toBe(
      'Attempt 2 at 2026-11-27 10:00:10 (UTC). Attempt 1 failed: Response: down',
    );
  });
});

describe('The setting timeout', () => {
  it.each([
    ['1 second', S],
    ['2 minutes', 120 * S],
    ['5 minutes', 300 * S],
    ['1 minute 30 seconds', 90 * S],
  ])('%s', (text, ms) => {
    expect(timeoutSetting(text)).toBe(text);
    expect(timeoutMsOf(text)).toBe(ms);
  });

  it.each(['0.9 seconds', '301 seconds', '6 minutes', 'soon', '', 5, null, {}])('refuses %j', (given) => {
    expect(() => timeoutSetting(given)).toThrow(
      "'timeout' must be a duration from 1 second to 5 minutes, such as '2 minutes', but is",
    );
  });

  it.each([
    [undefined, 300 * S, 15 * S],
    [undefined, 8 * S, 8 * S],
    [120 * S, 300 * S, 120 * S],
    [120 * S, 60 * S, 60 * S],
    [S, 300 * S, S],
  ])('of %s where the deployment permits %d: %d', (timeoutMs, longestMs, limitMs) => {
    expect(callLimitMs(timeoutMs, longestMs)).toBe(limitMs);
  });

  it('makes calls long that may take more than the usual 15 s, which have half of the slots', () => {
    expect([15 * S, 15 * S + 1].map(isLongCall)).toEqual([false, true]);
    expect([1, 2, 3, 50, 512].map(longCallSlots)).toEqual([1, 1, 1, 25, 256]);
  });
});

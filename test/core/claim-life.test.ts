import { planOfClaim, type ClaimInput } from '../../src/core/plan/claim-plan.js';
import { parseCron } from '../../src/core/cron/cron.js';
import { MINUTE_MS, type Instant } from '../../src/core/instant.js';
import type { SchedulePattern } from '../../src/core/plan/pattern.js';
import { NO_POLICY } from '../../src/core/policy/run-policy.js';

const at = (time: string): Instant => Date.parse(`2026-03-10T${time}:00Z`);
const away = (from: string, to: string) => [{ fromAt: at(from), toAt: at(to) }];
const every5 = parseCron('* * * * * */5 0');
const every3: SchedulePattern = { kind: 'interval', everyMs: 3 * MINUTE_MS };
const OPEN = { startAt: null, endAt: null };

/** A planned run of 12:00, every five minutes, claimed at 12:00. */
const claim = (change: Partial<ClaimInput> = {}): ClaimInput => ({
  ...{ isOfPlan: true, pattern: every5, policy: NO_POLICY, plannedAt: at('12:00'), timedAt: at('08:00') },
  ...{ hasWaited: false, window: OPEN, now: at('12:00'), outages: [], ...change },
});
const next = (time: string) => ({ kind: 'at', at: at(time) });
const asPlanned = { run: { kind: 'execute' }, at: at('12:00'), skipped: null };

describe('planOfClaim of a schedule that may have so many runs', () => {
  const limited = (maxRuns: number, claimedRuns: number, change: Partial<ClaimInput> = {}) =>
    planOfClaim(claim({ policy: { maxRuns }, claimedRuns, ...change }));

  it('goes on before the last one', () => {
    expect(limited(3, 2)).toEqual({ ...asPlanned, next: next('12:05') });
  });

  it('plans nothing after the last one', () => {
    expect(limited(3, 3)).toEqual({ ...asPlanned, next: { kind: 'none' } });
    expect(limited(1, 1, { pattern: every3 })).toEqual({ ...asPlanned, next: { kind: 'none' } });
  });

  it('drops one that is beyond', () => {
    expect(limited(3, 4)).toEqual({ ...asPlanned, run: { kind: 'drop' }, next: { kind: 'usedUp' } });
  });

  it('leaves one alone that was asked for or has waited', () => {
    for (const change of [{ isOfPlan: false }, { hasWaited: true }] as const)
      expect(limited(3, 9, change)).toEqual({ ...asPlanned, next: { kind: 'none' } });
  });
});

describe('planOfClaim of a schedule that makes nothing up', () => {
  const outages = away('11:51', '12:13');
  const none = (change: Partial<ClaimInput> = {}) =>
    planOfClaim(
      claim({ policy: { catchUp: 'none' }, plannedAt: at('11:55'), now: at('12:13'), outages, ...change }),
    );
  const skip = { kind: 'skip', why: expect.any(String) };

  it('skips the run and goes on after the outage', () => {
    expect(none()).toEqual({
      ...{ run: skip, at: at('11:55'), next: next('12:15') },
      skipped: { count: 4, fromAt: at('11:55'), toAt: at('12:10') },
    });
  });

  it('goes on with an interval as if each start had been on time', () => {
    const plan = none({ pattern: every3 });
    expect(plan).toMatchObject({ run: skip, skipped: { count: 1 }, next: next('12:16') });
  });

  it('skips a run of an earlier timing alone, and goes on with the present one', () => {
    const plan = none({ timedAt: at('12:14'), now: at('12:14') });
    expect(plan).toMatchObject({ run: skip, skipped: { count: 1 }, next: next('12:15') });
  });

  it('ends where the window does', () => {
    const plan = none({ window: { startAt: null, endAt: at('12:02') } });
    expect(plan).toMatchObject({ run: skip, skipped: { count: 2 }, next: { kind: 'ended' } });
  });

  it('plans nothing where it was the last that it may have', () => {
    expect(none({ policy: { catchUp: 'none', maxRuns: 2 }, claimedRuns: 2 })).toMatchObject({
      ...{ run: skip, next: { kind: 'none' } },
    });
  });
});

import { planAround, planOfClaim, type ClaimInput } from '../../src/core/plan/claim-plan.js';
import { parseCron } from '../../src/core/cron/cron.js';
import { DAY_MS, LAST_INSTANT, MINUTE_MS, SECOND_MS, type Instant } from '../../src/core/instant.js';
import type { SchedulePattern } from '../../src/core/plan/pattern.js';
import { NO_POLICY } from '../../src/core/policy/run-policy.js';
import { parseTimeOfDay } from '../../src/core/text/human-time.js';

const at = (time: string): Instant => Date.parse(`2026-03-10T${time.length === 5 ? `${time}:00` : time}Z`);
const away = (from: string, to: string) => [{ fromAt: at(from), toAt: at(to) }];
const every5 = parseCron('* * * * * */5 0');
const hourly = parseCron('* * * * * 0 0');
const noonTen = parseTimeOfDay('12:10');
const every3: SchedulePattern = { kind: 'interval', everyMs: 3 * MINUTE_MS };
const once: SchedulePattern = { kind: 'once', at: at('12:00') };
const OPEN = { startAt: null, endAt: null };

/** A planned run of 12:00, every five minutes, claimed at 12:00. */
const claim = (change: Partial<ClaimInput> = {}): ClaimInput => ({
  ...{ isOfPlan: true, pattern: every5, policy: NO_POLICY, plannedAt: at('12:00'), timedAt: at('08:00') },
  ...{ hasWaited: false, window: OPEN, now: at('12:00'), outages: [], ...change },
});
const next = (time: string) => ({ kind: 'at', at: at(time) });
const asPlanned = { run: { kind: 'execute' }, at: at('12:00'), skipped: null };

describe('planOfClaim', () => {
  it.each<[string, Partial<ClaimInput>, object]>([
    ['of a cron, the next instant', {}, next('12:05')],
    [
      'of a time of day, the next day',
      { pattern: noonTen, plannedAt: at('12:10') },
      { at: at('12:10') + DAY_MS },
    ],
    ['of a run that is late, the instant that was missed', { now: at('12:17') }, next('12:05')],
    ['of a run that is claimed ahead, the one after it', { now: at('11:59') }, next('12:05')],
    ['of an interval, its start + interval', { pattern: every3 }, next('12:03')],
    ['of a late interval, the actual start + interval', { pattern: every3, now: at('12:17') }, next('12:20')],
    [
      'of an interval that is claimed ahead, the planned instant + interval',
      { pattern: every3, now: at('11:59') },
      next('12:03'),
    ],
    ['of a one-time schedule, nothing', { pattern: once }, { kind: 'none' }],
    ['of a run that was asked for, nothing', { isOfPlan: false }, { kind: 'none' }],
    [
      'of one that was asked for, nothing, whatever cannot be read',
      { isOfPlan: false, pattern: null, policy: null },
      { kind: 'none' },
    ],
    ['of a pattern that cannot be read, nothing', { pattern: null }, { kind: 'unreadable', what: 'pattern' }],
    ['of settings that cannot be read, nothing', { policy: null }, { kind: 'unreadable', what: 'settings' }],
    ['up to the end time, that included', { window: { startAt: null, endAt: at('12:05') } }, next('12:05')],
    [
      'of a schedule that ends before, its end',
      { window: { startAt: null, endAt: at('12:05') - 1 } },
      { kind: 'ended' },
    ],
    ['from the start time on', { window: { startAt: at('12:31'), endAt: null } }, next('12:35')],
    [
      'of an interval, from the start time on',
      { pattern: every3, window: { startAt: at('12:31'), endAt: null } },
      next('12:31'),
    ],
    [
      'of the last instant, that there is none',
      { pattern: parseCron('2026 3 10 * 12 0 0') },
      { kind: 'noFutureRun' },
    ],
    [
      'of an interval at the end of time, that there is none',
      { pattern: every3, now: LAST_INSTANT },
      { kind: 'noFutureRun' },
    ],
    // After a change of timing while the run waited, only instants after the change are planned.
    [
      'of a denser timing, the instants since the change',
      { timedAt: at('12:15'), now: at('12:16') },
      next('12:20'),
    ],
    [
      'of a timing that was changed at an instant of it, the one after',
      { timedAt: at('12:15'), now: at('12:15') },
      next('12:20'),
    ],
    [
      'of a changed interval, the start + the new interval',
      { pattern: every3, timedAt: at('12:15'), now: at('12:16') },
      next('12:19'),
    ],
  ])('executes the run as planned and plans %s', (_what, change, following) => {
    const plan = planOfClaim(claim(change));
    const { next: planned, ...run } = plan;
    expect(run).toEqual({ ...asPlanned, at: change.plannedAt ?? asPlanned.at });
    expect(planned).toMatchObject(following);
  });

  it.each<[string, Partial<ClaimInput>, string, [number, string, string], object]>([
    [
      'of 22 minutes',
      { plannedAt: at('11:55'), outages: away('11:51', '12:13') },
      '12:10',
      [3, '11:55', '12:05'],
      next('12:15'),
    ],
    [
      'of exactly 20 minutes',
      { plannedAt: at('11:55'), outages: away('11:51', '12:11') },
      '12:10',
      [3, '11:55', '12:05'],
      next('12:15'),
    ],
    [
      'that ends at an instant',
      { plannedAt: at('11:55'), outages: away('11:51', '12:15') },
      '12:15',
      [4, '11:55', '12:10'],
      next('12:20'),
    ],
    [
      'in which the end time lies',
      {
        plannedAt: at('11:55'),
        outages: away('11:51', '12:13'),
        window: { startAt: null, endAt: at('12:07') },
      },
      '12:05',
      [2, '11:55', '12:00'],
      { kind: 'ended' },
    ],
    [
      'of which an older one is known too',
      { plannedAt: at('11:55'), outages: [...away('01:00', '02:00'), ...away('11:51', '12:13')] },
      '12:10',
      [3, '11:55', '12:05'],
      next('12:15'),
    ],
    [
      'whose first missed run was planned by the present timing',
      { plannedAt: at('11:55'), timedAt: at('11:55'), outages: away('11:51', '12:13') },
      '12:10',
      [3, '11:55', '12:05'],
      next('12:15'),
    ],
    [
      'after which the clock stands before the last missed run',
      { plannedAt: at('11:55'), now: at('12:00'), outages: away('11:51', '12:13') },
      '12:10',
      [3, '11:55', '12:05'],
      next('12:15'),
    ],
  ])('executes the last missed run after an outage %s', (_which, change, executed, skipped, following) => {
    const [count, from, to] = skipped;
    expect(planOfClaim(claim({ now: at('12:13'), ...change }))).toEqual({
      run: { kind: 'execute' },
      at: at(executed),
      skipped: { count, fromAt: at(from), toAt: at(to) },
      next: following,
    });
  });

  it.each<[string, Partial<ClaimInput>, object]>([
    ['of 17 minutes', { outages: away('11:56', '12:13') }, next('12:05')],
    [
      'that is a millisecond too short',
      { outages: [{ fromAt: at('11:51'), toAt: at('12:11') - 1 }] },
      next('12:05'),
    ],
    [
      'in which it was the only one missed',
      { pattern: hourly, outages: away('11:51', '12:13') },
      next('13:00'),
    ],
    ['that began after it was due', { outages: away('12:00', '12:23') }, next('12:05')],
    ['that was over when it was due', { outages: away('11:30', '11:55') }, next('12:05')],
    [
      'where it is an interval',
      { pattern: every3, now: at('12:13'), outages: away('11:51', '12:13') },
      next('12:16'),
    ],
    [
      'where it is the only run of its schedule',
      { pattern: once, outages: away('11:51', '12:13') },
      { kind: 'none' },
    ],
    ['where it was asked for', { isOfPlan: false, outages: away('11:51', '12:13') }, { kind: 'none' }],
    [
      'where its timing was changed since',
      { timedAt: at('12:13'), now: at('12:13'), outages: away('11:51', '12:13') },
      next('12:15'),
    ],
  ])('executes the run as planned after an outage %s', (_which, change, following) => {
    expect(planOfClaim(claim(change))).toEqual({ ...asPlanned, next: following });
  });

  it('computes weeks of a schedule of every second without going through them', () => {
    const fromAt = at('12:00');
    const outages = [{ fromAt, toAt: fromAt + 21 * DAY_MS }];
    const pattern = parseCron('* * * * * * *');
    const plan = planOfClaim(
      claim({ pattern, plannedAt: fromAt + SECOND_MS, now: fromAt + 21 * DAY_MS, outages }),
    );
    expect(plan).toMatchObject({
      at: fromAt + 21 * DAY_MS,
      skipped: { count: (21 * DAY_MS) / SECOND_MS - 1 },
      next: { kind: 'at', at: fromAt + 21 * DAY_MS + SECOND_MS },
    });
  });
});

describe('planAround', () => {
  const taken = (time: string, isPlan = false) => ({ plannedAt: at(time), isPlan });

  it.each<[string, Partial<ClaimInput>, ReturnType<typeof taken> | null, object]>([
    ['of a cron, the first instant after the latest run', {}, taken('12:20'), next('12:25')],
    ['of a cron, the instant after one that is none of its own', {}, taken('12:21:07'), next('12:25')],
    [
      'of an interval, the first free millisecond',
      { pattern: every3 },
      taken('12:20'),
      { kind: 'at', at: at('12:20') + 1 },
    ],
    [
      'of an interval, from the start time on',
      { pattern: every3, window: { startAt: at('12:31'), endAt: null } },
      taken('12:20'),
      next('12:31'),
    ],
    [
      'of a schedule that ends before, its end',
      { window: { startAt: null, endAt: at('12:24') } },
      taken('12:20'),
      { kind: 'ended' },
    ],
    [
      'of the last instant, that there is none',
      { pattern: parseCron('2026 3 10 * 12 0 0') },
      taken('12:20'),
      { kind: 'noFutureRun' },
    ],
    ['nothing where the latest run is a plan that waits', {}, taken('12:20', true), { kind: 'none' }],
    ['nothing where the schedule has no run any more', {}, null, { kind: 'none' }],
  ])('plans %s', (_what, change, latest, following) => {
    expect(planAround(claim(change), latest)).toEqual(following);
  });
});

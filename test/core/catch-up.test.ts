import fc from 'fast-check';
import { catchUp as catchUpOf, MOST_MADE_UP, type Outage } from '../../src/core/plan/catch-up.js';
import { parseCron } from '../../src/core/cron/cron.js';
import { parseTimeOfDay } from '../../src/core/text/human-time.js';
import { DAY_MS, MINUTE_MS, SECOND_MS, type Instant } from '../../src/core/instant.js';
import { nextRunAt, type SchedulePattern } from '../../src/core/plan/pattern.js';
import type { CatchUpMode } from '../../src/core/policy/life-settings.js';
import type { ActiveWindow } from '../../src/core/plan/planning.js';

const at = (time: string): Instant => Date.parse(`2026-03-10T${time}Z`);
const outage = (from: string, to: string): Outage => ({ fromAt: at(from), toAt: at(to) });
const open: ActiveWindow = { startAt: null, endAt: null };
const everyFiveMinutes = parseCron('* * * * * */5 0');

/** What happens to a run. */
const catchUp = (
  pattern: SchedulePattern,
  plannedAt: Instant,
  window: ActiveWindow,
  outages: readonly Outage[],
  mode: CatchUpMode = 'default',
) => catchUpOf({ pattern, plannedAt, window, outages, mode });

describe('catchUp', () => {
  // Every five minutes, due a minute later.
  it.each<[string, string, [string, string], object]>([
    ['the last that was due in it', '11:55:00', ['11:51:00', '12:13:00'], { at: at('12:10:00'), skipped: 3 }],
    [
      'not one that is due after it',
      '11:50:00',
      ['11:50:30', '12:10:59'],
      { at: at('12:05:00'), skipped: 3 },
    ],
    ['one that is due as it ends', '11:55:00', ['11:51:00', '12:11:00'], { at: at('12:10:00'), skipped: 3 }],
    ['one whose instant comes before it', '11:50:00', ['11:50:30', '12:13:00'], { at: at('12:10:00') }],
    ['not one that was due as it began', '11:50:00', ['11:51:00', '12:13:00'], { kind: 'asPlanned' }],
    [
      'not one that is due after it, however early its instant',
      '12:10:00',
      ['11:00:00', '12:10:59'],
      { kind: 'asPlanned' },
    ],
  ])('executes of runs that are due at an offset %s', (_name, plannedAt, [from, to], expected) => {
    const outages = [outage(from, to)];
    const input = {
      pattern: everyFiveMinutes,
      plannedAt: at(plannedAt),
      window: open,
      offsetMs: MINUTE_MS,
      outages,
    };
    expect(catchUpOf(input)).toMatchObject(expected);
  });

  it('makes up none that was due in it, and goes on with the first that is due after it', () => {
    const outages = [outage('11:51:00', '12:10:59')];
    const input = {
      pattern: everyFiveMinutes,
      plannedAt: at('11:55:00'),
      window: open,
      offsetMs: MINUTE_MS,
      outages,
    };
    const { until, ...decision } = catchUpOf({ ...input, mode: 'none' }) as { until: Instant };
    expect(decision).toMatchObject({ kind: 'noneMissed', skipped: 3, toAt: at('12:05:00') });
    expect(nextRunAt(everyFiveMinutes, until)).toBe(at('12:10:00'));
  });

  it('executes only the last missed run after 22 minutes, and says what it skipped', () => {
    const decision = catchUp(everyFiveMinutes, at('11:55:00'), open, [outage('11:51:00', '12:13:00')]);
    expect(decision).toEqual({
      kind: 'laterMissed',
      at: at('12:10:00'),
      skipped: 3,
      fromAt: at('11:55:00'),
      toAt: at('12:05:00'),
    });
  });

  it('executes every missed run after 17 minutes', () => {
    const decision = catchUp(everyFiveMinutes, at('12:00:00'), open, [outage('11:56:00', '12:13:00')]);
    expect(decision).toEqual({ kind: 'asPlanned' });
  });

  it('skips from exactly 20 minutes on', () => {
    const missed = at('12:00:00');
    const kindOf = (o: Outage) => catchUp(everyFiveMinutes, missed, open, [o]).kind;
    expect(kindOf(outage('11:58:00', '12:18:00'))).toBe('laterMissed');
    expect(kindOf({ fromAt: at('11:58:00'), toAt: at('12:18:00') - 1 })).toBe('asPlanned');
  });

  it('executes a daily run that was missed, at its own time', () => {
    const decision = catchUp(parseTimeOfDay('12.10'), at('12:10:00'), open, [outage('11:51:00', '12:13:00')]);
    expect(decision).toEqual({ kind: 'asPlanned' });
  });

  it('leaves intervals and one-time schedules their one planned run', () => {
    const long = [outage('01:00:00', '12:13:00')];
    const interval = { kind: 'interval', everyMs: 60_000 } as const;
    const once = { kind: 'once', at: at('11:55:00') } as const;
    expect(catchUp(interval, at('11:55:00'), open, long)).toEqual({ kind: 'asPlanned' });
    expect(catchUp(once, at('11:55:00'), open, long)).toEqual({ kind: 'asPlanned' });
  });

  it('skips nothing of a backlog: the service was there when the run was due', () => {
    const decision = catchUp(everyFiveMinutes, at('11:50:00'), open, [outage('11:51:00', '12:13:00')]);
    expect(decision).toEqual({ kind: 'asPlanned' });
  });

  it('takes the last run before the end time where the outage goes beyond it', () => {
    const window = { startAt: null, endAt: at('12:02:00') };
    const decision = catchUp(everyFiveMinutes, at('11:55:00'), window, [outage('11:51:00', '12:13:00')]);
    expect(decision).toMatchObject({ kind: 'laterMissed', at: at('12:00:00'), skipped: 1 });
  });

  it('counts what there was where clocks changed meanwhile', () => {
    // Clocks in Berlin went forward on 29 March 2026 at 01:00 UTC; 02:00 and 02:30 became one run at 03:00, and 03:00 is the same.
    const zone = { zone: 'Europe/Berlin', gap: 'after', overlap: 'first' } as const;
    const halfHours = { ...parseCron('* * * * 1:4 0,30 0'), zone };
    const [fromAt, toAt] = [Date.parse('2026-03-28T23:00Z'), Date.parse('2026-03-29T03:10Z')];
    const first = Date.parse('2026-03-29T00:00Z');
    expect(catchUp(halfHours, first, open, [{ fromAt, toAt }])).toEqual({
      kind: 'laterMissed',
      at: Date.parse('2026-03-29T02:30Z'),
      skipped: 5,
      fromAt: first,
      toAt: Date.parse('2026-03-29T02:00Z'),
    });
  });

  it('computes weeks of a schedule of every second without going through them', () => {
    const fromAt = at('12:00:00');
    const weeks = { fromAt, toAt: fromAt + 21 * DAY_MS };
    const decision = catchUp(parseCron('* * * * * * *'), fromAt + 1000, open, [weeks]);
    expect(decision).toEqual({
      kind: 'laterMissed',
      at: weeks.toAt,
      skipped: (21 * DAY_MS) / 1000 - 1,
      fromAt: fromAt + 1000,
      toAt: weeks.toAt - 1000,
    });
  });
});

describe('catchUp as a schedule asks for it', () => {
  const long = [outage('11:51:00', '12:13:00')];
  const short = [outage('11:56:00', '12:07:00')];
  const firstOfLong = at('11:55:00');
  const every: SchedulePattern = { kind: 'interval', everyMs: 60_000 };
  const lastOf = (skipped: number, last: string, first: string, to: string) => ({
    ...{ kind: 'laterMissed', at: at(last), skipped, fromAt: at(first), toAt: at(to) },
  });
  const noneOf = (skipped: number, first: string, to: string, until: string) => ({
    ...{ kind: 'noneMissed', skipped, fromAt: at(first), toAt: at(to), until: at(until) },
  });

  it.each<[CatchUpMode, string, Instant, readonly Outage[], object]>([
    ['default', 'a long one', firstOfLong, long, lastOf(3, '12:10:00', '11:55:00', '12:05:00')],
    ['default', 'a short one', at('12:00:00'), short, { kind: 'asPlanned' }],
    ['last', 'a long one', firstOfLong, long, lastOf(3, '12:10:00', '11:55:00', '12:05:00')],
    ['last', 'a short one', at('12:00:00'), short, lastOf(1, '12:05:00', '12:00:00', '12:00:00')],
    ['last', 'one with one run', at('12:05:00'), short, { kind: 'asPlanned' }],
    ['last', 'a backlog', at('12:10:00'), short, { kind: 'asPlanned' }],
    ['all', 'a long one', firstOfLong, long, { kind: 'asPlanned' }],
    ['all', 'a short one', at('12:00:00'), short, { kind: 'asPlanned' }],
    ['none', 'a long one', firstOfLong, long, noneOf(4, '11:55:00', '12:10:00', '12:13:00')],
    ['none', 'a short one', at('12:00:00'), short, noneOf(2, '12:00:00', '12:05:00', '12:07:00')],
    ['none', 'one with one run', at('12:05:00'), short, noneOf(1, '12:05:00', '12:05:00', '12:07:00')],
    ['none', 'a backlog', at('11:55:00'), short, { kind: 'asPlanned' }],
  ])('(%s) does with %s as it says', (mode, _name, plannedAt, outages, expected) => {
    expect(catchUp(everyFiveMinutes, plannedAt, open, outages, mode)).toEqual(expected);
  });

  it.each(['default', 'all', 'last'] as const)('(%s) executes the one run of an interval', (mode) => {
    expect(catchUp(every, at('11:55:00'), open, long, mode)).toEqual({ kind: 'asPlanned' });
  });

  it('(none) executes no run of an interval', () => {
    const expected = noneOf(1, '11:55:00', '11:55:00', '12:13:00');
    expect(catchUp(every, at('11:55:00'), open, long, 'none')).toEqual(expected);
  });

  it.each(['default', 'all', 'last', 'none'] as const)(
    '(%s) executes the run of a one-time schedule',
    (mode) => {
      const once = { kind: 'once', at: at('11:55:00') } as const;
      expect(catchUp(once, at('11:55:00'), open, long, mode)).toEqual({ kind: 'asPlanned' });
    },
  );

  it('does as enumeration says, for any outage, window and pattern', () => {
    const begin = at('00:00:00');
    const seconds = (most: number) => fc.integer({ min: 1, max: most }).map((s) => s * SECOND_MS);
    const cron = fc.constantFrom('* * * * * */5 0', '* * * * * * */7', '* * * * 9:17 */7 0', '* * * * * * *');
    const story = fc.record({
      cron,
      mode: fc.constantFrom<CatchUpMode>('default', 'all', 'last', 'none'),
      ...{ from: seconds(7_200), length: seconds(14_000), end: fc.option(seconds(20_000)) },
    });
    const check = fc.property(story, ({ cron: text, mode, from, length, end }) => {
      const pattern = parseCron(text);
      const away = { fromAt: begin + from, toAt: begin + from + length };
      const window = { startAt: null, endAt: end === null ? null : begin + end };
      const missed: Instant[] = [];
      const until = Math.min(away.toAt, window.endAt ?? Infinity);
      for (let n = nextRunAt(pattern, away.fromAt); n !== null && n <= until; n = nextRunAt(pattern, n)) {
        missed.push(n);
      }
      const [first] = missed;
      if (first === undefined) return;
      const decision = catchUp(pattern, first, window, [away], mode);
      const isSkipping = mode === 'last' || (mode === 'default' && length >= 20 * 60 * SECOND_MS);
      const made = mode === 'none' ? 0 : mode === 'all' ? MOST_MADE_UP : isSkipping ? 1 : missed.length;
      const left = missed.slice(0, Math.max(0, missed.length - made));
      if (left.length === 0) return expect(decision).toEqual({ kind: 'asPlanned' });
      expect(decision).toMatchObject({ skipped: left.length, fromAt: first, toAt: left.at(-1) });
      if ('at' in decision) expect(decision.at).toBe(missed[left.length]);
      else expect(decision).toMatchObject({ kind: 'noneMissed', until });
    });
    fc.assert(check, {
      numRuns: 300,
      examples: [[{ cron: '* * * * * * *', mode: 'all', from: 1_000, length: 11_000_000, end: null }]],
    });
  });

  it('makes up the last 10,000 of weeks of every second, and none more of these', () => {
    const fromAt = at('12:00:00');
    const weeks = { fromAt, toAt: fromAt + 21 * DAY_MS };
    const everySecond = parseCron('* * * * * * *');
    const first = weeks.toAt - (MOST_MADE_UP - 1) * SECOND_MS;
    expect(catchUp(everySecond, fromAt + SECOND_MS, open, [weeks], 'all')).toEqual({
      ...{ kind: 'laterMissed', at: first, skipped: (21 * DAY_MS) / SECOND_MS - MOST_MADE_UP },
      ...{ fromAt: fromAt + SECOND_MS, toAt: first - SECOND_MS },
    });
    expect(catchUp(everySecond, first, open, [weeks], 'all')).toEqual({ kind: 'asPlanned' });
  });
});

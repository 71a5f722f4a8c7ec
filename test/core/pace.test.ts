import fc from 'fast-check';
import { Pace } from '../../src/core/protection/pace.js';
import { ThrottleLine, type Wait } from '../../src/core/protection/throttle-line.js';
import type { ThrottlePolicy } from '../../src/core/policy/throttle.js';

const START = Date.UTC(2030, 0, 1, 0, 59, 58, 123);
const MINUTE = 60_000;
const HOLD_FOR = 15 * MINUTE;

interface Run {
  readonly at: number;
  dueAt: number;
  wait: Wait | null;
  asked: number;
}

/** A job that is throttled, claimed as replicas do: what is due within some time ahead, together, at a pace of their own. */
function simulate(
  throttle: ThrottlePolicy,
  arrivals: readonly number[],
  { until = Infinity, stalls = [] as number[][] } = {},
) {
  const runs: Run[] = arrivals.map((at) => ({ at, dueAt: at, wait: null, asked: 0 }));
  const waiting = new Set<Run>();
  const calls: { at: number; run: Run }[] = [];
  const over: Run[] = [];
  let open = [...runs].sort((a, b) => a.dueAt - b.dueAt);
  let pace = '';
  let longest = 0;
  for (let now = START; open.length > 0 && now <= until; now += 1_000) {
    if (stalls.some(([from = 0, to = 0]) => now >= from && now < to)) continue;
    const claimed = open.filter(({ dueAt }) => dueAt <= now + 2_000);
    if (claimed.length === 0) continue;
    const line = new ThrottleLine({
      ...{ policy: { throttle }, pace, open: 0, waitForPlace: 0, now },
      isAnyWaiting: waiting.size > 0,
    });
    const gone = new Set<Run>();
    for (const run of claimed.sort((a, b) => (a.wait?.since ?? a.dueAt) - (b.wait?.since ?? b.dueAt))) {
      const answer = line.ask(run);
      run.asked += 1;
      if (answer.kind === 'wait') {
        run.wait = answer;
        run.dueAt = answer.until ?? answer.since + HOLD_FOR;
        waiting.add(run);
        continue;
      }
      gone.add(run);
      waiting.delete(run);
      if (answer.kind === 'go') calls.push({ at: Math.max(now, run.dueAt), run });
      else over.push(run);
    }
    open = open.filter((run) => !gone.has(run)).sort((a, b) => a.dueAt - b.dueAt);
    pace = line.toStore() ?? pace;
    longest = Math.max(longest, pace.length);
  }
  return { calls: calls.sort((a, b) => a.at - b.at), over, longest };
}

/** The most, and from a time on the least, calls in any stretch of `perMs`. */
function stretches(calls: readonly { at: number }[], perMs: number, from = START, to = -Infinity) {
  const ats = calls.map(({ at }) => at);
  const within = (begin: number) => ats.filter((at) => at >= begin && at < begin + perMs).length;
  const least: number[] = [];
  for (let begin = from; begin + perMs <= to; begin += perMs / 60) least.push(within(begin));
  return { most: Math.max(0, ...ats.map(within)), least: Math.min(Infinity, ...least) };
}

const every = (ms: number, count: number) =>
  Array.from({ length: count }, (_, i) => START + Math.round(i * ms));

describe('A pace', () => {
  const RATE = { calls: 600, perMs: MINUTE };

  it('calls those at once that come after a time of rest, and the others as their turn comes', () => {
    const { calls, over } = simulate({ rate: RATE }, every(0, 1_200));
    expect(over).toEqual([]);
    expect(calls.filter(({ at }) => at === START)).toHaveLength(600);
    expect(stretches(calls, MINUTE, START + 62_000, START + 120_000)).toEqual({
      most: 600,
      least: expect.any(Number),
    });
  });

  it('keeps its rate both ways while there is work, and asks each run that waits twice', () => {
    const { calls } = simulate({ rate: RATE }, every(50, 1_200 * 5), { until: START + 5 * MINUTE });
    const { most, least } = stretches(calls, MINUTE, START + MINUTE, START + 5 * MINUTE);
    expect(most).toBeLessThanOrEqual(600);
    expect(least).toBeGreaterThanOrEqual(540);
    const asked = calls.slice(600).map(({ run }) => run.asked);
    expect(Math.max(...asked)).toBe(2);
  });

  it('calls in the order in which the runs came', () => {
    const { calls } = simulate({ rate: RATE }, every(40, 3_000));
    const came = calls.map(({ run }) => run.at);
    expect(came).toEqual([...came].sort((a, b) => a - b));
  });

  it('skips what would wait for longer than it may, and calls all that came before', () => {
    const { calls, over } = simulate({ rate: { calls: 1, perMs: MINUTE } }, every(1_000, 100));
    expect(calls.length).toBeGreaterThanOrEqual(15);
    expect(calls).toHaveLength(100 - over.length);
    for (const { at, run } of calls) expect(at - run.at).toBeLessThanOrEqual(HOLD_FOR);
  });

  it('never calls more in any stretch, whoever stands still meanwhile', () => {
    const rates = fc.record({
      calls: fc.integer({ min: 1, max: 60 }),
      perMs: fc.constantFrom(1_000, 1_001, 7_000, 30_000, MINUTE, 10 * MINUTE),
    });
    const times = fc.array(fc.integer({ min: 0, max: 4 * MINUTE }), { minLength: 1, maxLength: 250 });
    const stall = fc.tuple(fc.integer({ min: 0, max: 3 * MINUTE }), fc.integer({ min: 0, max: 2 * MINUTE }));
    fc.assert(
      fc.property(rates, times, stall, (rate, gaps, [from, forMs]) => {
        const stalls = [[START + from, START + from + forMs]];
        const { calls, over, longest } = simulate(
          { rate },
          gaps.map((gap) => START + gap),
          { stalls },
        );
        expect(calls.length + over.length).toBe(gaps.length);
        expect(longest).toBeLessThan(2_500);
        expect(stretches(calls, rate.perMs).most).toBeLessThanOrEqual(rate.calls);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    [1, 1_000],
    [10, 1_000],
    [500, 1_000],
    [3, 20_000],
    [100, MINUTE],
    [7, 5 * MINUTE],
  ])('has at least nine tenths of %d calls per %d ms while runs wait', (calls, perMs) => {
    const span = Math.min(14 * MINUTE, 20 * perMs);
    const made = simulate({ rate: { calls, perMs } }, every(0, calls * 20)).calls;
    // From the end of the first stretch, which a burst may have taken.
    const counted = made.filter(({ at }) => at >= START + 1.1 * perMs && at < START + span).length;
    expect(counted).toBeGreaterThanOrEqual(Math.floor((span / perMs - 1.1) * calls * 0.9));
  });

  it('keeps a state of bounded size for the shortest stretch and the longest line', () => {
    const { longest } = simulate({ rate: { calls: 20, perMs: 1_000 } }, every(0, 18_000));
    expect(longest).toBeLessThan(2_500);
  });

  it('goes on at once after the clock was set back, where nobody waits, and counts what was called', () => {
    const before = new Pace(RATE, '');
    for (let i = 0; i < 600; i++) before.takeAt(START);
    const now = START - 3_600_000;
    const after = new Pace(RATE, before.toStore() ?? '');
    after.tidy(now, { isAnyWaiting: false, mostMs: HOLD_FOR });
    expect(after.takeAt(now)).toBe(false);
    expect(after.takeAt(now + 62_000)).toBe(true);
  });

  it('forgets a line that goes further than anybody may wait', () => {
    const before = new Pace(RATE, '');
    for (let i = 0; i < 601; i++) before.takeAt(START);
    before.turn(START, START + HOLD_FOR);
    const now = START - 3_600_000;
    const after = new Pace(RATE, before.toStore() ?? '');
    after.tidy(now, { isAnyWaiting: true, mostMs: HOLD_FOR });
    expect(after.turn(now, now + HOLD_FOR)).toBeLessThan(now + 63_000);
  });

  it('starts afresh with another rate, and with a text that it cannot read', () => {
    const full = new Pace({ calls: 1, perMs: MINUTE }, '');
    full.takeAt(START);
    expect(new Pace({ calls: 1, perMs: MINUTE }, full.toStore() ?? '').takeAt(START)).toBe(false);
    expect(new Pace({ calls: 2, perMs: MINUTE }, full.toStore() ?? '').takeAt(START)).toBe(true);
    expect(new Pace({ calls: 1, perMs: MINUTE }, '{ "of').takeAt(START)).toBe(true);
  });
});

describe('A line', () => {
  const facts = { pace: '', open: 0, waitForPlace: 0, isAnyWaiting: false, now: START };
  const lineOf = (throttle: ThrottlePolicy, more: Partial<typeof facts> = {}) =>
    new ThrottleLine({ policy: { throttle }, ...facts, ...more });
  const FRESH = { dueAt: START, wait: null };

  it('gives the places that are free', () => {
    const line = lineOf({ concurrency: 3 }, { open: 1 });
    const waits = { kind: 'wait', for: 'place', since: START, until: null };
    expect([line.ask(FRESH), line.ask(FRESH), line.ask(FRESH)]).toEqual([
      { kind: 'go' },
      { kind: 'go' },
      waits,
    ]);
  });

  it('gives a free place to who waits for it, before who comes', () => {
    const line = lineOf({ concurrency: 1 }, { waitForPlace: 1 });
    expect(line.ask(FRESH)).toMatchObject({ kind: 'wait', for: 'place' });
    expect(line.ask({ dueAt: START, wait: { since: START - 5, for: 'place', until: null } })).toEqual({
      kind: 'go',
    });
  });

  it('ends a wait for a place when its time is over', () => {
    const wait = { since: START - HOLD_FOR, for: 'place', until: null } as const;
    expect(lineOf({ concurrency: 1 }, { open: 1 }).ask({ dueAt: START, wait })).toEqual({ kind: 'over' });
    expect(lineOf({ concurrency: 1 }).ask({ dueAt: START, wait })).toEqual({ kind: 'go' });
  });

  it('keeps the turn of a run that came back before it', () => {
    const wait = { since: START - 5, for: 'turn', until: START + 30_000 } as const;
    const line = lineOf({ rate: { calls: 1, perMs: MINUTE } }, { isAnyWaiting: true });
    expect(line.ask({ dueAt: START, wait })).toEqual({ kind: 'wait', ...wait });
    expect(line.toStore()).toBeNull();
  });

  it('lets a slot count only as long as it has hardly passed', () => {
    const rate = { calls: 40, perMs: MINUTE };
    const full = new Pace(rate, '');
    while (full.takeAt(START));
    const slot = (until: number) => ({
      dueAt: until,
      wait: { since: START - MINUTE, for: 'slot', until } as const,
    });
    const line = lineOf({ rate }, { pace: full.toStore() ?? '', isAnyWaiting: true });
    expect(line.ask(slot(START - 1_000))).toEqual({ kind: 'go' });
    expect(line.ask(slot(START - 2_000))).toMatchObject({ kind: 'wait', for: 'slot' });
  });
});

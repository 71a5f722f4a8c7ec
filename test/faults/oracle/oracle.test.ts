import fc from 'fast-check';
import { complaintsAbout } from './record.js';
import { judge, type Schedule, type StoredRun } from './oracle.js';
import type { Call, Fault, Terms } from './terms.js';
import { instantsOf, type Change, type Every } from './timeline.js';

const LEASE_MS = 5_000;
const EACH_2_S: Every = { kind: 'cron', everyS: 2, offsetS: 0 };
const EACH_3_S: Every = { kind: 'cron', everyS: 3, offsetS: 1 };

const terms = (...faults: Fault[]): Terms => ({ latenessMs: 500, earlyMs: 50, leaseMs: LEASE_MS, faults });
const at = (atMs: number): Fault => ({ fromMs: atMs, untilMs: atMs });
const changed = (atMs: number, pattern: Change['pattern']): Change => ({
  sentMs: atMs - 10,
  answeredMs: atMs,
  pattern,
});
const schedule = (...changes: Change[]): Schedule => ({ scheduleId: 's', changes, isDeleted: false });
/** Every two seconds, due at 12, 14, 16, 18 seconds; what was created at 10 may have been called then too. */
const USUAL = schedule(changed(10_100, EACH_2_S), changed(19_500, null));
/** Calls at these instants, each of a run of its own unless the run is named. */
const calls = (...arrivals: (number | [number, string])[]): Call[] =>
  arrivals.map((arrival, place) => {
    const [atMs, runId] = typeof arrival === 'number' ? [arrival, `r${place}`] : arrival;
    return { scheduleId: 's', runId, atMs };
  });
const verdictOf = (made: Call[], held: Terms = terms(), rows: StoredRun[] = [], asked = USUAL) =>
  judge([asked], made, rows, held);
const row = (plannedAtMs: number, runId: string, changes: Partial<StoredRun> = {}): StoredRun => ({
  ...{ scheduleId: 's', runId, plannedAtMs, isFinal: true, claimedBy: 1 },
  ...{ executedAtMs: plannedAtMs, completedAtMs: plannedAtMs + 5 },
  ...changes,
});

describe('The instants of a schedule', () => {
  const dueOf = (...changes: Change[]) =>
    instantsOf(changes, terms()).flatMap(({ atMs, isDue }) => (isDue ? [atMs] : []));

  it('are due between its creation and its end', () => {
    expect(dueOf(...USUAL.changes)).toEqual([12_000, 14_000, 16_000, 18_000]);
  });

  it('follow an edit, and may go either way in its moment', () => {
    const changes = [changed(10_100, EACH_2_S), changed(13_100, EACH_3_S), changed(24_500, null)];
    expect(dueOf(...changes)).toEqual([12_000, 16_000, 19_000, 22_000]);
    const free = instantsOf(changes, terms()).filter(({ isDue }) => !isDue);
    expect(free.map(({ atMs }) => atMs)).toEqual([14_000, 25_000]);
  });

  it('stop where it is switched off, and come back where it is switched on', () => {
    const changes = [changed(10_100, EACH_2_S), changed(15_000, null), changed(19_900, EACH_2_S)];
    expect(dueOf(...changes, changed(25_000, null))).toEqual([12_000, 14_000, 22_000, 24_000]);
  });

  it('are not due where a fault keeps them waiting until it is switched off', () => {
    const free = instantsOf(USUAL.changes, terms(at(16_200))).filter(({ isDue }) => !isDue);
    expect(free.map(({ atMs }) => atMs)).toEqual([16_000, 18_000, 20_000]);
  });

  it('are not due either where it is edited while they wait, and switched off before they can be called', () => {
    const edited = [changed(10_100, EACH_2_S), changed(17_000, EACH_3_S), changed(17_900, null)];
    expect(instantsOf(edited, terms()).filter(({ isDue }) => isDue)).toHaveLength(3);
    const due = instantsOf(edited, terms(at(15_900))).filter(({ isDue }) => isDue);
    expect(due.map(({ atMs }) => atMs)).toEqual([12_000, 14_000]);
  });
});

describe('The oracle', () => {
  it.each([
    ['every run called once', [12_003, 14_003, 16_003, 18_003], { planned: 4, missed: 0, doubled: 0 }],
    [
      'a run in the moment of a change',
      [12_000, 14_000, 16_000, 18_000, 20_000],
      { planned: 5, missed: 0, doubled: 0 },
    ],
    ['a run left out', [12_003, 14_003, 18_003], { planned: 4, missed: 1, doubled: 0 }],
    ['a run that came late', [12_003, 14_600, 16_003, 18_003], { planned: 4, missed: 1, doubled: 1 }],
    ['a run that came too early', [11_900, 14_003, 16_003, 18_003], { planned: 4, missed: 1, doubled: 1 }],
    ['a run of two plans', [12_003, 12_004, 14_003, 16_003, 18_003], { planned: 4, missed: 0, doubled: 1 }],
  ])('sees %s', (_, arrivals, expected) => {
    const verdict = verdictOf(calls(...arrivals));
    expect(verdict).toMatchObject({ ...expected, doubledOutsideFaults: expected.doubled });
  });

  it('takes a second call of a run id for doubled, even where another run is missing', () => {
    const made = calls([12_003, 'a'], [14_003, 'a'], 16_003, 18_003);
    expect(verdictOf(made)).toMatchObject({ planned: 4, called: 4, missed: 1, doubled: 1 });
  });

  it('takes the call of a schedule that nobody made for doubled', () => {
    expect(judge([], calls(12_000), [], terms())).toMatchObject({ planned: 0, doubled: 1 });
  });

  it('lets a fault delay runs by two leases and repeat them, and no more', () => {
    const asked = schedule(changed(10_100, EACH_2_S), changed(40_000, null));
    const usual = Array.from({ length: 13 }, (_, n) => 14_000 + 2_000 * n).filter((atMs) => atMs < 40_000);
    const held = terms(at(12_300));
    const inTime = verdictOf(
      calls([12_003, 'a'], [18_000, 'a'], ...usual.slice(1), [22_200, 'late']),
      held,
      [row(14_000, 'late')],
      asked,
    );
    expect(inTime).toMatchObject({ missed: 0, doubled: 1, doubledOutsideFaults: 0 });
    expect(inTime.recoveryMs).toBe(9_900);
    const tooLate = verdictOf(calls(12_003, ...usual.slice(1), [22_600, 'late']), held, [], asked);
    expect(tooLate).toMatchObject({ missed: 1, doubled: 1 });
  });

  it('counts a call once that may be of a due run or of one in the moment of a change', () => {
    const edited = schedule(changed(10_100, EACH_2_S), changed(15_950, EACH_3_S), changed(40_000, null));
    const made = calls(12_003, 14_003, 19_003, 22_003, 25_003, 28_003, 31_003, 34_003, 37_003);
    const verdict = verdictOf(made, terms(at(13_000)), [], edited);
    expect(verdict).toMatchObject({ planned: 9, missed: 0, doubled: 0 });
  });

  it('measures how late the latest run was, and the recovery from the end of the last fault before it', () => {
    const held = terms(at(12_300), at(13_000));
    const verdict = verdictOf(calls(12_003, 15_500, 16_003, 18_003), held);
    expect(verdict).toMatchObject({ worstLatenessMs: 1_500, recoveryMs: 2_500 });
  });

  it('finds nothing wrong with a service that calls each run once in its time, whatever its delays', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(delays, (late) => {
        const verdict = verdictOf(calls(...late.map((ms, place) => 12_000 + 2_000 * place + ms)));
        expect(verdict).toMatchObject({ planned: 4, missed: 0, doubled: 0, recoveryMs: 0, findings: [] });
      }),
    );
  });

  it('counts what is taken away and what is added, whichever it is', () => {
    const some = fc.tuple(fc.subarray([0, 1, 2, 3]), fc.array(fc.constantFrom(0, 1, 2, 3), { maxLength: 5 }));
    fc.assert(
      fc.property(some, ([kept, added]) => {
        const first = kept.map((place): [number, string] => [12_000 + 2_000 * place, `r${place}`]);
        const again = added
          .filter((place) => kept.includes(place))
          .map((place): [number, string] => [12_100 + 2_000 * place, `r${place}`]);
        expect(verdictOf(calls(...first, ...again))).toMatchObject({
          missed: 4 - kept.length,
          doubled: again.length,
        });
      }),
    );
  });
});

describe('The oracle of an interval', () => {
  const REPEAT = { kind: 'interval', everyMs: 2_000 } as const;
  const asked = schedule(changed(10_000, REPEAT), changed(19_800, null));
  const rows = (...planned: number[]) => planned.map((atMs) => row(atMs, `r${atMs}`));
  const onTime = (...planned: number[]) =>
    calls(...planned.map((atMs): [number, string] => [atMs + 3, `r${atMs}`]));
  const verdict = (planned: number[], held = terms()) =>
    verdictOf(onTime(...planned), held, rows(...planned), asked);

  it.each([
    ['a chain without gaps', [11_995, 13_995, 15_995, 17_995], { planned: 4, missed: 0, doubled: 0 }],
    ['a chain that ends early', [11_995, 13_995, 15_995], { missed: 1, doubled: 0 }],
    ['a link left out', [11_995, 15_995, 17_995], { missed: 1, doubled: 0 }],
    ['a fork', [11_995, 13_995, 14_500, 15_995, 17_995], { missed: 0, doubled: 2 }],
    ['nothing at all', [], { planned: 4, missed: 4, doubled: 0 }],
  ])('sees %s', (_, planned, expected) => {
    expect(verdict(planned)).toMatchObject(expected);
  });

  it('lets a late start shift what follows', () => {
    const made = calls([11_998, 'a'], [14_400, 'b'], [16_300, 'c'], [18_300, 'd']);
    const record = [row(11_995, 'a'), row(13_995, 'b'), row(16_290, 'c'), row(18_290, 'd')];
    expect(verdictOf(made, terms(), record, asked)).toMatchObject({ planned: 4, missed: 0, doubled: 0 });
  });

  it('misses a run that is on record and was not called', () => {
    const record = rows(11_995, 13_995, 15_995, 17_995);
    expect(verdictOf(onTime(11_995, 13_995, 17_995), terms(), record, asked)).toMatchObject({ missed: 1 });
  });
});

describe('The run table', () => {
  const PLANNED = [12_000, 14_000, 16_000, 18_000];
  const sound = () => PLANNED.map((atMs, place) => row(atMs, `r${place}`));
  const complaints = (rows: StoredRun[], freezes: Fault[] = []) =>
    complaintsAbout([USUAL], calls(...PLANNED), rows, { terms: terms(), freezes });

  it('is sound where each instant has one row that has ended', () => {
    expect(complaints(sound())).toEqual([]);
  });

  it.each([
    [
      'a row is missing',
      (rows: StoredRun[]) => [...rows.slice(1), row(20_000, 'r0')],
      /has no row for .*12\.000Z/,
    ],
    ['a row is too much', (rows: StoredRun[]) => [...rows, row(15_000, 'x')], /which its pattern leaves out/],
    ['an instant has two rows', (rows: StoredRun[]) => [...rows, row(12_000, 'x')], /has 2 rows for/],
    [
      'a run is open',
      (rows: StoredRun[]) => [...rows.slice(1), row(12_000, 'r0', { isFinal: false })],
      /has not ended/,
    ],
    [
      'a call belongs to no row',
      (rows: StoredRun[]) => [...rows.slice(1), row(12_000, 'x')],
      /is of no run on record/,
    ],
  ])('is complained about where %s', (_, change, expected) => {
    const found = complaints(change(sound()));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });

  it('is complained about where a replica recorded, after a freeze, what it had called before', () => {
    const rows = [row(12_000, 'r0', { executedAtMs: 12_003, completedAtMs: 30_000 }), ...sound().slice(1)];
    const whole = [row(12_000, 'r0'), ...rows.slice(1)];
    const freeze = { fromMs: 12_100, untilMs: 25_000 };
    expect(complaints(whole, [freeze])).toEqual([]);
    expect(complaints(rows, [freeze])).toEqual(['run r0 was recorded by a replica whose lease was over']);
  });
});

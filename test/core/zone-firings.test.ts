import fc from 'fast-check';
import { parseCron } from '../../src/core/cron/cron.js';
import { countRuns, nextRunAt, previousRunAt, type Cron, type DailyAt } from '../../src/core/plan/pattern.js';
import type { Dst } from '../../src/core/zone/zone-rule.js';
import {
  changesIn,
  firingsByWalking,
  walk,
  ZONES,
  type Walk,
  type WalkedPattern,
} from './zone-brute-force.js';

const DAY = 86_400_000;
const DSTS: Dst[] = (['after', 'skip'] as const).flatMap((gap) =>
  (['first', 'last', 'both'] as const).map((overlap) => ({ gap, overlap })),
);

/** A pattern without a zone, and what the walk is told of it. */
interface Drawn {
  readonly pattern: Cron | DailyAt;
  readonly walked: WalkedPattern;
}

const some = (values: readonly number[]) =>
  fc.subarray([...values], { minLength: 1, maxLength: Math.min(4, values.length) });
/** Hours in which clocks change, mostly. */
const hours = fc.oneof(
  { weight: 3, arbitrary: some([0, 1, 2, 3, 4, 22, 23]) },
  { weight: 1, arbitrary: some(Array.from({ length: 24 }, (_, hour) => hour)) },
  { weight: 1, arbitrary: fc.constant(Array.from({ length: 24 }, (_, hour) => hour)) },
);
const minutes = fc.oneof(some([0, 15, 29, 30, 45, 59]), fc.constant(Array.from({ length: 60 }, (_, m) => m)));
const seconds = fc.oneof(
  { weight: 4, arbitrary: fc.constant([0]) },
  { weight: 1, arbitrary: some([0, 30, 59]) },
);
const weekdays: fc.Arbitrary<number[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<number[]>([0, 1, 2, 3, 4, 5, 6]) },
  { weight: 1, arbitrary: some([0, 5, 6]) },
);
/** The values of a field as text: all of them by a star, since a cron has at most 255 characters. */
const fieldOf = (values: readonly number[], size: number) =>
  values.length === size ? '*' : values.join(',');
const NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const drawnCron: fc.Arbitrary<Drawn> = fc
  .tuple(weekdays, hours, minutes, seconds)
  .map(([ofWeek, ofDay, ofHour, ofMinute]) => ({
    pattern: parseCron(
      `* * * ${ofWeek.map((day) => NAMES[day]).join(',')} ${fieldOf(ofDay, 24)} ${fieldOf(ofHour, 60)} ${ofMinute.join(',')}`,
    ),
    walked: {
      matches: (local) => {
        const date = new Date(local);
        return (
          ofHour.includes(date.getUTCMinutes()) &&
          ofDay.includes(date.getUTCHours()) &&
          ofWeek.includes(date.getUTCDay())
        );
      },
      within: ofMinute.map((second) => second * 1_000),
      isFine: ofDay.length === 24,
    },
  }));
const drawnDaily: fc.Arbitrary<Drawn> = fc
  .oneof(fc.nat({ max: 5 * 3_600_000 }), fc.nat({ max: DAY - 1 }), fc.constantFrom(0, 7_200_000, 10_800_000))
  .map((msOfDay) => ({
    pattern: { kind: 'dailyAt', msOfDay },
    walked: {
      matches: (local) => local % DAY === msOfDay - (msOfDay % 60_000),
      within: [msOfDay % 60_000],
      isFine: false,
    },
  }));

/** Walks around changes of the clock mostly, in years from 1970 to 2100; the same at each run of the tests. */
function walks(): Walk[] {
  const years = fc.sample(fc.integer({ min: 1970, max: 2099 }), { numRuns: ZONES.length * 3, seed: 7 });
  const shifts = fc.sample(fc.integer({ min: -6, max: 6 }), { numRuns: 997, seed: 8 });
  let turn = 0;
  const around = ZONES.flatMap((zone, place) => {
    const asked = [
      2026,
      ...years.slice(place * 3, place * 3 + 3),
      ...(zone === 'Pacific/Apia' ? [2011] : []),
    ];
    const changes = asked.flatMap((year) => changesIn(zone, year).slice(0, 2));
    const calm = Date.UTC(years[place] ?? 2026, 5, 15);
    return [calm, ...changes].map((at) => ({ zone, at: at + (shifts[turn++ % 997] ?? 0) * 3_600_000 }));
  });
  return around.flatMap(({ zone, at }) => walk(zone, at) ?? []);
}

/** Returns the firings in [`from`, `to`] as one `nextRunAt` after the other finds them. */
function enumerated(pattern: Cron | DailyAt, from: number, to: number): number[] {
  const found: number[] = [];
  for (let at = nextRunAt(pattern, from - 1); at !== null && at <= to; at = nextRunAt(pattern, at))
    found.push(at);
  return found;
}

describe('the firings of a pattern in a zone', () => {
  const walked = walks();

  it('have walks around many changes to be compared with', () => {
    const kinds = walked.map(({ minutes: all }) => {
      const [first, last] = [all[0], all.at(-1)];
      return Math.sign((last?.local ?? 0) - (last?.at ?? 0) - (first?.local ?? 0) + (first?.at ?? 0));
    });
    expect(kinds.filter((kind) => kind > 0).length).toBeGreaterThan(60);
    expect(kinds.filter((kind) => kind < 0).length).toBeGreaterThan(60);
    expect(kinds.filter((kind) => kind === 0).length).toBeGreaterThan(30);
  });

  it('are those that a walk through its local time finds, forwards, backwards and in number', () => {
    const place = fc.nat({ max: walked.length - 1 });
    const part = fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    let compared = 0;
    fc.assert(
      fc.property(
        place,
        fc.oneof(drawnCron, drawnDaily),
        fc.constantFrom(...DSTS),
        part,
        (index, drawn, dst, ends) => {
          const found = walked[index];
          if (!found) return;
          const pattern = { ...drawn.pattern, zone: { zone: found.zone, ...dst } };
          const expected = firingsByWalking(found, drawn.walked, dst);
          compared += expected.length;
          expect(enumerated(pattern, found.from, found.to)).toEqual(expected);
          const [low, high] = ends.map((end) => Math.round(found.from + end * (found.to - found.from)));
          const [from, to] = [Math.min(low ?? 0, high ?? 0), Math.max(low ?? 0, high ?? 0)];
          const within = expected.filter((at) => at >= from && at <= to);
          expect(countRuns(pattern, from, to)).toBe(within.length);
          expect(previousRunAt(pattern, to, from)).toBe(within.at(-1) ?? null);
          // From just before each firing, too: it may be the first instant after a gap, or one between two that are the same time.
          const near = expected.slice(0, 30);
          expect(near.map((at) => nextRunAt(pattern, at - 1))).toEqual(near);
          expect(near.map((at) => previousRunAt(pattern, at - 1, found.from))).toEqual(
            [null, ...near].slice(0, near.length),
          );
          expect(near.every((at) => countRuns(pattern, at, at) === 1)).toBe(true);
        },
      ),
      { numRuns: 1_500 },
    );
    expect(compared).toBeGreaterThan(6_000);
  });

  it('agree with each other at each firing, the instant before and over years', () => {
    const zone = fc.constantFrom(...ZONES);
    const from = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
    fc.assert(
      fc.property(
        zone,
        fc.oneof(drawnCron, drawnDaily),
        fc.constantFrom(...DSTS),
        from,
        (name, drawn, dst, start) => {
          const pattern = { ...drawn.pattern, zone: { zone: name, ...dst } };
          const found = enumerated(pattern, start, start + 3 * DAY).slice(0, 200);
          const [first, last] = [found[0], found.at(-1)];
          if (first === undefined || last === undefined) return;
          expect(countRuns(pattern, first, last)).toBe(found.length);
          expect(countRuns(pattern, first + 1, last)).toBe(found.length - 1);
          expect(previousRunAt(pattern, last, first)).toBe(last);
          expect(previousRunAt(pattern, last - 1, 0)).toBe(
            found.at(-2) ?? previousRunAt(pattern, first - 1, 0),
          );
          const later = nextRunAt(pattern, start + 400 * DAY) ?? 0;
          expect(previousRunAt(pattern, later, 0)).toBe(later);
          expect(countRuns(pattern, first, later) - countRuns(pattern, first, later - 1)).toBe(1);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of a zone without changes are those of UTC, moved', () => {
    fc.assert(
      fc.property(fc.oneof(drawnCron, drawnDaily), fc.integer({ min: DAY, max: 3e13 }), (drawn, at) => {
        const offset = 5.75 * 3_600_000;
        const pattern = {
          ...drawn.pattern,
          zone: { zone: 'Etc/GMT-5', ...DSTS[0] } as Dst & { zone: string },
        };
        const five = nextRunAt(pattern, at - 5 * 3_600_000);
        expect(five).toBe((nextRunAt(drawn.pattern, at) ?? NaN) - 5 * 3_600_000);
        const inKathmandu = { ...pattern, zone: { ...pattern.zone, zone: 'Asia/Kathmandu' } };
        if (at > Date.UTC(1987, 0, 1)) {
          expect(nextRunAt(inKathmandu, at - offset)).toBe((nextRunAt(drawn.pattern, at) ?? NaN) - offset);
        }
      }),
    );
  });
});

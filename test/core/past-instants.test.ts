import fc from 'fast-check';
import { parseCron } from '../../src/core/cron/cron.js';
import { HOUR_MS, MINUTE_MS } from '../../src/core/instant.js';
import { openRunsOf } from '../../src/core/plan/open-runs.js';
import { countInstants, instantsAfter, type PastInstants } from '../../src/core/plan/past-instants.js';

const zone = { zone: 'Europe/Berlin', gap: 'after', overlap: 'both' } as const;
const HALF_PAST = parseCron('* * * * 2 30 0');
const PATTERNS: PastInstants['pattern'][] = [
  parseCron('* * * * * 0:15 0'),
  { ...HALF_PAST, zone },
  { ...HALF_PAST, zone: { ...zone, gap: 'skip', overlap: 'first' } },
  { kind: 'dailyAt', msOfDay: 90 * MINUTE_MS },
  { kind: 'dailyAt', msOfDay: 150 * MINUTE_MS, zone },
  { kind: 'interval', everyMs: 25 * MINUTE_MS },
  { kind: 'interval', everyMs: 7 * HOUR_MS },
];
const YEAR = Date.UTC(2025, 0, 1);
const all = (past: PastInstants, order: 'oldest' | 'newest') => instantsAfter(past, order, null, 20_000);

describe('The instants of a range', () => {
  it('are as many as are counted, the same from either end, and the same in pieces', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PATTERNS),
        fc.integer({ min: 0, max: 340 * 24 * 60 }),
        fc.integer({ min: 0, max: 20 * 24 * 60 }),
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.integer({ min: 1, max: 7 }),
        (pattern, start, length, grid, piece) => {
          const from = YEAR + start * MINUTE_MS;
          const past = { pattern, from, to: from + length * MINUTE_MS, gridAt: YEAR + grid * 1_000 };
          const oldest = all(past, 'oldest');
          expect(oldest).toHaveLength(countInstants(past));
          expect(oldest.every((at) => at >= past.from && at <= past.to)).toBe(true);
          expect(all(past, 'newest')).toEqual([...oldest].reverse());
          const pieces: number[] = [];
          for (;;) {
            const next = instantsAfter(past, 'oldest', pieces.at(-1) ?? null, piece);
            pieces.push(...next);
            if (next.length < piece) break;
          }
          expect(pieces).toEqual(oldest);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('have both ends among them', () => {
    const pattern = parseCron('* * * * * 0 0');
    const past = { pattern, from: YEAR, to: YEAR + 2 * HOUR_MS, gridAt: 0 };
    expect(all(past, 'oldest')).toEqual([YEAR, YEAR + HOUR_MS, YEAR + 2 * HOUR_MS]);
    expect(countInstants({ ...past, to: YEAR })).toBe(1);
    expect(countInstants({ ...past, from: YEAR + 1, to: YEAR + 2 })).toBe(0);
    expect(countInstants({ ...past, from: YEAR + 1, to: YEAR })).toBe(0);
  });

  it('are those of local time where the clock changes: none twice, and both of an hour that comes twice', () => {
    const from = Date.UTC(2025, 9, 25);
    const twice = { pattern: { ...HALF_PAST, zone }, from, to: from + 3 * 24 * HOUR_MS, gridAt: 0 };
    expect(all(twice, 'oldest').map((at) => new Date(at).toISOString())).toEqual([
      '2025-10-25T00:30:00.000Z',
      '2025-10-26T00:30:00.000Z',
      '2025-10-26T01:30:00.000Z',
      '2025-10-27T01:30:00.000Z',
    ]);
  });

  it('of an interval lie on its grid, also before it begins', () => {
    const gridAt = YEAR + 10 * MINUTE_MS;
    const past = { pattern: { kind: 'interval', everyMs: HOUR_MS } as const, gridAt };
    expect(all({ ...past, from: YEAR - 2 * HOUR_MS, to: YEAR + HOUR_MS }, 'oldest')).toEqual(
      [-110, -50, 10].map((minutes) => YEAR + minutes * MINUTE_MS),
    );
  });
});

describe('The open runs of an operation', () => {
  it.each([
    [5, 1, 5],
    [50, 40, 50],
    [50, 41, 48],
    [5, 400, 5],
    [5, 1_000, 2],
    [5, 100_000, 1],
  ])('that asks for %i, one of %i operations, are %i', (concurrency, operations, open) => {
    expect(openRunsOf(concurrency, operations)).toBe(open);
  });
});

import fc from 'fast-check';
import { fairPart, shareOut } from '../../src/core/fair-share.js';

describe('shareOut', () => {
  it('gives everyone what they want when there is room', () => {
    const shares = shareOut(
      [
        { tenancyId: 1, wants: 3 },
        { tenancyId: 2, wants: 5 },
      ],
      10,
      0,
    );
    expect(shares).toEqual([
      { tenancyId: 1, limit: 3 },
      { tenancyId: 2, limit: 5 },
    ]);
  });

  it('gives what a small one leaves to the big ones', () => {
    const shares = shareOut(
      [
        { tenancyId: 1, wants: 20_000 },
        { tenancyId: 2, wants: 2 },
        { tenancyId: 3, wants: 40 },
      ],
      30,
      0,
    );
    expect(Object.fromEntries(shares.map((s) => [s.tenancyId, s.limit]))).toEqual({ 1: 14, 2: 2, 3: 14 });
  });

  it('takes turns when there are more tenancies than room', () => {
    const contenders = [1, 2, 3, 4, 5].map((tenancyId) => ({ tenancyId, wants: 9 }));
    const served = [0, 1, 2, 3, 4].flatMap((turn) => shareOut(contenders, 2, turn).map((s) => s.tenancyId));
    expect([...new Set(served)].sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it('shares nothing where there is no room or nobody wants', () => {
    expect(shareOut([{ tenancyId: 1, wants: 1 }], 0, 0)).toEqual([]);
    expect(shareOut([{ tenancyId: 1, wants: 0 }], 10, 0)).toEqual([]);
  });

  it('never exceeds room or want, wastes nothing, and is max-min fair', () => {
    const wants = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 60 });
    fc.assert(
      fc.property(wants, fc.integer({ min: 0, max: 2000 }), fc.nat(), (list, room, rotation) => {
        const contenders = list.map((want, place) => ({ tenancyId: place + 1, wants: want }));
        const shares = new Map(shareOut(contenders, room, rotation).map((s) => [s.tenancyId, s.limit]));
        const given = [...shares.values()].reduce((sum, limit) => sum + limit, 0);
        expect(given).toBe(
          Math.min(
            room,
            list.reduce((sum, want) => sum + want, 0),
          ),
        );
        const most = Math.max(0, ...shares.values());
        for (const { tenancyId, wants: want } of contenders) {
          const limit = shares.get(tenancyId) ?? 0;
          expect(limit).toBeLessThanOrEqual(want);
          // Whoever got less than it wanted got at most one less than anybody else.
          if (limit < want) expect(limit).toBeGreaterThanOrEqual(most - 1);
        }
      }),
    );
  });
});

describe('fairPart', () => {
  it('leaves one part over for a tenancy that comes new', () => {
    expect(fairPart(512, 1)).toBe(256);
    expect(fairPart(512, 11) * 11).toBeLessThan(512);
  });

  it('is never less than one', () => {
    expect(fairPart(10, 10_000)).toBe(1);
  });
});

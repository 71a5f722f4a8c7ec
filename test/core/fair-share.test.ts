import fc from 'fast-check';
import { fairPart, inGroupsOf, shareOut } from '../../src/core/fair-share.js';

const turn = { after: 0, least: 1 };
const wanting = (...wants: readonly number[]) =>
  wants.map((each, place) => ({ tenancyId: place + 1, wants: each }));

describe('shareOut', () => {
  it('gives everyone what they want when there is room', () => {
    const shares = shareOut(wanting(3, 5), 10, turn);
    expect(shares).toEqual([
      { tenancyId: 1, limit: 3 },
      { tenancyId: 2, limit: 5 },
    ]);
  });

  it('gives what a small one leaves to the big ones', () => {
    const shares = shareOut(wanting(20_000, 2, 40), 30, turn);
    expect(Object.fromEntries(shares.map((s) => [s.tenancyId, s.limit]))).toEqual({ 1: 14, 2: 2, 3: 14 });
  });

  it('takes turns when there are more tenancies than room', () => {
    const contenders = wanting(9, 9, 9, 9, 9);
    const served: number[] = [];
    for (let claim = 0; claim < 5; claim++) {
      const shares = shareOut(contenders, 2, { after: served.at(-1) ?? 0, least: 1 });
      served.push(...shares.map((share) => share.tenancyId));
    }
    expect(served).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
  });

  it('serves no more tenancies than can have the least share, and the others the next time', () => {
    const contenders = wanting(9, 9, 9, 9, 9);
    expect(shareOut(contenders, 10, { after: 0, least: 5 })).toEqual([
      { tenancyId: 1, limit: 5 },
      { tenancyId: 2, limit: 5 },
    ]);
    expect(shareOut(contenders, 10, { after: 4, least: 5 })).toEqual([
      { tenancyId: 5, limit: 5 },
      { tenancyId: 1, limit: 5 },
    ]);
  });

  it('makes place for more where some want less than the least share', () => {
    const shares = shareOut(wanting(1, 9, 2, 9, 9), 10, { after: 0, least: 5 });
    expect(Object.fromEntries(shares.map((s) => [s.tenancyId, s.limit]))).toEqual({ 1: 1, 2: 3, 3: 2, 4: 4 });
  });

  it('shares nothing where there is no room or nobody wants', () => {
    expect(shareOut(wanting(1), 0, turn)).toEqual([]);
    expect(shareOut(wanting(0), 10, turn)).toEqual([]);
  });

  it('never exceeds room or want, wastes nothing, is max-min fair to those it serves, and passes by nobody', () => {
    const wants = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 60 });
    const turns = fc.record({ after: fc.nat({ max: 70 }), least: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(wants, fc.integer({ min: 0, max: 2000 }), turns, (list, room, { after, least }) => {
        const hungry = wanting(...list).filter((each) => each.wants > 0);
        const shares = shareOut(hungry, room, { after, least });
        const given = shares.reduce((sum, { limit }) => sum + limit, 0);
        expect(given).toBe(
          Math.min(
            room,
            hungry.reduce((sum, each) => sum + each.wants, 0),
          ),
        );
        const most = Math.max(0, ...shares.map(({ limit }) => limit));
        for (const { tenancyId, limit } of shares) {
          const want = list[tenancyId - 1] ?? 0;
          expect(limit).toBeLessThanOrEqual(want);
          // Whoever got less than it wanted got at most one less than anybody else.
          if (limit < want) expect(limit).toBeGreaterThanOrEqual(most - 1);
        }
        const ids = hungry.map(({ tenancyId }) => tenancyId);
        const inTurn = [...ids.filter((id) => id > after), ...ids.filter((id) => id <= after)];
        expect(shares.map(({ tenancyId }) => tenancyId)).toEqual(inTurn.slice(0, shares.length));
      }),
    );
  });
});

describe('inGroupsOf', () => {
  it('cuts a share that goes over the edge of a group', () => {
    const shares = [
      { tenancyId: 1, limit: 3 },
      { tenancyId: 2, limit: 5 },
      { tenancyId: 3, limit: 1 },
    ];
    expect(inGroupsOf(4, shares)).toEqual([
      [
        { tenancyId: 1, limit: 3 },
        { tenancyId: 2, limit: 1 },
      ],
      [{ tenancyId: 2, limit: 4 }],
      [{ tenancyId: 3, limit: 1 }],
    ]);
  });

  it('fills every group but the last, and leaves to everyone what they had', () => {
    const limits = fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 60 });
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 300 }), (list, most) => {
        const groups = inGroupsOf(
          most,
          list.map((limit, place) => ({ tenancyId: place + 1, limit })),
        );
        const sizes = groups.map((group) => group.reduce((sum, { limit }) => sum + limit, 0));
        expect(sizes.slice(0, -1).every((size) => size === most)).toBe(true);
        expect(sizes.every((size) => size > 0 && size <= most)).toBe(true);
        const had = new Map<number, number>();
        for (const { tenancyId, limit } of groups.flat()) {
          had.set(tenancyId, (had.get(tenancyId) ?? 0) + limit);
        }
        expect([...had.values()]).toEqual(list);
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

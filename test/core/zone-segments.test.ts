import { LAST_INSTANT } from '../../src/core/instant.js';
import { timeZone, type Segment } from '../../src/core/zone/time-zone.js';

const HOUR = 3_600_000;

/** All segments of a zone in their order. */
function segmentsOf(name: string): Segment[] {
  const zone = timeZone(name);
  const found = [zone.segmentAt(0)];
  for (let end = found[0]?.end ?? 0; end <= LAST_INSTANT; end = found.at(-1)?.end ?? Infinity) {
    found.push(zone.segmentAt(end));
  }
  return found;
}

describe('the segments of a zone', () => {
  it.each(['Antarctica/Troll', 'Europe/Berlin', 'Asia/Kathmandu'])(
    'follow each other up to 2999: %s',
    (name) => {
      const all = segmentsOf(name);
      expect(all[0]?.start).toBe(0);
      expect(all.at(-1)?.end).toBeGreaterThan(LAST_INSTANT);
      expect(timeZone(name).segmentAt(9e15).end).toBe(Infinity);
      for (const [place, segment] of all.slice(1).entries()) {
        const previous = all[place];
        expect(segment.start).toBe(previous?.end);
        expect([segment.before, segment.offset]).toEqual([previous?.offset, previous?.after]);
        expect(timeZone(name).segmentAt(segment.start - 1)).toBe(previous);
      }
    },
  );

  it('are not cut where clocks change: at midnight of 31 March 2548 the clock of Troll jumps an hour later', () => {
    const zone = timeZone('Antarctica/Troll');
    const cuts = segmentsOf('Antarctica/Troll').filter(
      ({ before, offset, start }) => start > 0 && before === offset,
    );
    expect(cuts.length).toBeGreaterThan(700);
    const near = cuts.filter(
      ({ start }) => zone.offsetAt(start - 30 * HOUR) !== zone.offsetAt(start + 30 * HOUR),
    );
    expect(near).toEqual([]);
    expect(zone.segmentAt(Date.UTC(2548, 2, 31)).end).toBe(Date.UTC(2548, 2, 31, 1));
  });

  it('count before 1970 as they begin', () => {
    expect(timeZone('Africa/Monrovia').offsetAt(-1e15)).toBe(-(44 * 60 + 30) * 1_000);
  });
});

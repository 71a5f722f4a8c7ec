import fc from 'fast-check';
import { parseTime } from '../../src/core/text/human-time.js';

const read = (text: string, now: string, zone?: string) =>
  new Date(parseTime(text, Date.parse(now), zone).at).toISOString().replace('.000', '');

const BERLIN = 'Europe/Berlin';
const NOW = '2026-06-10T22:30:00Z'; // Thursday, 11 June, 00:30 in Berlin; Wednesday, 18:30 in New York

describe('an English time in a zone', () => {
  it.each([
    ['tomorrow at 9am', BERLIN, '2026-06-12T07:00:00Z'],
    ['tomorrow at 9am', 'America/New_York', '2026-06-11T13:00:00Z'],
    ['9am', BERLIN, '2026-06-11T07:00:00Z'],
    ['today at 0:15', BERLIN, '2026-06-10T22:15:00Z'],
    ['Friday at 2am', BERLIN, '2026-06-12T00:00:00Z'],
    ['thursday', BERLIN, '2026-06-17T22:00:00Z'],
    ['next week monday at 5am', 'Asia/Kathmandu', '2026-06-14T23:15:00Z'],
    ['9pm tonight', 'America/New_York', '2026-06-11T01:00:00Z'],
    ['tomorrow evening at 7', BERLIN, '2026-06-12T17:00:00Z'],
    ['may 5th 2031 at 4pm', BERLIN, '2031-05-05T14:00:00Z'],
    ['2031-12-24 at 6pm', BERLIN, '2031-12-24T17:00:00Z'],
    ['june 11 at 1am', BERLIN, '2026-06-10T23:00:00Z'],
    ['now', BERLIN, NOW],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(read(text, NOW, zone)).toBe(expected);
  });

  it.each([
    ['2031-05-01T08:15:30', '2031-05-01T08:15:30Z'],
    ['2031-05-01T08:15:30+05:00', '2031-05-01T03:15:30Z'],
    ['Thu, 01 May 2031 08:15:30 GMT', '2031-05-01T08:15:30Z'],
    ['5 May 2031 16:00 EST', '2031-05-05T21:00:00Z'],
    ['friday 5pm EST', '2026-06-12T22:00:00Z'],
    ['tomorrow at 16:00 +02:00', '2026-06-12T14:00:00Z'],
  ])('leaves %s its own zone, or UTC', (text, expected) => {
    expect(read(text, NOW, BERLIN)).toBe(expected);
  });

  it.each([
    // Clocks go forward on 29 March 2026 at 01:00 UTC and back on 25 October.
    ['in 2 hours', '2026-03-29T00:30:00Z', '2026-03-29T02:30:00Z'],
    ['in 24 hours', '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z'],
    ['in 1 day', '2026-03-28T12:00:00Z', '2026-03-29T11:00:00Z'],
    ['in 2 weeks', '2026-03-20T12:00:00Z', '2026-04-03T11:00:00Z'],
    ['in 1 month', '2026-03-20T12:00:00Z', '2026-04-20T11:00:00Z'],
    ['in 2 days at 5pm', '2026-03-28T12:00:00Z', '2026-03-30T15:00:00Z'],
    ['tomorrow', '2026-03-28T12:00:00Z', '2026-03-29T11:00:00Z'],
    ['tomorrow at 2.30am', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['march 29 2026 at 2.30am', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['tomorrow at 2.30am', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z'],
    // Half past two has been once, and comes once more.
    ['2.30', '2026-10-25T01:10:00Z', '2026-10-25T01:30:00Z'],
    ['in 3 hours', '2026-10-24T23:00:00Z', '2026-10-25T02:00:00Z'],
  ])('%s, said at %s, is %s where clocks change', (text, now, expected) => {
    expect(read(text, now, BERLIN)).toBe(expected);
  });

  it('is that of UTC in UTC', () => {
    const texts = [
      'tomorrow',
      '9am',
      'friday at 2am',
      'in 3 days',
      'next month',
      'may 5',
      '9pm tonight',
      '4pm gmt',
      'in 2 hours',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }),
        (text, now) => {
          const at = (zone?: string) => {
            try {
              return parseTime(text, now, zone).at;
            } catch (error) {
              return String(error);
            }
          };
          expect(at('UTC')).toBe(at());
          expect(at('Etc/GMT')).toBe(at());
        },
      ),
    );
  });

  it.each(['999999999 years from now', 'in 999999999 days', 'in 900 years', '2000 years ago'])(
    'neither loops nor fails beyond what is planned: %s',
    (text) => {
      try {
        expect(Number.isFinite(parseTime(text, Date.parse(NOW), BERLIN).at)).toBe(true);
      } catch (error) {
        expect(String(error)).toContain('is not understood');
      }
    },
  );
});

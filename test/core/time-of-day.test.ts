import fc from 'fast-check';
import { InvalidInput } from '../../src/core/errors.js';
import { namesOffset, parseTimeOfDay } from '../../src/core/text/human-time.js';

function clock(text: string): string {
  return new Date(parseTimeOfDay(text).msOfDay).toISOString().slice(11, 23);
}

describe('a time of day', () => {
  it.each([
    ['4.40pm', '16:40:00.000'],
    ['18.40', '18:40:00.000'],
    ['18:40', '18:40:00.000'],
    ['6.20am', '06:20:00.000'],
    ['17.20:30', '17:20:30.000'],
    ['17:20:30', '17:20:30.000'],
    ['4:40 PM', '16:40:00.000'],
    ['4.40 p.m.', '16:40:00.000'],
    ['9.05:07am', '09:05:07.000'],
    ['4pm', '16:00:00.000'],
    ['0.00', '00:00:00.000'],
    ['00:00', '00:00:00.000'],
    ['23:59:59', '23:59:59.000'],
    ['12.00am', '00:00:00.000'],
    ['12.30am', '00:30:00.000'],
    ['12.00pm', '12:00:00.000'],
    ['noon', '12:00:00.000'],
    ['Midnight', '00:00:00.000'],
    ['2031-05-01T18:40:00Z', '18:40:00.000'],
    ['2031-05-01T18:40:00+02:00', '16:40:00.000'],
    ['2031-05-01T23:40:00-05:00', '04:40:00.000'],
    ['2031-05-01T18:40:00.250', '18:40:00.250'],
    ['2031-05-01 18:40', '18:40:00.000'],
    ['1994-11-05T08:15:30-05:00', '13:15:30.000'],
    ['Sat, 05 Nov 1994 08:15:30 GMT', '08:15:30.000'],
    ['Sat, 05 Nov 1994 08:15:30 EST', '13:15:30.000'],
    ['1960-01-01T18:40:00Z', '18:40:00.000'],
    ['18:40+02:00', '16:40:00.000'],
    ['00:30+02:00', '22:30:00.000'],
    ['T18:40:00Z', '18:40:00.000'],
    ['18:40 UTC', '18:40:00.000'],
  ])('reads %p as %s', (text, expected) => {
    expect(clock(text)).toBe(expected);
  });

  it.each([
    ...[
      '',
      'now',
      'rubbish',
      '13.00pm',
      '0.30am',
      '24.00',
      '24:00',
      '18.60',
      '18:40:60',
      '18',
      '1840',
      '8',
      '18.4',
    ],
    ...[
      '18-40',
      '18.40.30',
      '4.40xm',
      'am',
      'tomorrow at 4pm',
      '2031-05-01',
      '2031-13-01T10:00',
      '18:40+25:00',
    ],
    ...['Sun, 05 Nov 1994 08:15:30 GMT', '-1:30', '٤:٤٠', `18:40${' '.repeat(300)}`],
  ])('refuses %p', (text) => {
    expect(() => parseTimeOfDay(text)).toThrow(InvalidInput);
  });

  it('names the field, the text and the remedy', () => {
    const refused = expect(() => parseTimeOfDay('13.00pm'));
    refused.toThrow(expect.objectContaining({ field: 'repeatAt' }));
    refused.toThrow(/repeatAt '13\.00pm'.*'18\.40'.*with am or pm 1 to 12.*noon/);
  });

  it('is the same in every way of writing it', () => {
    const two = (value: number): string => String(value).padStart(2, '0');
    const [hours, sixty] = [fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })];
    fc.assert(
      fc.property(hours, sixty, sixty, (hour, minute, second) => {
        const half = hour < 12 ? 'am' : 'pm';
        const tail = `${two(minute)}:${two(second)}`;
        const ways = [`${hour}.${tail}`, `${two(hour)}:${tail}`, `${hour % 12 || 12}.${tail}${half}`];
        const iso = `2031-05-01T${two(hour)}:${tail}Z`;
        return [...ways, iso].every((way) => clock(way) === `${two(hour)}:${tail}.000`);
      }),
    );
  });
});

describe('a time of day with an offset of its own', () => {
  it.each([
    ...[
      '18:40Z',
      '18:40+02:00',
      '18:40 UTC',
      'T18:40:00z',
      '18:40-0530',
      '2031-05-01T18:40:00Z',
      '2031-05-01 18:40+02',
    ],
    ...[
      '20310501T0815-0300',
      'Sat, 05 Nov 1994 08:15:30 GMT',
      '05 Nov 1994 08:15:30 EST',
      '5 Nov 1994 08:15 -0500 (here)',
    ],
  ])('is %s', (text) => {
    expect(Number.isFinite(parseTimeOfDay(text).msOfDay)).toBe(true);
    expect(namesOffset(text)).toBe(true);
  });

  it.each([
    ...[
      '18:40',
      '4.40pm',
      'noon',
      'midnight',
      '4:40 a.m.',
      '18.40',
      '2031-05-01T18:40:00',
      '2031-05-01 18:40',
      '20310501T0815',
    ],
    ...['Sat, 05 Nov 1994 08:15:30', '2031-W18-4T08:15'],
  ])('is not %s', (text) => {
    expect(Number.isFinite(parseTimeOfDay(text).msOfDay)).toBe(true);
    expect(namesOffset(text)).toBe(false);
  });
});

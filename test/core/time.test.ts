import fc from 'fast-check';
import { InvalidInput } from '../../src/core/errors.js';
import { parseTime } from '../../src/core/text/human-time.js';

/** Wednesday of ISO week 11. */
const NOW = '2026-03-11T17:20:33.250Z';

function read(input: unknown, now = NOW): string {
  return new Date(parseTime(input, Date.parse(now)).at).toISOString();
}

describe('the time of a one-time schedule', () => {
  it.each([
    ['now', NOW],
    ['Now', NOW],
    ['10 hours from now', '2026-03-12T03:20:33.250Z'],
    ['20 minutes from now', '2026-03-11T17:40:33.250Z'],
    ['in 2 hours', '2026-03-11T19:20:33.250Z'],
    ['tomorrow at 4pm', '2026-03-12T16:00:00.000Z'],
    ['next week monday at 5am', '2026-03-16T05:00:00.000Z'],
    ['9pm tonight', '2026-03-11T21:00:00.000Z'],
    ['3.30pm', '2026-03-12T15:30:00.000Z'],
    ['Friday at 2am', '2026-03-13T02:00:00.000Z'],
    ['next week', '2026-03-18T17:20:33.250Z'],
    ['18.40', '2026-03-11T18:40:00.000Z'],
    ['1994-11-05T08:15:30-05:00', '1994-11-05T13:15:30.000Z'],
    ['Sat, 05 Nov 1994 08:15:30 GMT', '1994-11-05T08:15:30.000Z'],
    ['2031-05-01', '2031-05-01T00:00:00.000Z'],
    ['2013-02-08 09+07:00', '2013-02-08T02:00:00.000Z'],
  ])('reads %p, an example of the documents, as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['1 hour and 30 minutes from now', '2026-03-11T18:50:33.250Z'],
    ['1.5 hours from now', '2026-03-11T18:50:33.250Z'],
    ['in an hour', '2026-03-11T18:20:33.250Z'],
    ['half an hour from now', '2026-03-11T17:50:33.250Z'],
    ['in two weeks', '2026-03-25T17:20:33.250Z'],
    ['in 15 mins', '2026-03-11T17:35:33.250Z'],
    ['in 2h', '2026-03-11T19:20:33.250Z'],
    ['in 2 months', '2026-05-11T17:20:33.250Z'],
    ['1 year from now', '2027-03-11T17:20:33.250Z'],
    ['in 2 days at 5pm', '2026-03-13T17:00:00.000Z'],
    ['5 minutes ago', '2026-03-11T17:15:33.250Z'],
  ])('reads the distance %p as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['today at 9pm', '2026-03-11T21:00:00.000Z'],
    ['today at 9am', '2026-03-11T09:00:00.000Z'],
    ['5pm tonight', '2026-03-12T17:00:00.000Z'],
    ['tonight at midnight', '2026-03-12T00:00:00.000Z'],
    ['at 18:40', '2026-03-11T18:40:00.000Z'],
    ['18.40pm', null],
    ['17.20:33', '2026-03-12T17:20:33.000Z'],
    ['noon', '2026-03-12T12:00:00.000Z'],
    ['midnight', '2026-03-12T00:00:00.000Z'],
    ['tomorrow', '2026-03-12T17:20:33.250Z'],
    ['tomorrow noon', '2026-03-12T12:00:00.000Z'],
    ['tomorrow, 4pm', '2026-03-12T16:00:00.000Z'],
    ['4pm tomorrow', '2026-03-12T16:00:00.000Z'],
    ['TOMORROW AT 4PM', '2026-03-12T16:00:00.000Z'],
    ['  tomorrow   at 4pm ', '2026-03-12T16:00:00.000Z'],
    ['tomorrow at 16:00 +02:00', '2026-03-12T14:00:00.000Z'],
    ['tomorrow morning', null],
    ['the day after tomorrow at 8am', '2026-03-13T08:00:00.000Z'],
    ['next month', '2026-04-11T17:20:33.250Z'],
    ['next week at 5am', '2026-03-18T05:00:00.000Z'],
  ])('reads the day %p as %s', (text, expected) => {
    if (expected === null) expect(() => read(text)).toThrow(InvalidInput);
    else expect(read(text)).toBe(expected);
  });

  it.each([
    ['friday', '2026-03-13T00:00:00.000Z'],
    ['on Friday at 2am', '2026-03-13T02:00:00.000Z'],
    ['2am on friday', '2026-03-13T02:00:00.000Z'],
    ['wednesday at 18:00', '2026-03-11T18:00:00.000Z'],
    ['wednesday at 17:20', '2026-03-18T17:20:00.000Z'],
    ['this friday at 2am', '2026-03-13T02:00:00.000Z'],
    ['next friday at 2am', '2026-03-20T02:00:00.000Z'],
    ['monday next week at 5am', '2026-03-16T05:00:00.000Z'],
    ['next week sunday at 5am', '2026-03-22T05:00:00.000Z'],
    ['tue 4pm', '2026-03-17T16:00:00.000Z'],
    ['friday 5pm EST', '2026-03-13T22:00:00.000Z'],
  ])('reads the weekday %p as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['2026-03-08T23:00:00Z', 'Sunday', '2026-03-09T05:00:00.000Z'],
    ['2026-03-09T01:00:00Z', 'Monday', '2026-03-16T05:00:00.000Z'],
    ['2026-03-14T12:00:00Z', 'Saturday', '2026-03-16T05:00:00.000Z'],
    ['2026-12-30T12:00:00Z', 'the last days of a year', '2027-01-04T05:00:00.000Z'],
  ])('takes the Monday of the next ISO week (asked at %s, %s)', (now, _, expected) => {
    expect(read('next week monday at 5am', now)).toBe(expected);
  });

  it.each([
    ['May 5', '2026-05-05T00:00:00.000Z'],
    ['on the 5th of May at 4pm', '2026-05-05T16:00:00.000Z'],
    ['feb 3', '2027-02-03T00:00:00.000Z'],
    ['March 11 at 4pm', '2027-03-11T16:00:00.000Z'],
    ['March 11 at 6pm', '2026-03-11T18:00:00.000Z'],
    ['May 5th 2031 at 4pm', '2031-05-05T16:00:00.000Z'],
    ['5 May 2031 16.30', '2031-05-05T16:30:00.000Z'],
    ['5 May 2031 16:00 EST', '2031-05-05T21:00:00.000Z'],
    ['Saturday, 14 March 2026 at 4pm', '2026-03-14T16:00:00.000Z'],
    ['2031-05-01 at 4pm', '2031-05-01T16:00:00.000Z'],
    ['2031/05/01 16:00', '2031-05-01T16:00:00.000Z'],
    ['13/05/2031', '2031-05-13T00:00:00.000Z'],
  ])('reads the date %p as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['2026-03-11T20:59:59Z', '2026-03-11T21:00:00.000Z'],
    ['2026-03-11T21:00:00Z', '2026-03-11T21:00:00.000Z'],
    ['2026-03-11T21:00:01Z', '2026-03-12T21:00:00.000Z'],
  ])('takes "9pm tonight" at %s for %s', (now, expected) => {
    expect(read('9pm tonight', now)).toBe(expected);
  });

  it.each([
    ['2026-01-31T10:00:00Z', 'next month', '2026-02-28T10:00:00.000Z'],
    ['2028-01-31T10:00:00Z', 'in 1 month', '2028-02-29T10:00:00.000Z'],
    ['2028-02-29T10:00:00Z', '1 year from now', '2029-02-28T10:00:00.000Z'],
    ['2026-05-31T10:00:00Z', 'in 1 month', '2026-06-30T10:00:00.000Z'],
  ])('takes the last day where a month has no such day (at %s, %s)', (now, text, expected) => {
    expect(read(text, now)).toBe(expected);
  });

  it('reads a date object', () => {
    const input = { date: '2015-10-20 04:30 +0000', format: 'YYYY-MM-DD HH:mm Z' };
    expect(read(input)).toBe('2015-10-20T04:30:00.000Z');
    expect(read({ date: '2015-W06-5' })).toBe('2015-02-06T00:00:00.000Z');
  });

  it.each([
    ...[
      '',
      ' ',
      'garbage',
      'today 25:00',
      'tomorrow at 25:00',
      'tomorrow at 4pm or so',
      'tomorrow 4pm to 5pm',
      '13.00pm',
    ],
    ...[
      '2031-13-01',
      '2031-02-29',
      '2031-13-01 at 4pm',
      '2031/13/01',
      '2031-05-01T25:00',
      '32 may 2031',
      'feb 30 2031',
    ],
    ...[
      '31 june 2031',
      '1840',
      '2031',
      '5',
      'in 5',
      'in five parsecs',
      'hours from now',
      'from now',
      'last friday',
    ],
    ...[
      'this week',
      '05/01/2031',
      '5/6',
      'Monday 14 March 2026',
      'Sun, 05 Nov 1994 08:15:30 GMT',
      'next',
      'at',
      'someday',
    ],
    ...[
      'monday in 2 weeks',
      '2 weeks after friday',
      'next quarter',
      'next quarter at 5pm',
      '10 hours from tomorrow',
      'tomorrow 4pm friday',
      'twenty blue minutes from now',
      'nowhere',
    ],
    ...['in 2 hours at 5pm', '1.5 months from now', 'in 9999999 years', `in 2 hours${' '.repeat(300)}`],
  ])('refuses %p, which is not understood in full', (text) => {
    expect(() => read(text)).toThrow(InvalidInput);
    expect(() => read(text)).toThrow(expect.objectContaining({ field: 'time' }));
    expect(() => read(text)).toThrow(/^time '.*ISO-8601.*\{date, format\}/s);
  });

  it.each([
    [5],
    [null],
    [undefined],
    [true],
    [[]],
    [{}],
    [{ date: 'tomorrow' }],
    [{ date: '2031', format: 'MM' }],
  ])('refuses %p, which is no time value', (input) => {
    expect(() => read(input)).toThrow(expect.objectContaining({ field: 'time', code: 'invalid' }));
  });
});

describe('English times at any instant', () => {
  const instant = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2900, 0, 1) });
  const at = (text: string, now: number): number => parseTime(text, now).at;

  it('move with the instant at which they are read, when they are distances', () => {
    const distance = fc.constantFrom(
      'now',
      'in 2 hours',
      '10 hours from now',
      'in 3 days',
      'next week',
      'tomorrow',
    );
    fc.assert(
      fc.property(distance, instant, fc.nat(), (text, now, ms) => at(text, now + ms) - at(text, now) === ms),
    );
  });

  it('are the first such clock time that has not passed', () => {
    const clock = fc.constantFrom('3.30pm', '18.40', 'noon', '9pm tonight', '0:00');
    fc.assert(
      fc.property(clock, instant, (text, now) => {
        const found = at(text, now);
        return found >= now && found < now + 86_400_000 && at(text, found) === found;
      }),
    );
  });

  it('are within a week when they name a weekday, and the same at every instant up to then', () => {
    const day = fc.constantFrom('monday', 'tue', 'wednesday', 'thursday', 'friday', 'sat', 'sunday');
    fc.assert(
      fc.property(day, instant, fc.double({ min: 0, max: 1, noNaN: true }), (name, now, part) => {
        const found = at(`${name} at 2am`, now);
        const later = now + Math.floor((found - now) * part);
        return found >= now && found < now + 7 * 86_400_000 && at(`${name} at 2am`, later) === found;
      }),
    );
  });
});

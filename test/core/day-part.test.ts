import { InvalidInput } from '../../src/core/errors.js';
import { parseTime } from '../../src/core/text/human-time.js';

/** Wednesday of ISO week 11. */
const NOW = '2026-03-11T17:20:33.250Z';

function read(input: unknown, now = NOW): string {
  return new Date(parseTime(input, Date.parse(now)).at).toISOString();
}

describe('what a person means by an English time', () => {
  it.each([
    ['tonight at 8:30', '2026-03-11T20:30:00.000Z'],
    ['8:30 tonight', '2026-03-11T20:30:00.000Z'],
    ['tonight at 8', '2026-03-11T20:00:00.000Z'],
    ['11 tonight', '2026-03-11T23:00:00.000Z'],
    ['21:30 tonight', '2026-03-11T21:30:00.000Z'],
    ['midnight tonight', '2026-03-12T00:00:00.000Z'],
    ['12am tonight', '2026-03-12T00:00:00.000Z'],
    ['1:30 tonight', '2026-03-12T01:30:00.000Z'],
    ['this evening at 8', '2026-03-11T20:00:00.000Z'],
    ['8:30 this evening', '2026-03-11T20:30:00.000Z'],
    ['this afternoon at 3', '2026-03-11T15:00:00.000Z'],
    ['this morning at 9', '2026-03-11T09:00:00.000Z'],
    ['9 in the morning', '2026-03-12T09:00:00.000Z'],
    ['6 in the afternoon', '2026-03-11T18:00:00.000Z'],
    ['1 at night', '2026-03-12T01:00:00.000Z'],
    ['12 at night', '2026-03-12T00:00:00.000Z'],
    ['tomorrow evening at 7', '2026-03-12T19:00:00.000Z'],
    ['9 tomorrow morning', '2026-03-12T09:00:00.000Z'],
    ['tomorrow night at 11', '2026-03-12T23:00:00.000Z'],
    ['friday evening 7:15', '2026-03-13T19:15:00.000Z'],
    ['may 5 at 7 in the evening', '2026-05-05T19:00:00.000Z'],
    ['5th may 2031 7 in the evening', '2031-05-05T19:00:00.000Z'],
  ])('reads the part of a day in %p as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('reads a clock of tonight whose hour has passed on the next evening', () => {
    expect(read('tonight at 8:30', '2026-03-11T18:15:00Z')).toBe('2026-03-11T20:30:00.000Z');
    expect(read('tonight at 8:30', '2026-03-11T20:31:00Z')).toBe('2026-03-12T20:30:00.000Z');
  });

  it.each([
    // A part of a day without a clock, a clock that lies outside of it, a night that may be either of two.
    ...[
      'tonight',
      'evening',
      'this evening',
      'this morning',
      'tomorrow morning',
      'sunday morning',
      'this weekend',
    ],
    ...[
      'next weekend',
      'weekend',
      'next weekday',
      '9am tonight',
      '12pm tonight',
      'noon tonight',
      '13:00 tonight',
    ],
    ...['8pm in the morning', '12 in the morning', 'tomorrow night at 1', 'this evening tomorrow at 8'],
    ...['tonight at 8 or 9', 'morning evening 8', '8 9 tonight', '2031-05-01 tonight'],
    // An hour that may be of the morning or of the evening; a day that has two midnights.
    ...['at 5', 'at 12', '8', 'friday at 5', "5 o'clock", '24 October 10 o clock', 'eight pm', 'half eight'],
    ...[
      'half past eight',
      'quarter to nine',
      'friday at midnight',
      'may 5 at midnight',
      'tomorrow at midnight',
    ],
    // About, before, after, ranges, alternatives.
    ...[
      'around 8pm',
      'about 8pm',
      '8pm or so',
      'just after noon',
      'tomorrow after 4pm',
      'tomorrow before 4pm',
    ],
    ...['by friday', 'until 5pm', 'since 5pm', '4pm or 5pm', '4pm to 5pm', '4pm - 5pm', '4-5pm', 'may 5-7'],
    ...['friday or saturday', 'may 5 or 6', 'in an hour or two', 'in 1-2 hours', 'in about 2 hours'],
    ...[
      'in a few hours',
      'in a couple of hours',
      'tomorrow today',
      'noon at 5pm',
      '5pm 6pm',
      'in am',
      'in a m',
    ],
    // A month or a year without a day, years of two digits, other eras, days that are over.
    ...['may', 'May', 'in December', 'August', 'August 2012', '06/2004', '2024 Aug', 'August 32', 'Aug 96'],
    ...['9 Aug 96', '21-APR-16', '12-30-16', '10 August 234 BC', '10 August 2555 BE', '10 August 88 AD'],
    ...[
      'yesterday',
      'yesterday afternoon',
      'christmas',
      'end of may',
      'friday week',
      'every day at 5pm',
      'weekdays',
    ],
  ])('refuses %p, which would be a guess', (text) => {
    expect(() => read(text)).toThrow(InvalidInput);
  });

  it.each([
    ['24 October, 9 p.m.', '2026-10-24T21:00:00.000Z'],
    ['8:23 AM, Jul 9', '2026-07-09T08:23:00.000Z'],
    ['05/31/2024-14:15', '2024-05-31T14:15:00.000Z'],
    ['06/Nov/2023:06:36:02 +0200', '2023-11-06T04:36:02.000Z'],
    ['Thu Oct 26 11:00:09 EDT 2023', '2023-10-26T15:00:09.000Z'],
    ['wednesday, september 16, 2020 at 11 am GMT+0900 (JST)', '2020-09-16T02:00:00.000Z'],
    ['wednesday, september 16, 2020 at 23.00+14', '2020-09-16T09:00:00.000Z'],
    ['10:30 (gmt-2:30)', '2026-03-12T13:00:00.000Z'],
    ['10:30 pst today', '2026-03-11T18:30:00.000Z'],
    ['9:00 PST', '2026-03-12T17:00:00.000Z'],
    ['Twenty-fourth of May', '2026-05-24T00:00:00.000Z'],
    ['Sunday, March, 6th 2016', '2016-03-06T00:00:00.000Z'],
    ['Dec. 21', '2026-12-21T00:00:00.000Z'],
    ['in 1d, 2hr, and 5min', '2026-03-12T19:25:33.250Z'],
    ['on Tuesday, next week', '2026-03-17T00:00:00.000Z'],
  ])('reads %p, a row of the table of chrono-node, as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

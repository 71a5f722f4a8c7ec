import type { Dst } from '../../src/core/zone/zone-rule.js';
import { inZone, runs } from './zone-runs.js';

const BERLIN = 'Europe/Berlin';
const SKIP = { gap: 'skip' } as const;
const LAST = { overlap: 'last' } as const;
const BOTH = { overlap: 'both' } as const;

describe('runs where clocks go forward', () => {
  it.each<[string, string, string, Partial<Dst>, string, string[]]>([
    // Directive 2000/84/EC: at 01:00 UTC on the last Sunday of March, 29 March 2026. Berlin: 02:00 becomes 03:00.
    [
      'a local time in the gap',
      '* * * * 2 30 0',
      BERLIN,
      {},
      '2026-03-27T12:00Z',
      [
        '2026-03-28T02:30:00+01:00',
        '2026-03-29T03:00:00+02:00 clock goes forward: 02:30 does not exist',
        '2026-03-30T02:30:00+02:00',
      ],
    ],
    [
      'skipped',
      '* * * * 2 30 0',
      BERLIN,
      SKIP,
      '2026-03-27T12:00Z',
      ['2026-03-28T02:30:00+01:00', '2026-03-30T02:30:00+02:00'],
    ],
    [
      'several in the gap, and one at its end, once',
      '* * * * 1:3 0,15,30 0',
      BERLIN,
      {},
      '2026-03-29T00:20Z',
      [
        '2026-03-29T01:30:00+01:00',
        '2026-03-29T03:00:00+02:00 clock goes forward: 02:00 to 02:30 do not exist',
        '2026-03-29T03:15:00+02:00',
      ],
    ],
    [
      'all hours: by elapsed time',
      '* * * * * 30 0',
      BERLIN,
      {},
      '2026-03-29T00:00Z',
      ['2026-03-29T01:30:00+01:00', '2026-03-29T03:30:00+02:00'],
    ],
    // Energy Policy Act of 2005: second Sunday of March, 8 March 2026, 02:00 local time.
    [
      'New York',
      '* * * * 2 0 0',
      'America/New_York',
      {},
      '2026-03-08T00:00Z',
      ['2026-03-08T03:00:00-04:00 clock goes forward: 02:00 does not exist', '2026-03-09T02:00:00-04:00'],
    ],
    // NSW, Lord Howe Island: first Sunday of October, 4 October 2026, 02:00 becomes 02:30 (IANA, file australasia).
    [
      'half an hour',
      '* * * * 2 0,15,30 0',
      'Australia/Lord_Howe',
      {},
      '2026-10-03T15:00Z',
      [
        '2026-10-04T02:30:00+11:00 clock goes forward: 02:00 to 02:15 do not exist',
        '2026-10-05T02:00:00+11:00',
      ],
    ],
    // Chile: first Sunday after 2 September, 6 September 2026, 00:00 becomes 01:00: the day begins an hour late (IANA, file southamerica).
    [
      'midnight',
      '* * * * 0 0 0',
      'America/Santiago',
      {},
      '2026-09-05T12:00Z',
      ['2026-09-06T01:00:00-03:00 clock goes forward: 00:00 does not exist', '2026-09-07T00:00:00-03:00'],
    ],
    // Chatham Islands: last Sunday of September, 27 September 2026, 02:45 becomes 03:45 (IANA, file australasia).
    [
      'an offset of 45 minutes',
      '* * * * 3 0 0',
      'Pacific/Chatham',
      {},
      '2026-09-26T12:00Z',
      ['2026-09-27T03:45:00+13:45 clock goes forward: 03:00 does not exist', '2026-09-28T03:00:00+13:45'],
    ],
    // Troll changes by two hours, at 01:00 UTC with Europe (IANA, file antarctica).
    [
      'two hours',
      '* * * * 1,2,3 30 0',
      'Antarctica/Troll',
      {},
      '2026-03-28T12:00Z',
      [
        '2026-03-29T03:00:00+02:00 clock goes forward: 01:30 to 02:30 do not exist',
        '2026-03-29T03:30:00+02:00',
      ],
    ],
    // Dublin's winter time is the one that is "saved", with an offset below the standard (IANA, file europe): as any other.
    [
      'Dublin',
      '* * * * 1 30 0',
      'Europe/Dublin',
      {},
      '2026-03-28T12:00Z',
      ['2026-03-29T02:00:00+01:00 clock goes forward: 01:30 does not exist'],
    ],
    // Morocco goes back to UTC for Ramadan and forward on 22 March 2026, 02:00 (IANA, file africa).
    [
      'the end of Ramadan in Morocco',
      '* * * * 2 15 0',
      'Africa/Casablanca',
      {},
      '2026-03-21T12:00Z',
      ['2026-03-22T03:00:00+01:00 clock goes forward: 02:15 does not exist', '2026-03-23T02:15:00+01:00'],
    ],
    // Samoa left out 30 December 2011 (International Date Line (Samoa) Act 2011): after the 29th came the 31st.
    [
      'a whole day',
      '* * * * 9 0 0',
      'Pacific/Apia',
      {},
      '2011-12-29T12:00Z',
      [
        '2011-12-29T09:00:00-10:00',
        '2011-12-31T00:00:00+14:00 clock goes forward: 2011-12-30 09:00 does not exist',
        '2011-12-31T09:00:00+14:00',
      ],
    ],
    [
      'a whole day, skipped',
      '* * * * 9 0 0',
      'Pacific/Apia',
      SKIP,
      '2011-12-29T12:00Z',
      ['2011-12-29T09:00:00-10:00', '2011-12-31T09:00:00+14:00'],
    ],
    [
      'the Friday that was left out',
      '* * * fri 9,17 0 0',
      'Pacific/Apia',
      {},
      '2011-12-29T12:00Z',
      [
        '2011-12-31T00:00:00+14:00 clock goes forward: 2011-12-30 09:00 to 2011-12-30 17:00 do not exist',
        '2012-01-06T09:00:00+14:00',
      ],
    ],
  ])('%s', (_, cron, zone, dst, after, expected) => {
    expect(runs(inZone(cron, zone, dst), after, expected.length)).toEqual(expected);
  });
});

describe('runs where clocks go back', () => {
  const first = '2026-10-25T02:30:00+02:00 clock goes back: first of two';
  const second = '2026-10-25T02:30:00+01:00 clock goes back: second of two';
  const after = '2026-10-26T02:30:00+01:00';
  it.each<[string, string, string, Partial<Dst>, string, string[]]>([
    // Directive 2000/84/EC: at 01:00 UTC on the last Sunday of October, 25 October 2026. Berlin: 03:00 becomes 02:00.
    ['the first time', '* * * * 2 30 0', BERLIN, {}, '2026-10-24T12:00Z', [first, after]],
    ['the last time', '* * * * 2 30 0', BERLIN, LAST, '2026-10-24T12:00Z', [second, after]],
    ['both times', '* * * * 2 30 0', BERLIN, BOTH, '2026-10-24T12:00Z', [first, second, after]],
    [
      'all hours: by elapsed time',
      '* * * * * 30 0',
      BERLIN,
      LAST,
      '2026-10-25T00:00Z',
      [first, second, '2026-10-25T03:30:00+01:00'],
    ],
    [
      'the border is not in it',
      '* * * * 3 0 0',
      BERLIN,
      BOTH,
      '2026-10-24T12:00Z',
      ['2026-10-25T03:00:00+01:00', '2026-10-26T03:00:00+01:00'],
    ],
    [
      'its begin is',
      '* * * * 2 0 0',
      BERLIN,
      BOTH,
      '2026-10-24T12:00Z',
      [
        '2026-10-25T02:00:00+02:00 clock goes back: first of two',
        '2026-10-25T02:00:00+01:00 clock goes back: second of two',
      ],
    ],
    // Energy Policy Act of 2005: first Sunday of November, 1 November 2026, 02:00 local time.
    [
      'New York',
      '* * * * 1 0 0',
      'America/New_York',
      BOTH,
      '2026-10-31T12:00Z',
      [
        '2026-11-01T01:00:00-04:00 clock goes back: first of two',
        '2026-11-01T01:00:00-05:00 clock goes back: second of two',
        '2026-11-02T01:00:00-05:00',
      ],
    ],
    // First Sunday of April, 5 April 2026, 02:00 becomes 01:30 (IANA, file australasia).
    [
      'half an hour',
      '* * * * 1 15,45 0',
      'Australia/Lord_Howe',
      BOTH,
      '2026-04-04T12:00Z',
      [
        '2026-04-05T01:15:00+11:00',
        '2026-04-05T01:45:00+11:00 clock goes back: first of two',
        '2026-04-05T01:45:00+10:30 clock goes back: second of two',
      ],
    ],
    // Chile: first Sunday after 2 April, 24:00 of 4 April 2026 becomes 23:00.
    [
      'midnight',
      '* * 4 * 23 30 0',
      'America/Santiago',
      BOTH,
      '2026-04-04T12:00Z',
      [
        '2026-04-04T23:30:00-03:00 clock goes back: first of two',
        '2026-04-04T23:30:00-04:00 clock goes back: second of two',
      ],
    ],
    // A year is over before its last local hour comes again: the second time is still found.
    [
      'a pattern that has no later match',
      '2026 10 25 * 2 30 0',
      BERLIN,
      BOTH,
      '2026-10-24T12:00Z',
      [first, second],
    ],
  ])('%s', (_, cron, zone, dst, from, expected) => {
    expect(runs(inZone(cron, zone, dst), from, expected.length)).toEqual(expected);
  });
});

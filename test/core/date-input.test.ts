import fc from 'fast-check';
import { parseDate } from '../../src/core/text/date-input.js';
import { InvalidInput } from '../../src/core/errors.js';

function read(input: unknown): string {
  return new Date(parseDate(input, 'startTime')).toISOString();
}

function refusalOf(input: unknown, field = 'startTime'): InvalidInput {
  try {
    parseDate(input, field);
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(input)} is accepted`);
}

describe('a date text', () => {
  it.each([
    ['1994-11-05T08:15:30-05:00', '1994-11-05T13:15:30.000Z'],
    ['2026-11-05T08:15:30-05:00', '2026-11-05T13:15:30.000Z'],
    ['2015-10-19T23:00:00.000Z', '2015-10-19T23:00:00.000Z'],
    ['2015-10-20 04:30:00', '2015-10-20T04:30:00.000Z'],
    ['2013-02-08', '2013-02-08T00:00:00.000Z'],
    ['2013-W06-5', '2013-02-08T00:00:00.000Z'],
    ['2013W065', '2013-02-08T00:00:00.000Z'],
    ['2013-W06-5T09:30', '2013-02-08T09:30:00.000Z'],
    ['2013-039', '2013-02-08T00:00:00.000Z'],
    ['2013039', '2013-02-08T00:00:00.000Z'],
    ['20130208', '2013-02-08T00:00:00.000Z'],
    ['20130208T080910', '2013-02-08T08:09:10.000Z'],
    ['2013-02-08 09', '2013-02-08T09:00:00.000Z'],
    ['2013-02-08 09+07:00', '2013-02-08T02:00:00.000Z'],
    ['2013-02-08 09+0700', '2013-02-08T02:00:00.000Z'],
    ['2013-02-08 09:30:26.123', '2013-02-08T09:30:26.123Z'],
    ['2013-02-08T09:30:26,123Z', '2013-02-08T09:30:26.123Z'],
    ['2013-02-08t09:30:26z', '2013-02-08T09:30:26.000Z'],
    ['2013-02-08T24:00', '2013-02-09T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2013-02', '2013-02-01T00:00:00.000Z'],
    [' 2013-02-08 ', '2013-02-08T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ['Sat, 05 Nov 1994 08:15:30 GMT', '1994-11-05T08:15:30.000Z'],
    ['Sat, 05 Nov 1994 08:15:30 -0500', '1994-11-05T13:15:30.000Z'],
    ['5 Nov 1994 08:15 EST', '1994-11-05T13:15:00.000Z'],
    ['5 Nov 1994 08:15 PDT', '1994-11-05T15:15:00.000Z'],
    ['5 Nov 1994 08:15 PST', '1994-11-05T16:15:00.000Z'],
    ['5 Nov 1994 08:15 CDT', '1994-11-05T13:15:00.000Z'],
    ['5 Nov 1994 08:15 EDT', '1994-11-05T12:15:00.000Z'],
    ['5 Nov 1994 08:15 MST', '1994-11-05T15:15:00.000Z'],
    ['05 Nov 94 08:15:30 +0130', '1994-11-05T06:45:30.000Z'],
    ['sat, 05 nov 1994 08:15:30 gmt', '1994-11-05T08:15:30.000Z'],
    ['Sat, 05 Nov 1994 08:15:30', '1994-11-05T08:15:30.000Z'],
    ['Thu, 29 Feb 2024 00:00:00 UT (leap day)', '2024-02-29T00:00:00.000Z'],
  ])('reads %p as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
    expect(read({ date: text })).toBe(expected);
  });

  it.each([
    ...['', 'garbage', 'now', 'tomorrow', '2031', '1840', '203105', '2031-13-01', '2031-02-29', '2031-04-31'],
    ...[
      '2031-05-01T25:00',
      '2031-05-01T10:60',
      '2031-05-01T10:00:60',
      '2031-W54-1',
      '2031-366',
      '2031-W06-8',
    ],
    ...[
      '2031-05-01T10:00+24:00',
      '2031-05-01T10:00+02:60',
      '2031-05-01 at 4pm',
      '01/05/2031',
      '1410715640579',
    ],
    ...[
      'Sun, 05 Nov 1994 08:15:30 GMT',
      'Tue, 31 Feb 2031 08:15:30 GMT',
      '5 Nov 1994 24:15 GMT',
      '5 Foo 1994 08:15 GMT',
    ],
    ...[
      '5 Nov 1994 08:15 XYZ',
      '5 Nov 1994 08:15 +2460',
      '5 Nov 1994',
      '+012345-01-01',
      '9999-12-31T23:59:59-05:00',
    ],
    ...[`2031-05-01${' '.repeat(300)}`],
  ])('refuses %p', (text) => {
    const { field, message } = refusalOf(text);
    expect(field).toBe('startTime');
    expect(message).toMatch(/^startTime '.*' is not a date|^startTime '.*\.\.\. is not a date/s);
    expect(message).toMatch(/ISO-8601.*RFC 2822.*\{date, format\}/);
    expect(() => read({ date: text })).toThrow(InvalidInput);
  });

  it('is the inverse of the ISO-8601 text of every instant', () => {
    const instant = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2999, 11, 31) });
    fc.assert(fc.property(instant, (at) => parseDate(new Date(at).toISOString(), 'endTime') === at));
  });

  it('is the inverse of the RFC 2822 text of every second', () => {
    const second = fc.integer({ min: 0, max: Date.UTC(2999, 11, 31) / 1000 });
    fc.assert(
      fc.property(second, (at) => parseDate(new Date(at * 1000).toUTCString(), 'endTime') === at * 1000),
    );
  });
});

describe('a date object with a format', () => {
  it.each([
    ['2015-10-20 04:30 +0000', 'YYYY-MM-DD HH:mm Z', '2015-10-20T04:30:00.000Z'],
    ['2015-10-20 04:30 +0200', 'YYYY-MM-DD HH:mm ZZ', '2015-10-20T02:30:00.000Z'],
    ['2015-10-20 04:30 -05:30', 'YYYY-MM-DD HH:mm Z', '2015-10-20T10:00:00.000Z'],
    ['2015-10-20 04:30 Z', 'YYYY-MM-DD HH:mm Z', '2015-10-20T04:30:00.000Z'],
    ['2017-08-21', 'YYYY-MM-DD', '2017-08-21T00:00:00.000Z'],
    ['2015', 'YYYY', '2015-01-01T00:00:00.000Z'],
    ['14', 'YY', '2014-01-01T00:00:00.000Z'],
    ['2015 1', 'YYYY Q', '2015-01-01T00:00:00.000Z'],
    ['2015 4', 'YYYY Q', '2015-10-01T00:00:00.000Z'],
    ['2015 8', 'YYYY M', '2015-08-01T00:00:00.000Z'],
    ['2015 08', 'YYYY MM', '2015-08-01T00:00:00.000Z'],
    ['2015 Dec', 'YYYY MMM', '2015-12-01T00:00:00.000Z'],
    ['2015 January', 'YYYY MMMM', '2015-01-01T00:00:00.000Z'],
    ['2015-12-7', 'YYYY-MM-D', '2015-12-07T00:00:00.000Z'],
    ['2015-12-07', 'YYYY-MM-DD', '2015-12-07T00:00:00.000Z'],
    ['1st May 2015', 'Do MMMM YYYY', '2015-05-01T00:00:00.000Z'],
    ['31st Dec 15', 'Do MMM YY', '2015-12-31T00:00:00.000Z'],
    ['2015-39', 'YYYY-DDD', '2015-02-08T00:00:00.000Z'],
    ['2015-365', 'YYYY-DDDD', '2015-12-31T00:00:00.000Z'],
    ['1410715640.579', 'X', '2014-09-14T17:27:20.579Z'],
    ['1410715640', 'X', '2014-09-14T17:27:20.000Z'],
    ['1410715640579', 'x', '2014-09-14T17:27:20.579Z'],
    ['2015 40 5', 'gggg w e', '2015-10-02T00:00:00.000Z'],
    ['15 40 0', 'gg ww e', '2015-09-27T00:00:00.000Z'],
    ['2015 40 5', 'GGGG W E', '2015-10-02T00:00:00.000Z'],
    ['15 06 7', 'GG WW E', '2015-02-08T00:00:00.000Z'],
    ['2015-10-20 4', 'YYYY-MM-DD H', '2015-10-20T04:00:00.000Z'],
    ['2015-10-20 23', 'YYYY-MM-DD HH', '2015-10-20T23:00:00.000Z'],
    ['2015-10-20 4 pm', 'YYYY-MM-DD h a', '2015-10-20T16:00:00.000Z'],
    ['2015-10-20 12 AM', 'YYYY-MM-DD hh A', '2015-10-20T00:00:00.000Z'],
    ['2015-10-20 4:5:6', 'YYYY-MM-DD H:m:s', '2015-10-20T04:05:06.000Z'],
    ['2015-10-20 04:05:06', 'YYYY-MM-DD HH:mm:ss', '2015-10-20T04:05:06.000Z'],
    ['2015-10-20 04:05:06.7', 'YYYY-MM-DD HH:mm:ss.S', '2015-10-20T04:05:06.700Z'],
    ['2015-10-20 04:05:06.78', 'YYYY-MM-DD HH:mm:ss.SS', '2015-10-20T04:05:06.780Z'],
    ['2015-10-20 04:05:06.789', 'YYYY-MM-DD HH:mm:ss.SSS', '2015-10-20T04:05:06.789Z'],
    ['2015-10-20T04:30Z', 'YYYY-MM-DDTHH:mmZ', '2015-10-20T04:30:00.000Z'],
    ['the 20/10/2015', '[the] DD/MM/YYYY', '2015-10-20T00:00:00.000Z'],
    ['20.10.2015', 'DD.MM.YYYY', '2015-10-20T00:00:00.000Z'],
    ['20151020', 'YYYYMMDD', '2015-10-20T00:00:00.000Z'],
    ['20151020043000', 'YYYYMMDDHHmmss', '2015-10-20T04:30:00.000Z'],
  ])('reads %p by %p', (date, format, expected) => {
    expect(read({ date, format })).toBe(expected);
  });

  it.each([
    ['2015-10-20', 'DD-MM-YYYY'],
    ['2015-02-30', 'YYYY-MM-DD'],
    ['2015-10-20 25:00', 'YYYY-MM-DD HH:mm'],
    ['2015-10-20 13 pm', 'YYYY-MM-DD h a'],
    ['2015-10-20 more', 'YYYY-MM-DD'],
    ['2015-10', 'YYYY-MM-DD'],
    ['2015-8-7', 'YYYY-MM-DD'],
    ['2015 Foo', 'YYYY MMM'],
    ['2015 5', 'YYYY Q'],
    ['2015-366', 'YYYY-DDDD'],
    ['2015-10-20 04:30 +9900', 'YYYY-MM-DD HH:mm ZZ'],
    ['', 'YYYY'],
  ])('refuses %p, which is not of the format %p', (date, format) => {
    expect(refusalOf({ date, format }).message).toBe(
      `startTime: '${date}' is not a date of the format '${format}'`,
    );
  });

  it.each([
    ['yyyy-mm-dd', "holds 'yyyy'"],
    ['YYYY dddd', "holds 'dddd'"],
    ['YYYY LT', "holds 'L'"],
    ['YYYY-MM-DD HH:mm:ss.SSSS', "holds 'SSSS'"],
    ['YYYY-MM-DD kk', "holds 'kk'"],
    ['YYYY\\x', "holds '\\'"],
    ['HH:mm', 'does not say the year'],
    ['MM-DD', 'does not say the year'],
    ['', 'does not say the year'],
    ['Y'.repeat(101), 'longer than 100 characters'],
    [7, 'is not a text'],
    [null, 'is not a text'],
  ])('refuses the format %p', (format, reason) => {
    expect(refusalOf({ date: '2015-10-20', format }).message).toContain(reason);
  });

  it.each([
    [null],
    [undefined],
    [5],
    [true],
    [[]],
    [['2015-10-20']],
    [{}],
    [{ date: 1410715640579 }],
    [{ date: null }],
    [{ format: 'YYYY' }],
    [{ date: `${'2'.repeat(300)}`, format: 'x' }],
  ])('refuses %p, which is no date value', (input) => {
    expect(refusalOf(input, 'endTime')).toMatchObject({ field: 'endTime', code: 'invalid' });
  });
});

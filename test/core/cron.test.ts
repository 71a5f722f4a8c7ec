import { parseCron } from '../../src/core/cron/cron.js';
import { InvalidInput } from '../../src/core/errors.js';
import { nextRunAt } from '../../src/core/plan/pattern.js';

/** Wednesday. */
const NOW = '2026-03-11 17:20:33.250';

/** The next runs of an expression after an instant, as texts. */
function runsOf(expression: string, after: string, count: number): (string | null)[] {
  const pattern = parseCron(expression);
  const runs: (string | null)[] = [];
  let at: number | null = Date.parse(`${after.replace(' ', 'T')}Z`);
  while (runs.length < count && at !== null) {
    at = nextRunAt(pattern, at);
    runs.push(at === null ? null : new Date(at).toISOString().slice(0, 19).replace('T', ' '));
  }
  return runs;
}

function refusalOf(expression: string): InvalidInput {
  try {
    parseCron(expression);
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
  throw new Error(`'${expression}' is accepted`);
}

describe('a cron of the documents', () => {
  const everyHalfHour = [
    ...['2026-03-12 10:00:00', '2026-03-12 10:30:00', '2026-03-12 11:00:00', '2026-03-12 11:30:00'],
    ...['2026-03-12 12:00:00', '2026-03-12 12:30:00', '2026-03-13 10:00:00'],
  ];
  it.each([
    [
      'the seed: every 30 minutes between 10:00 and 12:30 (six fields)',
      '* * * 10:12 */30 0',
      NOW,
      everyHalfHour,
    ],
    ['the same with its year', '* * * * 10:12 */30 0', NOW, everyHalfHour],
    [
      'every Friday in 2015 at 12:00',
      '2015 * * fri 12 0 0',
      '2015-12-18 12:00:00',
      ['2015-12-25 12:00:00', null],
    ],
    [
      'every hour from 12 to 14 between the third and the second-to-last day',
      '* * 3:-2 * 12:14 0 0',
      '2026-02-27 13:59:59',
      ['2026-02-27 14:00:00', '2026-03-03 12:00:00', '2026-03-03 13:00:00', '2026-03-03 14:00:00'],
    ],
    [
      'the last Sunday of every month at 09:00',
      '* * * -1.sun 9 0 0',
      NOW,
      ['2026-03-29 09:00:00', '2026-04-26 09:00:00', '2026-05-31 09:00:00'],
    ],
    [
      'every 3 months on the 10th at 9:00',
      '* */3 10 * 9 0 0',
      NOW,
      ['2026-06-10 09:00:00', '2026-09-10 09:00:00', '2026-12-10 09:00:00', '2027-03-10 09:00:00'],
    ],
    [
      'the same months by name',
      '* 3,6,9,12 10 * 9 0 0',
      NOW,
      ['2026-06-10 09:00:00', '2026-09-10 09:00:00', '2026-12-10 09:00:00', '2027-03-10 09:00:00'],
    ],
    ['daily at 9', '* * * * 9 0 0', NOW, ['2026-03-12 09:00:00', '2026-03-13 09:00:00']],
    ['every Monday at 10', '* * * mon 10 0 0', NOW, ['2026-03-16 10:00:00', '2026-03-23 10:00:00']],
    ['every 2 hours', '* * * * */2 0 0', NOW, ['2026-03-11 18:00:00', '2026-03-11 20:00:00']],
    [
      'hours 10 to 12',
      '* * * * 10:12 0 0',
      NOW,
      ['2026-03-12 10:00:00', '2026-03-12 11:00:00', '2026-03-12 12:00:00'],
    ],
    [
      'every second hour of 10 to 12',
      '* * * * 10:12/2 0 0',
      NOW,
      ['2026-03-12 10:00:00', '2026-03-12 12:00:00'],
    ],
    [
      'Monday, Wednesday, Friday',
      '* * * mon,wed,fri 9 0 0',
      NOW,
      ['2026-03-13 09:00:00', '2026-03-16 09:00:00'],
    ],
    [
      'the first of each quarter',
      '* 1,4,7,10 1 * 0 0 0',
      NOW,
      ['2026-04-01 00:00:00', '2026-07-01 00:00:00'],
    ],
    ['daily at 9:30', '* * * * 9 30 0', NOW, ['2026-03-12 09:30:00']],
    ['the 15th at 18:00', '* * 15 * 18 0 0', NOW, ['2026-03-15 18:00:00', '2026-04-15 18:00:00']],
    ['every 10 minutes', '* * * * * */10 0', NOW, ['2026-03-11 17:30:00', '2026-03-11 17:40:00']],
    ['every 10 seconds', '* * * * * * */10', NOW, ['2026-03-11 17:20:40', '2026-03-11 17:20:50']],
    [
      'every 5 seconds of every 10th minute',
      '* * * * * */10 */5',
      NOW,
      ['2026-03-11 17:20:35', '2026-03-11 17:20:40'],
    ],
    ['every hour', '* * * * */1 0 0', NOW, ['2026-03-11 18:00:00', '2026-03-11 19:00:00']],
    ['daily at 10', '* * * * 10 0 0', NOW, ['2026-03-12 10:00:00']],
    ['Linux 0 9 * * 1', '* * * mon 9 0 0', NOW, ['2026-03-16 09:00:00']],
  ])('runs: %s (%s)', (_, expression, after, expected) => {
    expect(runsOf(expression, after, expected.length)).toEqual(expected);
  });
});

describe('the syntax of a cron', () => {
  it.each([
    ['weekdays in any case', '* * * MON,Tue 0 0 0', ['2026-03-16', '2026-03-17']],
    [
      'a wrapping weekday range',
      '* * * fri:mon 0 0 0',
      ['2026-03-13', '2026-03-14', '2026-03-15', '2026-03-16'],
    ],
    ['mon:mon, one day', '* * * mon:mon 0 0 0', ['2026-03-16', '2026-03-23']],
    [
      'every second day of a wrapping range',
      '* * * fri:mon/2 0 0 0',
      ['2026-03-13', '2026-03-15', '2026-03-20'],
    ],
    ['weekdays counted from mon = 1', '* * * */2 0 0 0', ['2026-03-12', '2026-03-14', '2026-03-17']],
    ['the second Monday', '* * * 2.mon 0 0 0', ['2026-04-13', '2026-05-11']],
    ['a fifth Monday only where there is one', '* * * 5.mon 0 0 0', ['2026-03-30', '2026-06-29']],
    ['the fifth weekday from the end', '* * * -5.mon 0 0 0', ['2026-06-01', '2026-08-03']],
    ['the last day', '* * -1 * 0 0 0', ['2026-03-31', '2026-04-30', '2026-05-31']],
    ['-31 in months of 31 days only', '* * -31 * 0 0 0', ['2026-05-01', '2026-07-01']],
    [
      'a day range cut to the month',
      '* 4 -31:3 * 0 0 0',
      ['2026-04-01', '2026-04-02', '2026-04-03', '2027-04-01'],
    ],
    [
      'a cut range that counts its step from the first',
      '* 4 -31:5/2 * 0 0 0',
      ['2026-04-01', '2026-04-03', '2026-04-05'],
    ],
    [
      'multiples of 5 as days',
      '* * */5 * 0 0 0',
      ['2026-03-15', '2026-03-20', '2026-03-25', '2026-03-30', '2026-04-05'],
    ],
    ['days that Day and DayOfWeek both permit', '* * 13 * 0 0 0', ['2026-03-13', '2026-04-13']],
    ['Friday the 13th', '* * 13 fri 0 0 0', ['2026-03-13', '2026-11-13', '2027-08-13']],
    ['29 February', '* 2 29 * 0 0 0', ['2028-02-29', '2032-02-29']],
    ['a 29 February that is a Monday', '* 2 29 5.mon 0 0 0', ['2044-02-29', '2072-02-29', '2112-02-29']],
    ['31 in months of 31 days only', '* * 31 * 0 0 0', ['2026-03-31', '2026-05-31']],
    ['years as multiples', '*/10 1 1 * 0 0 0', ['2030-01-01', '2040-01-01']],
    ['a range of years with a step', '2027:2030/2 1 1 * 0 0 0', ['2027-01-01', '2029-01-01']],
    [
      'lists of every form',
      '* * 1:3/2,-1,15 * 0 0 0',
      ['2026-03-15', '2026-03-31', '2026-04-01', '2026-04-03'],
    ],
    ['leading zeros', '* 05 01 * 00 00 00', ['2026-05-01']],
    ['any white space', ' *\t5  1 \n * 0 0 0 ', ['2026-05-01']],
  ])('knows %s (%s)', (_, expression, days) => {
    expect(runsOf(expression, NOW, days.length)).toEqual(days.map((day) => `${day} 00:00:00`));
  });

  it.each([
    ['* * * * */30 0 0', ['2026-03-12 00:00:00', '2026-03-13 00:00:00']],
    ['* * * * 10:12/5 0 0', ['2026-03-12 10:00:00', '2026-03-13 10:00:00']],
    ['* * * * 0 */99 0', ['2026-03-12 00:00:00']],
  ])('leaves only 0 or the first value of a step larger than the field (%s)', (expression, expected) => {
    expect(runsOf(expression, NOW, expected.length)).toEqual(expected);
  });

  it.each([
    ['2015 * * * 0 0 0'],
    ['* 2 30 * 0 0 0'],
    ['* 4,6 31 * * * *'],
    ['2027 2 29 * 0 0 0'],
    ['2999 2 30 * 0 0 0'],
    ['* * 1 5.mon 0 0 0'],
    ['* * -5:3 * 0 0 0'],
    ['* */13 * * 0 0 0'],
    ['*/3000 * * * 0 0 0'],
  ])('accepts what never matches again: %s', (expression) => {
    expect(runsOf(expression, NOW, 1)).toEqual([null]);
  });

  it('keeps the expression as it was sent', () => {
    expect(parseCron(' * * * MON  9 0 0').expression).toBe(' * * * MON  9 0 0');
  });

  it('ends with the year 2999', () => {
    expect(runsOf('* * * * 0 0 0', '2999-12-30 12:00:00', 2)).toEqual(['2999-12-31 00:00:00', null]);
    expect(runsOf('* * * * * * *', '2999-12-31 23:59:58', 2)).toEqual(['2999-12-31 23:59:59', null]);
  });

  it('begins with the year 1970', () => {
    expect(nextRunAt(parseCron('* * * * * * *'), -5e12)).toBe(0);
  });

  it('rounds an instant with milliseconds up to the second', () => {
    expect(runsOf('* * * * * * *', '2026-03-11 17:20:33.001', 1)).toEqual(['2026-03-11 17:20:34']);
    expect(runsOf('* * * * * * *', '2026-03-11 17:20:33.999', 1)).toEqual(['2026-03-11 17:20:34']);
    expect(runsOf('* * * * * * *', '2026-03-11 17:20:34.000', 1)).toEqual(['2026-03-11 17:20:35']);
  });
});

describe('the refusal of a cron', () => {
  it.each([
    ['1969 * * * 0 0 0', "Year '1969'", '1970 to 2999'],
    ['3000 * * * 0 0 0', "Year '3000'", '1970 to 2999'],
    ['26 * * * 0 0 0', "Year '26'", '1970 to 2999'],
    ['2030:2026 * * * 0 0 0', "Year '2030:2026'", '1970 to 2999'],
    ['* 0 * * 0 0 0', "Month '0'", '1 to 12'],
    ['* 13 * * 0 0 0', "Month '13'", '1 to 12'],
    ['* jan * * 0 0 0', "Month 'jan'", '1 to 12'],
    ['* 5:3 * * 0 0 0', "Month '5:3'", '1 to 12'],
    ['* */0 * * 0 0 0', "step 0 in '*/0'", '1 to 12'],
    ['* * 0 * 0 0 0', "Day '0'", '-31 to -1'],
    ['* * 32 * 0 0 0', "Day '32'", '1 to 31'],
    ['* * -32 * 0 0 0', "Day '-32'", '-31 to -1'],
    ['* * 10:5 * 0 0 0', "Day '10:5'", '1 to 31'],
    ['* * -1:-5 * 0 0 0', "Day '-1:-5'", '-31 to -1'],
    ['* * L * 0 0 0', "Day 'L'", '-31 to -1'],
    ['* * * monday 0 0 0', "DayOfWeek 'monday'", 'mon, tue'],
    ['* * * 1 0 0 0', "DayOfWeek '1'", 'mon, tue'],
    ['* * * 0.mon 0 0 0', "DayOfWeek '0.mon'", 'a = 1 to 5 or -5 to -1'],
    ['* * * 6.mon 0 0 0', "DayOfWeek '6.mon'", 'a = 1 to 5 or -5 to -1'],
    ['* * * 1.foo 0 0 0', "DayOfWeek 'foo'", 'mon, tue'],
    ['* * * 1.mon:2.mon 0 0 0', "DayOfWeek 'mon:2.mon'", 'a.y'],
    ['* * * ? 0 0 0', "DayOfWeek '?'", 'mon, tue'],
    ['* * * * 24 0 0', "Hour '24'", '0 to 23'],
    ['* * * * -1 0 0', "Hour '-1'", '0 to 23'],
    ['* * * * 9-17 0 0', "Hour '9-17'", "'a:b'"],
    ['* * * * 12:10 0 0', "Hour '12:10'", '0 to 23'],
    ['* * * * 5/2 0 0', "Hour '5/2'", "'a:b/c'"],
    ['* * * * 0 60 0', "Minute '60'", '0 to 59'],
    ['* * * * 0 1.5 0', "Minute '1.5'", '0 to 59'],
    ['* * * * 0 0 60', "Second '60'", '0 to 59'],
    ['* * * * 0 0 1,,2', "Second ''", '0 to 59'],
    ['* * * * 0 0 1:2:3', "Second '1:2:3'", '0 to 59'],
    ['* * * * 0 0 */x', "step 'x' in '*/x'", '0 to 59'],
    ['* * * * 0 0 *:5', "Second '*:5'", '0 to 59'],
    ['0 0 12 * * ? *', "Year '0'", '1970 to 2999'],
  ])('names the field, the text and what is permitted: %s', (expression, place, permitted) => {
    const { field, message } = refusalOf(expression);
    expect(field).toBe('cron');
    expect(message).toContain(`cron '${expression}'`);
    expect(message).toContain(place);
    expect(message).toContain(permitted);
  });

  it.each([
    ['', '0 fields'],
    ['*', '1 field;'],
    ['__proto__', '1 field;'],
    ['@constructor', '1 field;'],
    ['* * * *', '4 fields'],
    ['* * * * * * * *', '8 fields'],
  ])('counts the fields of %p', (expression, count) => {
    expect(refusalOf(expression).message).toContain(count);
    expect(refusalOf(expression).message).toContain('Year Month Day DayOfWeek Hour Minute Second');
  });

  it('cuts a long expression and refuses it', () => {
    const { message } = refusalOf('* '.repeat(200));
    expect(message).toContain('longer than 255 characters');
    expect(message.length).toBeLessThan(200);
  });
});

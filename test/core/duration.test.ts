import fc from 'fast-check';
import { parseInterval } from '../../src/core/text/duration.js';
import { InvalidInput } from '../../src/core/errors.js';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

describe('a repeat interval', () => {
  it.each([
    ['5 minutes', 5 * MINUTE],
    ['10 hours', 10 * HOUR],
    ['2 hours', 2 * HOUR],
    ['1 day', DAY],
    ['2 days', 2 * DAY],
    ['2 weeks', 14 * DAY],
    ['3 weeks', 21 * DAY],
    ['1 month', 30 * DAY],
    ['1 year', 365 * DAY],
    ['20 minutes', 20 * MINUTE],
    ['1 second', SECOND],
    ['90 seconds', 90 * SECOND],
    ['2 months', 60 * DAY],
    ['100 years', 36_500 * DAY],
    ['1 hour 30 minutes', 90 * MINUTE],
    ['1 hour, 30 minutes', 90 * MINUTE],
    ['2 weeks and 1 day', 15 * DAY],
    ['1 day, 2 hours and 3 minutes', DAY + 2 * HOUR + 3 * MINUTE],
    ['1.5 hours', 90 * MINUTE],
    ['0.1 hours', 6 * MINUTE],
    ['1.5 seconds', 1_500],
    ['0 hours 5 minutes', 5 * MINUTE],
    ['  5   MINUTES ', 5 * MINUTE],
    ['5minutes', 5 * MINUTE],
  ])('reads %p', (text, everyMs) => {
    expect(parseInterval(text)).toEqual({ kind: 'interval', everyMs });
  });

  it.each([
    ...[
      '',
      'twenty minutes',
      'a minute',
      'minutes',
      '5',
      '-5 minutes',
      '+5 minutes',
      '5 parsecs',
      '5 min',
      '5 minutess',
    ],
    ...[
      'every 5 minutes',
      '5 minutes and',
      'and 5 minutes',
      ', 5 minutes',
      '1,5 hours',
      '1. hours',
      '.5 hours',
    ],
    ...[
      '5 minutes ago',
      '1e3 seconds',
      '5 minutes; 3 hours',
      'Infinity years',
      '٣ days',
      '1 hour '.repeat(60),
    ],
  ])('refuses %p', (text) => {
    expect(() => parseInterval(text)).toThrow(InvalidInput);
  });

  it.each([
    ['0 minutes', 'shorter than one second'],
    ['0.5 seconds', 'shorter than one second'],
    ['101 years', 'longer than 100 years'],
    ['36500 days 1 second', 'longer than 100 years'],
    ['999999999999999 years', 'longer than 100 years'],
  ])('refuses %p, saying that it is %s', (text, reason) => {
    expect(() => parseInterval(text)).toThrow(reason);
  });

  it('names the field, the text and the remedy', () => {
    const refused = expect(() => parseInterval('twenty minutes'));
    refused.toThrow(expect.objectContaining({ field: 'repeatInterval' }));
    refused.toThrow(/repeatInterval 'twenty minutes'.*seconds, minutes, hours.*'5 minutes'/);
  });

  it('is the sum of its terms in any order', () => {
    const unit = fc.constantFrom('second', 'minute', 'hour', 'day', 'week', 'month', 'year');
    const term = fc.tuple(fc.integer({ min: 1, max: 9 }), unit).map(([count, name]) => `${count} ${name}s`);
    fc.assert(
      fc.property(term, term, (a, b) => {
        const sum = parseInterval(a).everyMs + parseInterval(b).everyMs;
        return parseInterval(`${a} ${b}`).everyMs === sum && parseInterval(`${b} and ${a}`).everyMs === sum;
      }),
    );
  });
});

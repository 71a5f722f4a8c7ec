import fc from 'fast-check';
import { parseCron } from '../../src/core/cron/cron.js';
import { parseDate } from '../../src/core/text/date-input.js';
import { parseInterval } from '../../src/core/text/duration.js';
import { InvalidInput } from '../../src/core/errors.js';
import { parseTime, parseTimeOfDay } from '../../src/core/text/human-time.js';
import { countRuns, nextRunAt, previousRunAt, type SchedulePattern } from '../../src/core/plan/pattern.js';

const NOW = Date.UTC(2026, 2, 11, 17, 20, 33, 250);

/** Whatever a text is, a parser answers a value that can be used or refuses it with a message for a person. */
function isAnsweredOrRefused(parse: () => SchedulePattern | number): boolean {
  try {
    return isUsable(parse());
  } catch (error) {
    return error instanceof InvalidInput && error.field !== undefined && error.message.length < 1_000;
  }
}

function isUsable(result: SchedulePattern | number): boolean {
  if (typeof result === 'number') return Number.isInteger(result);
  const next = nextRunAt(result, NOW);
  if (result.kind === 'interval') return next === NOW + result.everyMs;
  if (result.kind === 'once') return next === (result.at > NOW ? result.at : null);
  const last = previousRunAt(result, NOW, 0);
  return (
    (next === null || next > NOW) && (last === null || last <= NOW) && countRuns(result, NOW, NOW + 1e9) >= 0
  );
}

const WORDS = [
  ...['__proto__', 'constructor', '@', '*/2,', '1-5/2,', 'tue,'],
  ...[
    'now',
    'in',
    'at',
    'on',
    'next',
    'week',
    'monday',
    'friday',
    'tomorrow',
    'tonight',
    'may',
    'feb',
    '5th',
    '2031',
  ],
  ...[
    'hours',
    'minutes',
    'from',
    'and',
    '4pm',
    '18.40',
    'noon',
    '2031-05-01',
    'T08:15:30',
    'Z',
    'GMT',
    '+02:00',
    'EST',
  ],
  ...[
    '*',
    '*/3',
    '1:5',
    '-1:3/2',
    'mon',
    '-1.sun',
    '0',
    '1',
    '59',
    '2.5',
    ',',
    '.',
    ':',
    '-',
    '/',
    '[',
    ']',
    '\\',
    '(',
  ],
  ...[
    'YYYY',
    'MM',
    'DD',
    'HH:mm',
    'X',
    'x',
    'e',
    'a',
    'Do',
    '@daily',
    '1-5',
    'é',
    '\u0000',
    '𝟛',
    '\u202e',
    '\n',
    'half an',
    'ago',
  ],
];
const soup = fc
  .array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(' ', ' ', '', '  ')), { maxLength: 12 })
  .map((words) => words.flat().join(''));
const text = fc.oneof(
  soup,
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.tuple(soup, fc.integer({ min: 1, max: 200 })).map(([word, times]) => word.repeat(times)),
);

describe('a random text', () => {
  it.each<[string, (text: string) => SchedulePattern | number]>([
    ['a cron', parseCron],
    ['seven fields', (input) => parseCron(`* ${input} * * * * 0`)],
    ['an interval', parseInterval],
    ['a time of day', parseTimeOfDay],
    ['a time', (input) => parseTime(input, NOW)],
    ['a date', (input) => parseDate(input, 'startTime')],
    ['a date with a format', (input) => parseDate({ date: '2031-05-01', format: input }, 'startTime')],
    ['a date of a format', (input) => parseDate({ date: input, format: 'YYYY Do MMMM' }, 'startTime')],
    ['a text that is its own format', (input) => parseDate({ date: input, format: input }, 'startTime')],
  ])('is read or refused as %s, and nothing else happens', (_, parse) => {
    fc.assert(
      fc.property(text, (input) => isAnsweredOrRefused(() => parse(input))),
      { numRuns: 600 },
    );
  });

  it('is read or refused as a value of any shape', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => isAnsweredOrRefused(() => parseTime(input, NOW))),
      { numRuns: 500 },
    );
  });
});

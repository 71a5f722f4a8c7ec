import fc from 'fast-check';
import { parseCron } from '../../src/core/cron/cron.js';
import { describePattern } from '../../src/core/describe/describe.js';
import { nextRunAt, type SchedulePattern } from '../../src/core/plan/pattern.js';
import { parseInterval } from '../../src/core/text/duration.js';
import { parseTime, parseTimeOfDay } from '../../src/core/text/human-time.js';
import type { ZoneRule } from '../../src/core/zone/zone-rule.js';
import { randomCron } from './cron-arbitrary.js';

const THURSDAY = Date.UTC(2026, 10, 26, 21, 30);
const said = (cron: string) => describePattern(parseCron(cron));

describe('the words of a cron', () => {
  it.each([
    // The documented examples (docs/contract/schedules.md, and the documents that it settles).
    ['* * * 10:12 */30 0', 'every 30 minutes from 10:00 to 12:30 UTC, every day'],
    ['* * * mon 9 0 0', 'every Monday at 09:00 UTC'],
    ['* * * * * *', 'every second'],
    ['* */3 10 * 9 0 0', 'every year on 10 March, 10 June, 10 September and 10 December at 09:00 UTC'],
    ['* 3,6,9,12 10 * 9 0 0', 'every year on 10 March, 10 June, 10 September and 10 December at 09:00 UTC'],
    ['* 1,4,7,10 1 * 0 0 0', 'every year on 1 January, 1 April, 1 July and 1 October at 00:00 UTC'],
    ['* * 3:-2 * 9 0 0', 'on the 3rd to the second-to-last day of each month at 09:00 UTC'],
    ['* * * mon:fri 9 0 0', 'every weekday at 09:00 UTC'],
    ['* * * fri:mon 9 0 0', 'every day from Friday to Monday at 09:00 UTC'],
    ['* * * -1.sun 9 0 0', 'on the last Sunday of each month at 09:00 UTC'],
    ['* * * 2.mon 9 0 0', 'on the second Monday of each month at 09:00 UTC'],
    ['* * */5 * 0 0 0', 'on the 5th, 10th, 15th, 20th, 25th and 30th of each month at 00:00 UTC'],
    ['* * -31:10 * 9 0 0', 'on the 1st to 10th of each month at 09:00 UTC'],
    ['* * * mon:mon 9 0 0', 'every Monday at 09:00 UTC'],
    ['2015 * * * 9 0 0', 'every day in 2015 at 09:00 UTC'],
    ['* 2 30 * 0 0 0', 'never, because there is no such date'],
    ['* * -1 * 23 0 0', 'on the last day of each month at 23:00 UTC'],
    // Times of day.
    ['* * * * 9 0 0', 'every day at 09:00 UTC'],
    ['* * * * 0,6,12 0 0', 'every day at 00:00, 06:00 and 12:00 UTC'],
    ['* * * * 9,12,18 30 0', 'every day at 09:30, 12:30 and 18:30 UTC'],
    ['* * * * */6 0 0', 'every day at 00:00, 06:00, 12:00 and 18:00 UTC'],
    ['* * * * 1 2 3', 'every day at 01:02:03 UTC'],
    ['* * * sat,sun 23 59 59', 'every Saturday and Sunday at 23:59:59 UTC'],
    ['* * * * 9:11,14 5,45 0', 'every day at 09:05, 09:45, 10:05, 10:45, 11:05, 11:45, 14:05 and 14:45 UTC'],
    // What comes again and again.
    ['* * * * * * 0', 'every minute'],
    ['* * * * * */5 0', 'every 5 minutes'],
    ['* * * * * 0:59/5 0', 'every 5 minutes'],
    ['* * * * * 0,30 0', 'every 30 minutes'],
    ['* * * * * * */10', 'every 10 seconds'],
    ['* * * * * 0 0', 'every hour'],
    ['* * * * * 30 0', 'every hour at minute 30'],
    ['* * * * * 30 15', 'every hour at minute 30, second 15'],
    ['* * * * */2 0 0', 'every 2 hours from 00:00 to 22:00 UTC, every day'],
    ['* * * * 9:17 0 0', 'every hour from 09:00 to 17:00 UTC, every day'],
    ['* * * * 9 * 0', 'every minute from 09:00 to 09:59 UTC, every day'],
    ['* * * * 9:16 * *', 'every second from 09:00:00 to 16:59:59 UTC, every day'],
    ['* * * * 9 0 */10', 'every 10 seconds from 09:00:00 to 09:00:50 UTC, every day'],
    ['* * * mon:fri 9:17 */15 0', 'every 15 minutes from 09:00 to 17:45 UTC on weekdays'],
    ['* * * * 8:17 */10 30', 'every 10 minutes from 08:00:30 to 17:50:30 UTC, every day'],
    ['* * * mon,wed * * 0', 'every minute on Mondays and Wednesdays (UTC)'],
    ['* * * mon:thu * * 0', 'every minute from Monday to Thursday (UTC)'],
    ['* * * mon:sat * 0 0', 'every hour except on Sundays (UTC)'],
    ['* 1 * * * * 0', 'every minute in January (UTC)'],
    ['* * 1 * * */5 0', 'every 5 minutes on the 1st of each month (UTC)'],
    // Days, months and years.
    ['* * 1 * 0 0 0', 'on the 1st of each month at 00:00 UTC'],
    ['* * 1,15 * 9 0 0', 'on the 1st and 15th of each month at 09:00 UTC'],
    ['* * 31 * 9 0 0', 'on the 31st of each month that has one at 09:00 UTC'],
    ['* * -3:-1 * 9 0 0', 'on the last 3 days of each month at 09:00 UTC'],
    ['* * 1,-1 * 9 0 0', 'on the 1st and the last day of each month at 09:00 UTC'],
    ['* * */2 * 0 0 0', 'on every 2nd day from the 2nd to the 30th of each month at 00:00 UTC'],
    ['* 12 24 * 18 0 0', 'every year on 24 December at 18:00 UTC'],
    ['* 12 24,25,26 * 0 0 0', 'every year on 24 to 26 December at 00:00 UTC'],
    ['* 2 29 * 0 0 0', 'every leap year on 29 February at 00:00 UTC'],
    ['2031 5 1 * 8 15 30', 'on 1 May 2031 at 08:15:30 UTC'],
    ['* 1:3 * * 9 0 0', 'every day from January to March at 09:00 UTC'],
    ['2027:2030 * * * 9 0 0', 'every day from 2027 to 2030 at 09:00 UTC'],
    ['2027:2999 * * mon 9 0 0', 'every Monday from 2027 on at 09:00 UTC'],
    ['2030 7 * mon 9 0 0', 'every Monday in July of 2030 at 09:00 UTC'],
    ['*/4 1 1 * 0 0 0', 'on 1 January in years divisible by 4 at 00:00 UTC'],
    // Weekdays within the month, and days that must be weekdays too.
    ['* * * mon:sat 9 0 0', 'every day except Sunday at 09:00 UTC'],
    ['* * * tue,thu 9 0 0', 'every Tuesday and Thursday at 09:00 UTC'],
    ['* * * 1.mon,3.mon 9 0 0', 'on the first and third Monday of each month at 09:00 UTC'],
    ['* 1,7 * 1.mon 9 0 0', 'on the first Monday of January and July at 09:00 UTC'],
    ['* * * 5.fri 9 0 0', 'on the fifth Friday of each month that has one at 09:00 UTC'],
    [
      '* * * -2.fri,1.mon 9 0 0',
      'on the first Monday and the second-to-last Friday of each month at 09:00 UTC',
    ],
    ['* * 13 fri 9 0 0', 'every Friday the 13th at 09:00 UTC'],
    ['* * 1:7 mon 9 0 0', 'on the 1st to 7th of each month, if that is a Monday, at 09:00 UTC'],
    ['* * 1:15 mon:sat * 0 0', 'every hour on the 1st to 15th of each month, if that is not a Sunday (UTC)'],
    ['* * -1 mon:fri 18 0 0', 'on the last day of each month, if that is a weekday, at 18:00 UTC'],
    // Odd ones: longer, and still exact.
    ['* * * * * */7 0', 'every 7 minutes from minute 0 to 56 of every hour'],
    ['* * * * * * */7', 'every 7 seconds from second 0 to 56 of every minute'],
    ['* * * * * 5:59/20 0', 'at minutes 5, 25 and 45 of every hour'],
    ['* * * * 9:17 5:59/20 0', 'at minutes 5, 25 and 45 of every hour from 09:00 to 17:59 UTC, every day'],
    [
      '* * * * */3 5,6,7,9 5,35',
      'at seconds 5 and 35 of minutes 5 to 7 and 9 of every 3rd hour from 00:00 to 21:59 UTC, every day',
    ],
    [
      '* * 2:-3/3 * 9 0 0',
      'on every 3rd day from the 2nd to the third-to-last day of each month at 09:00 UTC',
    ],
    ['*/3,*/7 1 1 * 0 0 0', 'on 1 January in years divisible by 3 or years divisible by 7 at 00:00 UTC'],
  ])('%s', (cron, words) => {
    expect(said(cron)).toBe(words);
  });

  it('have no brackets, doubled blanks or lost values, whatever the pattern', () => {
    fc.assert(
      fc.property(randomCron, ({ text }) => {
        const words = said(text);
        expect(words).toMatch(/^(at|every|on|never)[ ,]/);
        expect(words).not.toMatch(/ {2}|undefined|NaN|null| ,|,,/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the words of other patterns', () => {
  it.each([
    ['5 minutes', 'every 5 minutes, counted from the last start'],
    ['1 minute', 'every minute, counted from the last start'],
    ['1 hour 30 minutes', 'every 1 hour and 30 minutes, counted from the last start'],
    ['1.5 hours', 'every 1 hour and 30 minutes, counted from the last start'],
    ['2 weeks', 'every 2 weeks, counted from the last start'],
    ['2 weeks and 1 day', 'every 15 days, counted from the last start'],
    ['1 month', 'every 30 days, counted from the last start'],
    ['1.5 seconds', 'every 1.5 seconds, counted from the last start'],
  ])('an interval of %s', (text, words) => {
    expect(describePattern(parseInterval(text))).toBe(words);
  });

  it.each([
    ['4.40pm', 'every day at 16:40 UTC'],
    ['18.40', 'every day at 18:40 UTC'],
    ['18:40', 'every day at 18:40 UTC'],
    ['17.20:30', 'every day at 17:20:30 UTC'],
    ['noon', 'every day at 12:00 UTC'],
    ['18:40+02:00', 'every day at 16:40 UTC'],
    ['18:40:00.250Z', 'every day at 18:40:00.250 UTC'],
  ])('each day at %s', (text, words) => {
    expect(describePattern(parseTimeOfDay(text))).toBe(words);
  });

  it.each([
    ['now', 'once, on Thursday, 26 November 2026 at 21:30 UTC'],
    ['10 hours from now', 'once, on Friday, 27 November 2026 at 07:30 UTC'],
    ['20 minutes from now', 'once, on Thursday, 26 November 2026 at 21:50 UTC'],
    ['in 2 hours', 'once, on Thursday, 26 November 2026 at 23:30 UTC'],
    ['tomorrow at 4pm', 'once, on Friday, 27 November 2026 at 16:00 UTC'],
    ['next week monday at 5am', 'once, on Monday, 30 November 2026 at 05:00 UTC'],
    ['9pm tonight', 'once, on Friday, 27 November 2026 at 21:00 UTC'],
    ['3.30pm', 'once, on Friday, 27 November 2026 at 15:30 UTC'],
    ['Friday at 2am', 'once, on Friday, 27 November 2026 at 02:00 UTC'],
    ['next week', 'once, on Thursday, 3 December 2026 at 21:30 UTC'],
    ['18.40', 'once, on Friday, 27 November 2026 at 18:40 UTC'],
    ['2031-05-01T08:15:30Z', 'once, on Thursday, 1 May 2031 at 08:15:30 UTC'],
    ['Thu, 01 May 2031 08:15:30 GMT', 'once, on Thursday, 1 May 2031 at 08:15:30 UTC'],
  ])('once: %s', (text, words) => {
    expect(describePattern(parseTime(text, THURSDAY))).toBe(words);
  });
});

/** Fields from few values, written in several ways, so that patterns of one meaning are often drawn. */
const few = {
  year: '* 1970:2999 2027 2027:2030 2028:2999 */4 1972:2999/4 2027,2029 */3,*/7 */7,*/3',
  month: '* 1:12 */3 3,6,9,12 2 1:3 1,2,3 7,1 1,7 */1',
  day:
    '* 1:31 1:-1 -31:-1 13 13,13 1 31 29 -1 -3:-1 -1,-2,-3 1,-1 3:-2 3:-3 2:-1/3 2:31/3 2:-2/3 */2 2:30/2 ' +
    '-31:10 1:10 -30:10 -29:10 -31 -10:-1/3 -9:-1/3 -31:-1/7 30:-1',
  weekday:
    '* mon:sun sat:fri mon:fri mon,tue,wed,thu,fri fri fri:fri sat,sun sat:sun mon:sat 1.mon 1.MON,1.mon -1.fri ' +
    'fri,-1.fri 1.mon,3.mon 3.mon,1.mon 5.fri -5.fri fri:mon */2',
  hour: '* */1 9 09 9:17 9:17/2 */2 */6 0,6,12,18 9,11,14 0:5,12:23 22,23',
  minute: '* 0 */5 0:59/5 */30 0,30 30 */7 0:56/7 0:9 5,25,45 5:59/20 */60',
  second: '0 */60 * 30 */10 0:50/10 5,35 */7 0,30',
};
const rare = (usual: string, others: string) =>
  fc.oneof(
    { arbitrary: fc.constant(usual), weight: 5 },
    { arbitrary: fc.constantFrom(...others.split(' ')), weight: 3 },
  );
const drawnCron = fc
  .tuple(
    rare('*', few.year),
    rare('*', few.month),
    rare('*', few.day),
    rare('*', few.weekday),
    fc.constantFrom(...few.hour.split(' ')),
    rare('0', few.minute),
    rare('0', few.second),
  )
  .map((fields) => fields.join(' '));

const FROM = [
  0,
  Date.UTC(2024, 1, 28, 23, 59, 59),
  THURSDAY,
  Date.UTC(2028, 1, 28),
  Date.UTC(2030, 11, 31, 9),
];

/** Rules of zones in which the same words would show different firings, were a rule not said. */
const ZONE_RULES: ZoneRule[] = (['after', 'skip'] as const).flatMap((gap) =>
  (['first', 'last', 'both'] as const).flatMap((overlap) =>
    ['Europe/Berlin', 'America/Santiago'].map((zone) => ({ zone, gap, overlap })),
  ),
);
/** The evenings before clocks change in one of them. */
const BEFORE_CHANGES = [
  '2026-03-28T22:30Z',
  '2026-10-24T22:30Z',
  '2026-09-06T03:30Z',
  '2026-04-05T02:30Z',
].map(Date.parse);

/** The next firings after several instants. */
function firings(pattern: SchedulePattern): (number | null)[] {
  const isZoned = 'zone' in pattern && pattern.zone !== undefined;
  return (isZoned ? [...BEFORE_CHANGES, THURSDAY] : FROM).flatMap((from) => {
    const next: (number | null)[] = [];
    let at: number | null = from;
    while (next.length < 40 && at !== null) next.push((at = nextRunAt(pattern, at)));
    return next;
  });
}

describe('equal words', () => {
  it('mean equal firings', () => {
    const drawn = [...new Set(fc.sample(drawnCron, { numRuns: 6_000, seed: 26 }))];
    const others: SchedulePattern[] = [
      ...['09:00', '9am', '17.20:30'].map(parseTimeOfDay),
      ...['5 minutes', '300 seconds', '2 hours', '1 day', '30 minutes', '1 second'].map(parseInterval),
    ];
    const groups = new Map<string, Map<string, string>>();
    const crons = drawn.map(parseCron);
    const zoned = [...crons.slice(0, 1_500), ...others.slice(0, 3)].flatMap((pattern, place) => {
      if (pattern.kind !== 'cron' && pattern.kind !== 'dailyAt') return [];
      const [one, other] = [
        ZONE_RULES[place % ZONE_RULES.length],
        ZONE_RULES[(place + 1) % ZONE_RULES.length],
      ];
      return [one, other].map((zone) => ({ ...pattern, ...(zone ? { zone } : {}) }));
    });
    for (const pattern of [...crons, ...others, ...zoned]) {
      const words = describePattern(pattern);
      const group = groups.get(words) ?? new Map<string, string>();
      group.set(JSON.stringify(firings(pattern)), JSON.stringify(pattern).slice(0, 120));
      groups.set(words, group);
    }
    const unlike = [...groups].filter(([, group]) => group.size > 1);
    expect(unlike.map(([words, group]) => [words, ...group.values()])).toEqual([]);
    // Many patterns do share their words, or nothing was compared.
    expect(drawn.length + others.length + zoned.length - groups.size).toBeGreaterThan(300);
  });
});

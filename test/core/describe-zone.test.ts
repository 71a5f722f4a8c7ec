import { parseCron } from '../../src/core/cron/cron.js';
import { describePattern } from '../../src/core/describe/describe.js';
import { parseTimeOfDay } from '../../src/core/text/human-time.js';
import type { ZoneRule } from '../../src/core/zone/zone-rule.js';

describe('the words of a pattern in a zone', () => {
  const inBerlin: ZoneRule = { zone: 'Europe/Berlin', gap: 'after', overlap: 'first' };
  it.each<[string, Partial<ZoneRule>, string]>([
    ['* * * mon 9 0 0', {}, 'every Monday at 09:00 (Europe/Berlin)'],
    ['* * * mon 9 0 0', { zone: 'Asia/Calcutta' }, 'every Monday at 09:00 (Asia/Calcutta)'],
    ['* * * mon:fri 9:17 */15 0', {}, 'every 15 minutes from 09:00 to 17:45 (Europe/Berlin) on weekdays'],
    ['* * * * 9:17 0 0', {}, 'every hour from 09:00 to 17:00 (Europe/Berlin), every day'],
    ['* * * mon:thu * * 0', {}, 'every minute from Monday to Thursday (Europe/Berlin)'],
    ['* * * * * */5 0', {}, 'every 5 minutes (Europe/Berlin)'],
    [
      '* * 1:15 mon:sat * 0 0',
      {},
      'every hour on the 1st to 15th of each month, if that is not a Sunday (Europe/Berlin)',
    ],
    [
      '* * * * 9:17 5:59/20 0',
      {},
      'at minutes 5, 25 and 45 of every hour from 09:00 to 17:59 (Europe/Berlin), every day',
    ],
    ['* 2 30 * 0 0 0', { gap: 'skip' }, 'never, because there is no such date'],
    [
      '* * * * 2 30 0',
      { gap: 'skip' },
      'every day at 02:30 (Europe/Berlin), skipped where the clock jumps over it',
    ],
    [
      '* * * * 2 30 0',
      { overlap: 'both' },
      'every day at 02:30 (Europe/Berlin), twice where the clock goes back',
    ],
    [
      '* * * * 2 30 0',
      { overlap: 'last' },
      'every day at 02:30 (Europe/Berlin), the second time where the clock goes back',
    ],
    [
      '* * * * 2 30 0',
      { gap: 'skip', overlap: 'both' },
      'every day at 02:30 (Europe/Berlin), skipped where the clock jumps over it and twice where it goes back',
    ],
    // All hours: every instant that there is counts, whatever the rules.
    ['* * * * * 30 0', { gap: 'skip', overlap: 'both' }, 'every hour at minute 30 (Europe/Berlin)'],
  ])('%s %j', (cron, rule, words) => {
    expect(describePattern({ ...parseCron(cron), zone: { ...inBerlin, ...rule } })).toBe(words);
  });

  it('name the zone of a time of day', () => {
    expect(describePattern({ ...parseTimeOfDay('17.20:30'), zone: inBerlin })).toBe(
      'every day at 17:20:30 (Europe/Berlin)',
    );
    expect(describePattern({ ...parseTimeOfDay('2.30'), zone: { ...inBerlin, gap: 'skip' } })).toBe(
      'every day at 02:30 (Europe/Berlin), skipped where the clock jumps over it',
    );
  });
});

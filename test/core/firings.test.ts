import { parseCron } from '../../src/core/cron/cron.js';
import { DAY_MS, MINUTE_MS } from '../../src/core/instant.js';
import { firingsPerHour } from '../../src/core/plan/firings.js';
import { countRuns } from '../../src/core/plan/pattern.js';

const HOURS = 60;

describe('How often a pattern fires an hour, as limits count it', () => {
  it.each([
    ['* * * * * * *', 60 * HOURS],
    ['* * * * * * 0', HOURS],
    ['* * * * * */5 0', 12],
    ['* * * * * 0 *', 60 * HOURS],
    ['2099 1 1 * 0 0 0,30', 2 * HOURS],
    ['* * * * 9 0 0', 1],
    ['* 2 30 * * * *', 0],
  ])('of the cron %s is %i', (cron, firings) => {
    expect(firingsPerHour(parseCron(cron))).toBe(firings);
  });

  it.each([
    [1_000, 3_600],
    [7 * MINUTE_MS, 9],
    [30 * DAY_MS, 1],
  ])('of an interval of %i ms is %i', (everyMs, firings) => {
    expect(firingsPerHour({ kind: 'interval', everyMs })).toBe(firings);
  });

  it('of a time of day is 1, and of one instant 0', () => {
    expect(firingsPerHour({ kind: 'dailyAt', msOfDay: 0 })).toBe(1);
    expect(firingsPerHour({ kind: 'once', at: 0 })).toBe(0);
  });

  it.each(['* * * * * 0:9 *', '* * * * 1:2 */7 3,4', '* * * * * 59 59', '* * * mon 0 0 *'])(
    'is never less than what %s fires in any hour',
    (cron) => {
      const pattern = parseCron(cron);
      const monday = Date.UTC(2030, 0, 7);
      const hours = Array.from({ length: 48 }, (_, hour) => {
        const from = monday + hour * 60 * MINUTE_MS;
        return countRuns(pattern, from, from + 60 * MINUTE_MS - 1);
      });
      expect(Math.max(...hours)).toBeGreaterThan(0);
      expect(firingsPerHour(pattern)).toBeGreaterThanOrEqual(Math.max(...hours));
    },
  );
});

import { parseCron, suggestedCron } from '../../src/core/cron/cron.js';

describe('the suggestion for a cron in another format', () => {
  it.each([
    ['0 9 * * 1-5', '* * * mon:fri 9 0 0'],
    ['*/5 * * * *', '* * * * * */5 0'],
    ['0 0 1 */3 *', '* 1,4,7,10 1 * 0 0 0'],
    ['  0 9   * * 1 ', '* * * mon 9 0 0'],
    ['@daily', '* * * * 0 0 0'],
    ['0 15 10 ? * 6L 2030', '2030 * * -1.fri 10 15 0'],
    ['0 0 9 * * *', '* * * * 9 0 0'],
  ])('is the one of the same meaning: %s', (text, same) => {
    expect(suggestedCron(text)).toBe(same);
    expect(parseCron(same).expression).toBe(same);
  });

  it.each([
    '0 0 13 * 5',
    'a b c d e',
    '61 9 * * 1',
    '* * * mon 25 0 0',
    'nonsense',
    '',
    `${'0,'.repeat(200)}0 9 * * 1`,
  ])('is none where one cron does not say the same: %s', (text) => {
    expect(suggestedCron(text)).toBeNull();
  });
});

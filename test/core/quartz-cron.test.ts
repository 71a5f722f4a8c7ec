import { parseCron, refuseQuartzOrder } from '../../src/core/cron/cron.js';
import { InvalidInput } from '../../src/core/errors.js';

function refusalOf(text: string): string {
  try {
    parseCron(text);
    refuseQuartzOrder(text);
  } catch (error) {
    if (error instanceof InvalidInput) return error.message;
    throw error;
  }
  throw new Error(`'${text}' is accepted`);
}

describe('a cron in the order of Quartz, Spring and node-cron', () => {
  it.each([
    ['0 0 9 * * *', '* * * * 9 0 0'],
    ['*/10 * * * * *', '* * * * * * */10'],
    ['0 */5 * * * *', '* * * * * */5 0'],
    ['0 * * * * *', '* * * * * * 0'],
    ['5 1 * * * *', '* * * * * 1 5'],
    ['* 5 * * * *', '* * * * * 5 *'],
    ['10 30 9 * * *', '* * * * 9 30 10'],
    ['0 0 12 * * ?', '* * * * 12 0 0'],
    ['0 15 10 ? * MON-FRI', '* * * mon:fri 10 15 0'],
    ['0 15 10 ? * 2-6', '* * * mon:fri 10 15 0'],
    ['0 15 10 * * 1-5', '* * * mon:fri 10 15 0'],
    ['0 15 10 L * ?', '* * -1 * 10 15 0'],
    ['0 15 10 ? * 6L', '* * * -1.fri 10 15 0'],
    ['0 15 10 ? * 6#3', '* * * 3.fri 10 15 0'],
    ['0 0 0 1 1 *', '* 1 1 * 0 0 0'],
    ['0 0/30 8-10 * * *', '* * * * 8:10 0:59/30 0'],
    ['0 15 10 ? * 6L 2030-2035', '2030:2035 * * -1.fri 10 15 0'],
    ['0 0 12 * * ? 2030', '2030 * * * 12 0 0'],
    ['*/10 * * * * * *', '* * * * * * */10'],
  ])('is refused with the schedule of the same meaning: %s', (quartz, same) => {
    expect(refusalOf(quartz)).toContain(`use '${same}'`);
    expect(parseCron(same).expression).toBe(same);
    expect(() => refuseQuartzOrder(same)).not.toThrow();
  });

  it.each([['0 0 12 15W * ?'], ['0 0 12 LW * ?'], ['0 0 12 L-3 * ?']])(
    'is refused without one where there is none: %s',
    (quartz) => {
      expect(refusalOf(quartz)).toContain('it has no equivalent that could be named');
    },
  );

  it.each([
    ['* * * 10:12 */30 0'],
    ['* * * * * *'],
    ['* * * * * * *'],
    ['* * mon 9 0 0'],
    ['5 1 * 0 * *'],
    ['2030 1 1 * * * *'],
    ['2030 * * * * * *'],
    ['12 24 * 18 0 0'],
  ])('is not what an xscron is taken for: %s', (text) => {
    expect(parseCron(text).expression).toBe(text);
    expect(() => refuseQuartzOrder(text)).not.toThrow();
  });

  it.each([
    ['* 13 * * 0 0 0'],
    ['60 * *'],
    ['0 9 * * 1'],
    ['0 0 9 * * *'],
    ['0 * * * * *'],
    ['x'.repeat(300)],
    [''],
  ])('and every other bad cron is named an xscron, for applications that look for the word: %s', (text) => {
    expect(refusalOf(text)).toContain('xscron');
  });
});

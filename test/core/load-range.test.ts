import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../../src/core/instant.js';
import { isStep, loadRange, type LoadQuestion } from '../../src/core/plan/load-range.js';

const at = (time: string): Instant => Date.parse(`2026-03-10T${time}Z`);
const now = at('09:30:15');
const ask = (question: Partial<LoadQuestion>) =>
  loadRange({ from: null, to: null, stepMs: null, ...question }, now);

describe('The range of a load', () => {
  it.each<[string, Partial<LoadQuestion>, object]>([
    [
      'a day in minutes from the one that is under way',
      {},
      { from: at('09:30:00'), stepMs: MINUTE_MS, steps: 1_440 },
    ],
    ['from an instant as it is given', { from: now }, { from: now, stepMs: MINUTE_MS, steps: 1_440 }],
    ['to an end, the last step beyond it', { from: now, to: now + 90 * SECOND_MS }, { steps: 2 }],
    ['two days in steps of two minutes', { to: now + 2 * DAY_MS }, { stepMs: 2 * MINUTE_MS, steps: 1_440 }],
    [
      'a week in steps of ten minutes',
      { from: now, to: now + 7 * DAY_MS },
      { stepMs: 10 * MINUTE_MS, steps: 1_008 },
    ],
    ['as many days as steps', { from: now, to: now + 1_440 * DAY_MS }, { stepMs: DAY_MS, steps: 1_440 }],
    ['a width that is given', { stepMs: HOUR_MS }, { from: at('09:00:00'), stepMs: HOUR_MS, steps: 24 }],
    ['one second', { from: now, to: now + 1, stepMs: SECOND_MS }, { from: now, steps: 1 }],
  ])('is %s', (_name, question, expected) => {
    expect(ask(question)).toMatchObject(expected);
  });

  it.each<[string, Partial<LoadQuestion>, string, RegExp]>([
    ['an end before now', { to: now }, 'to', /'to' 2026-03-10 09:30:15 must lie after 'from'/],
    ['an end before the beginning', { from: now + 1, to: now }, 'to', /give a later one/],
    ['too many steps', { stepMs: 30 * SECOND_MS }, 'step', /'step' '30 seconds' makes 2880 steps .* 1440/],
    ['too long a time', { from: now, to: now + 1_440 * DAY_MS + 1 }, 'to', /more than 1440 days/],
  ])('refuses %s', (_name, question, field, message) => {
    expect(() => ask(question)).toThrow(
      expect.objectContaining({ field, message: expect.stringMatching(message) }),
    );
  });

  it('has steps of whole seconds up to a day', () => {
    expect([SECOND_MS, 90 * SECOND_MS, DAY_MS].filter(isStep)).toHaveLength(3);
    expect([0, 500, 1_500, DAY_MS + SECOND_MS].filter(isStep)).toEqual([]);
  });
});

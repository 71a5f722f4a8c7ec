import fc from 'fast-check';
import { streakAfter } from '../../src/core/plan/failure-streak.js';

const ends = (text: string) => [...text].map((letter) => letter === 's');

describe('streakAfter', () => {
  it.each([
    [0, '', 2, 0, false],
    [0, 'f', 2, 1, false],
    [1, 'f', 2, 2, true],
    [1, 's', 2, 0, false],
    [1, 'sf', 2, 1, false],
    [2, 'fs', 3, 3, true],
    [0, 'fsfff', 3, 3, true],
    [0, 'ffsff', 3, 2, false],
  ])('after %d failures and %p, of %d, is %d, reached: %p', (before, text, limit, failures, isReached) => {
    expect(streakAfter(before, ends(text), limit)).toEqual({ failures, isReached });
  });

  it('is the same whether runs end one by one or together', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.integer({ min: 2, max: 6 }), (all, limit) => {
        let one = { failures: 0, isReached: false };
        for (const end of all) if (!one.isReached) one = streakAfter(one.failures, [end], limit);
        expect(streakAfter(0, all, limit)).toEqual(one);
        const text = all.map((end) => (end ? 's' : 'f')).join('');
        expect(one.isReached).toBe(text.includes('f'.repeat(limit)));
      }),
    );
  });
});

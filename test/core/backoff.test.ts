import { pauseAfter } from '../../src/core/backoff.js';

const BACKOFF = { firstMs: 1_000, longestMs: 10_000 };

describe('the pause between tries', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
    [5, 10_000],
    [6, 10_000],
    // As many failures as a day without an end holds: no overflow.
    [100_000, 10_000],
  ])('after %i failures is %i ms', (failures, pauseMs) => {
    expect(pauseAfter(failures, BACKOFF)).toBe(pauseMs);
  });

  it('is the first one before anything has failed', () => {
    expect(pauseAfter(0, BACKOFF)).toBe(1_000);
  });
});

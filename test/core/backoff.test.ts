import { backOffMs } from '../../src/core/backoff.js';
import { MINUTE_MS, SECOND_MS } from '../../src/core/instant.js';

describe('backOffMs', () => {
  it.each([
    ['a broker', 10 * SECOND_MS, [1, 2, 4, 8, 10, 10]],
    ['a registry', 15 * MINUTE_MS, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]],
  ])('doubles from one second up to what is the longest for %s', (_whom, longestMs, seconds) => {
    expect(seconds.map((_, failures) => backOffMs(failures, longestMs))).toEqual(
      seconds.map((s) => s * SECOND_MS),
    );
  });

  it('is the longest after any number of failures', () => {
    expect(backOffMs(100_000, 5_000)).toBe(5_000);
  });
});

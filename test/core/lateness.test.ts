import { latenessOf, latenessStep } from '../../src/core/lateness.js';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

describe('The step of a lateness', () => {
  it.each([
    [-7, 0],
    [0, 0],
    [9, 0],
    [25, 20],
    [999, 990],
    [1_000, 1_000],
    [5_470, 5_400],
    [59_999, 59_000],
    [61_000, 60_000],
    [599_999, 590_000],
    [3_599_999, 3_540_000],
    [2.5 * HOUR_MS, 2 * HOUR_MS],
    [24 * HOUR_MS, 24 * HOUR_MS],
    [900 * HOUR_MS, 24 * HOUR_MS],
  ])('of %d ms is %d', (late, step) => {
    expect(latenessStep(late)).toBe(step);
  });

  it('has few values, which grow with the lateness', () => {
    const steps = Array.from({ length: 26 * 3_600 * 10 }, (_, n) => latenessStep(n * 100));
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    const fine = Array.from({ length: 10 * SECOND_MS }, (_, n) => latenessStep(n));
    expect(new Set([...steps, ...fine]).size).toBe(368);
  });
});

describe('A quantile of latenesses', () => {
  const steps = [
    { lateMs: 0, calls: 98 },
    { lateMs: 20, calls: 1 },
    { lateMs: 5_400, calls: 1 },
  ];

  it('is what that part of the calls did not exceed', () => {
    expect([0.5, 0.98, 0.99, 1].map((part) => latenessOf(steps, part))).toEqual([0, 0, 20, 5_400]);
  });

  it('is there only where there were calls', () => {
    expect(latenessOf([], 0.5)).toBeNull();
  });
});

import {
  BEYOND_STEPS_MS,
  boundOf,
  countedBySteps,
  LATENESS_STEPS,
  latenessStepOf,
  noCounts,
  quantileOf,
} from '../../src/core/lateness-steps.js';

describe('The steps of lateness', () => {
  it('are 16, each wider than the one before, the last without an end', () => {
    expect(LATENESS_STEPS).toHaveLength(16);
    const bounds = LATENESS_STEPS.slice(0, -1).map(Number);
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
    expect(LATENESS_STEPS.at(-1)).toBeNull();
  });

  it.each([
    [-5, 0],
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 2],
    [500, 8],
    [501, 9],
    [60_000, 13],
    [60_001, 14],
    [600_000, 14],
    [600_001, 15],
    [86_400_000, 15],
  ])('have %d ms in step %d', (ms, step) => {
    expect(latenessStepOf(ms)).toBe(step);
  });
});

describe('Counts by steps', () => {
  it('tell the bound that a part of them does not exceed', () => {
    const counts = countedBySteps([...Array.from({ length: 98 }, () => 4), 30_000, 3_600_000]);
    expect(boundOf(counts, 0.5)).toBe(5);
    expect(boundOf(counts, 0.98)).toBe(5);
    expect(boundOf(counts, 0.99)).toBe(60_000);
    expect(boundOf(counts, 1)).toBe(BEYOND_STEPS_MS);
    expect(boundOf(noCounts(), 0.5)).toBeNull();
  });
});

describe('A quantile', () => {
  it('is one of the times, and null where there are none', () => {
    const times = [9, 1, 2, 3, 4, 5, 6, 7, 8, 10];
    expect(quantileOf(times, 0.5)).toBe(5);
    expect(quantileOf(times, 0.99)).toBe(10);
    expect(quantileOf([7], 0.5)).toBe(7);
    expect(quantileOf([], 0.5)).toBeNull();
  });
});

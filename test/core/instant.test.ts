import { earliestOf } from '../../src/core/instant.js';

describe('The earliest of instants', () => {
  it.each<[readonly (number | null)[], number | null]>([
    [[], null],
    [[null, null], null],
    [[null, 7], 7],
    [[7, null], 7],
    [[7, 3, 5], 3],
    [[0, 3], 0],
  ])('of %j is %j', (instants, earliest) => {
    expect(earliestOf(instants)).toBe(earliest);
  });
});

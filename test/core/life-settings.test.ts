import { InvalidInput } from '../../src/core/errors.js';
import {
  catchUpSetting,
  lifePolicyOf,
  maxRunsSetting,
  pauseOnFailuresSetting,
} from '../../src/core/policy/life-settings.js';

describe('The limits of the life of a schedule', () => {
  it.each([
    ['maxRuns', maxRunsSetting, [1, 1_000_000]],
    ['pauseOnFailures', pauseOnFailuresSetting, [2, 1_000]],
    ['catchUp', catchUpSetting, ['default', 'all', 'last', 'none']],
  ] as const)('take %s as it is', (_name, valueOf, values) => {
    for (const value of values) expect(valueOf(value)).toBe(value);
  });

  it.each([
    ['maxRuns', maxRunsSetting, [0, -1, 1_000_001, 1.5, '3', true, [], {}, Number.NaN], 'from 1 to 1000000'],
    ['pauseOnFailures', pauseOnFailuresSetting, [0, 1, 1_001, 2.5, '2', {}], 'from 2 to 1000'],
    ['catchUp', catchUpSetting, ['', 'ALL', 'first', 1, null, []], "'default', 'all', 'last', 'none'"],
  ] as const)('refuse %s otherwise, naming field, value and remedy', (name, valueOf, values, remedy) => {
    for (const value of values) {
      expect(() => valueOf(value)).toThrow(InvalidInput);
      expect(() => valueOf(value)).toThrow(new RegExp(`'${name}' must be .*${remedy}.*, but is `));
    }
  });

  it('mean nothing where they are not set, and the default is not set', () => {
    expect(lifePolicyOf({})).toEqual({});
    expect(lifePolicyOf({ catchUp: 'default' })).toEqual({});
    const all = { maxRuns: 3, pauseOnFailures: 2, catchUp: 'none' } as const;
    expect(lifePolicyOf(all)).toEqual(all);
  });
});

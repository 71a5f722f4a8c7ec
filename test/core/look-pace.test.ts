import { LookBudget, MOST_LOOKS_A_MINUTE } from '../../src/core/task/look-budget.js';
import { lookEveryMs, nextLookAt } from '../../src/core/task/look-pace.js';

const S = 1_000;
const M = 60 * S;

describe('The pace of looks', () => {
  it.each([
    ['a minute', M, 5 * S],
    ['less than two minutes', 2 * M - 1, 5 * S],
    ['two minutes', 2 * M, 15 * S],
    ['less than a quarter of an hour', 15 * M - 1, 15 * S],
    ['a quarter of an hour', 15 * M, 60 * S],
    ['a day', 1_440 * M, 60 * S],
  ])('goes by the youngest task: %s', (_name, youngestMs, everyMs) => {
    expect(lookEveryMs({ youngestMs, requests: 1, isScarce: false })).toBe(everyMs);
    expect(lookEveryMs({ youngestMs, requests: 1, isScarce: true })).toBe(2 * everyMs);
  });

  it('stretches where a look takes more requests than there are seconds', () => {
    expect(lookEveryMs({ youngestMs: 0, requests: 10, isScarce: false })).toBe(10 * S);
    expect(lookEveryMs({ youngestMs: 0, requests: 40, isScarce: true })).toBe(40 * S);
  });

  const load = { youngestMs: 0, requests: 1, isScarce: false };

  it('looks two seconds after the first acknowledgement', () => {
    expect(nextLookAt({ lastAt: null, newestAckAt: 10 * S }, load)).toBe(12 * S);
  });

  it('is pulled forward by a new task, but not closer than two seconds to the last look', () => {
    expect(nextLookAt({ lastAt: 10 * S, newestAckAt: null }, load)).toBe(15 * S);
    expect(nextLookAt({ lastAt: 10 * S, newestAckAt: 11 * S }, load)).toBe(13 * S);
    expect(nextLookAt({ lastAt: 10 * S, newestAckAt: 9 * S }, load)).toBe(12 * S);
    expect(nextLookAt({ lastAt: 10 * S, newestAckAt: 14 * S }, load)).toBe(15 * S);
  });

  it('is not pulled forward beyond a request a second', () => {
    const many = { ...load, requests: 10 };
    expect(nextLookAt({ lastAt: 10 * S, newestAckAt: 9 * S }, many)).toBe(20 * S);
  });
});

describe('The budget of looks', () => {
  it('permits so many within any minute, whenever that begins', () => {
    const budget = new LookBudget();
    const taken = (now: number) => budget.take(now);
    for (let n = 0; n < MOST_LOOKS_A_MINUTE; n++) expect(taken(n * 500)).toBe(true);
    expect(taken(59_999)).toBe(false);
    expect(taken(60_000)).toBe(true);
    expect(taken(60_001)).toBe(false);
    expect(taken(60_500)).toBe(true);
  });

  it('does not wait for looks of the future when the clock is set back', () => {
    const budget = new LookBudget();
    for (let n = 0; n < MOST_LOOKS_A_MINUTE; n++) budget.take(1_000_000);
    expect(budget.take(1_000_001)).toBe(false);
    expect(budget.take(500_000)).toBe(true);
  });
});

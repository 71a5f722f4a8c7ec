import { firstCharacters } from '../../src/core/text/first-characters.js';

describe('The beginning of a text', () => {
  it.each([
    ['', 3, ''],
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['ab😀', 3, 'ab'],
    ['ab😀', 4, 'ab😀'],
    ['ab😀c', 4, 'ab😀'],
    ['😀', 1, ''],
    ['ab\ud83d', 3, 'ab\ud83d'],
    ['ab\ud83dc', 3, 'ab\ud83d'],
  ])('of %p, %d units, is %p', (text, most, beginning) => {
    expect(firstCharacters(text, most)).toBe(beginning);
  });
});

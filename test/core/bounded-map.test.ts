import { BoundedMap } from '../../src/core/bounded-map.js';

function setup(...keys: readonly string[]) {
  const map = new BoundedMap<string>(2);
  for (const key of keys) map.set(key, `value of ${key}`);
  return map;
}

describe('a bounded map', () => {
  it('holds what it has room for', () => {
    const map = setup('a', 'b');
    expect([map.get('a'), map.get('b')]).toEqual(['value of a', 'value of b']);
  });

  it('forgets the entry that was not asked for the longest', () => {
    const map = setup('a', 'b');
    map.get('a');
    map.set('c', 'value of c');
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual(['value of a', null, 'value of c']);
  });

  it('takes no more room for a key that is set again', () => {
    const map = setup('a', 'b', 'b', 'b');
    expect(map.get('a')).toBe('value of a');
  });

  it('forgets what it is told to', () => {
    const map = setup('a', 'b');
    map.delete('a');
    expect([map.get('a'), map.get('b')]).toEqual([null, 'value of b']);
    map.clear();
    expect(map.get('b')).toBeNull();
  });
});

import { TurnQueue } from '../../src/core/turn-queue.js';

function setup(most = 100) {
  const queue = new TurnQueue<string>(most);
  const add = (group: string, member: string, entry: string) => queue.add({ group, member }, entry);
  const drained = () => {
    const all: string[] = [];
    for (let entry = queue.next(); entry !== null; entry = queue.next()) all.push(entry);
    return all;
  };
  return { queue, add, drained };
}

describe('A queue with turns', () => {
  it('serves groups in turn, however many entries one of them has', () => {
    const { add, drained } = setup();
    for (const n of [1, 2, 3]) add('a', 'x', `a${n}`);
    add('b', 'x', 'b1');
    expect(drained()).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  it('serves the members of a group in turn', () => {
    const { add, drained } = setup();
    for (const n of [1, 2, 3]) add('a', 'x', `x${n}`);
    add('a', 'y', 'y1');
    expect(drained()).toEqual(['x1', 'y1', 'x2', 'x3']);
  });

  it('sends away the newest of whoever has most when it is full, and nobody before', () => {
    const { add, drained } = setup(3);
    expect([add('a', 'x', 'a1'), add('a', 'y', 'a2'), add('a', 'y', 'a3')]).toEqual([null, null, null]);
    expect(add('b', 'x', 'b1')).toBe('a3');
    expect(add('a', 'x', 'a4')).toBe('a4');
    expect(drained()).toEqual(['a1', 'b1', 'a2']);
  });

  it('sends away the newest where all have the same', () => {
    const { add, drained } = setup(2);
    add('a', 'x', 'a1');
    add('b', 'x', 'b1');
    expect(add('c', 'x', 'c1')).toBe('c1');
    expect(drained()).toEqual(['a1', 'b1']);
    expect(drained()).toEqual([]);
  });

  it('shows whose turn it is without taking it', () => {
    const { queue, add } = setup();
    expect(queue.peek()).toBeNull();
    for (const n of [1, 2]) add('a', 'x', `a${n}`);
    add('b', 'x', 'b1');
    expect([queue.peek(), queue.peek(), queue.next(), queue.peek()]).toEqual(['a1', 'a1', 'a1', 'b1']);
  });
});

import { FailedAttempts, networkOf, TooManyAttempts } from '../../src/auth/binding/failed-attempts.js';
import { SlowTurns } from '../../src/auth/binding/slow-turns.js';
import { HandClock } from './setup.js';

const refusalOf = (work: () => unknown): TooManyAttempts | null => {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof TooManyAttempts) return error;
    throw error;
  }
};

describe('Failed attempts', () => {
  function setup() {
    const clock = new HandClock(0);
    const attempts = new FailedAttempts(clock);
    const begin = (clientId: string, address: string, isKnown = false) =>
      attempts.begin({ clientId, address, isKnown });
    const isFree = (client: string, address: string, isKnown = false) =>
      refusalOf(() => begin(client, address, isKnown).forgive()) === null;
    const times = (most: number, work: (n: number) => void) => {
      for (let n = 0; n < most; n++) work(n);
    };
    return { clock, begin, isFree, times };
  }

  it('make one address wait for one client after ten that have only begun, and nobody else', () => {
    const { begin, isFree, times } = setup();
    times(9, () => begin('a', '10.0.0.1'));
    expect(isFree('a', '10.0.0.1')).toBe(true);
    begin('a', '10.0.0.1');
    expect(isFree('a', '10.0.0.1', true)).toBe(false);
    expect(isFree('b', '10.0.0.1')).toBe(true);
    expect(isFree('a', '10.0.0.2')).toBe(true);
  });

  it('make an address wait for unknown clients after fifteen of any name, for a minute', () => {
    const { clock, begin, isFree, times } = setup();
    times(15, (n) => begin(`client-${n}`, '10.0.0.1'));
    expect(isFree('another', '10.0.0.1')).toBe(false);
    expect(isFree('another', '10.0.0.2')).toBe(true);
    clock.advance(59_999);
    expect(isFree('another', '10.0.0.1')).toBe(false);
    clock.advance(1);
    expect(isFree('another', '10.0.0.1')).toBe(true);
  });

  it('are forgotten where the clock is set back, rather than held until it has caught up', () => {
    const { clock, begin, isFree, times } = setup();
    times(10, () => begin('a', '10.0.0.1'));
    times(5, (n) => begin(`client-${n}`, '10.0.0.1'));
    expect(isFree('a', '10.0.0.1')).toBe(false);
    clock.advance(-3_600_000);
    expect(isFree('a', '10.0.0.1')).toBe(true);
    expect(isFree('another', '10.0.0.1')).toBe(true);
    times(10, () => begin('a', '10.0.0.1'));
    expect(isFree('a', '10.0.0.1')).toBe(false);
  });

  it('let a known client try behind such an address, and answer a wrong secret like an unknown client', () => {
    const { begin, times } = setup();
    times(15, (n) => begin(`client-${n}`, '10.0.0.1'));
    const attempt = begin('known', '10.0.0.1', true);
    expect(refusalOf(() => attempt.refuse())?.retryAfterS).toBe(60);
    expect(refusalOf(() => begin('known', '10.0.0.2', true).refuse())).toBeNull();
  });

  it('do not count what is forgiven, nor what was refused before it was tried', () => {
    const { begin, isFree, times } = setup();
    times(100, () => begin('a', '10.0.0.1').forgive());
    expect(isFree('a', '10.0.0.1')).toBe(true);
    times(10, () => begin('a', '10.0.0.1'));
    times(100, () => expect(isFree('a', '10.0.0.1')).toBe(false));
    expect(isFree('b', '10.0.0.1')).toBe(true);
  });

  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['', ''],
  ])('count %j as %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('Slow hashes', () => {
  const place = (group: string) => ({ group, member: '' });

  it('run one at a time, in turns, and go on after one that fails', async () => {
    const turns = new SlowTurns();
    const ran: string[] = [];
    let running = 0;
    const work = (name: string) => async () => {
      expect((running += 1)).toBe(1);
      ran.push(name);
      await new Promise(setImmediate);
      running -= 1;
      if (name === 'a2') throw new Error('broken');
      return name;
    };
    const all = ['a1', 'a2', 'a3', 'b1'].map((name) => turns.run(place(name.slice(0, 1)), work(name)));
    const results = await Promise.allSettled(all);
    expect(ran).toEqual(['a1', 'a2', 'b1', 'a3']);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  });

  it('are refused to whoever fills the queue, and not to others', async () => {
    const turns = new SlowTurns();
    const flood = Array.from({ length: 300 }, () => turns.run(place('flood'), () => Promise.resolve(1)));
    const other = turns.run(place('other'), () => Promise.resolve(2));
    const refused = (await Promise.allSettled(flood)).filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(99);
    await expect(other).resolves.toBe(2);
  });
});

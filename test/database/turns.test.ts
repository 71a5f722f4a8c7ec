import { LoopTurns } from '../../src/database/connection/loop-turns.js';
import { Turns, type Turn } from '../../src/database/connection/turns.js';

const FAR_MS = 1e9;
const overdue = () => new Error('waited too long');

/** Work that stays inside until it is let go, and who is inside now. */
function setup(places: number) {
  let nowMs = 0;
  const turns = new Turns(places, null, () => nowMs);
  const inside: string[] = [];
  const ends: Promise<void>[] = [];
  const letGo = new Map<string, () => void>();
  const come = (name: string, turn: Turn) => {
    const end = turns.pass(
      turn,
      FAR_MS,
      overdue,
      () =>
        new Promise<void>((resolve) => {
          inside.push(name);
          letGo.set(name, () => {
            inside.splice(inside.indexOf(name), 1);
            resolve();
          });
        }),
    );
    ends.push(end);
  };
  /** Ends the work of a name, which took so long, and returns who is inside once the next ones have entered. */
  const go = async (name: string, tookMs = 1) => {
    nowMs += tookMs;
    letGo.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
    return [...inside];
  };
  const emptied = async () => {
    for (let name = inside[0]; name !== undefined; name = inside[0]) await go(name);
    await Promise.all(ends);
  };
  return { turns, inside, come, go, emptied };
}

describe('places', () => {
  it('are shared out: a tenancy gets at most half of what the others leave', async () => {
    const { come, inside, emptied } = setup(18);
    for (let tenancy = 1; tenancy <= 3; tenancy++) {
      for (let n = 0; n < 20; n++) come(`${tenancy}-${n}`, { holder: tenancy });
    }
    const of = (tenancy: string) => inside.filter((name) => name.startsWith(`${tenancy}-`)).length;
    expect([of('1'), of('2'), of('3')]).toEqual([9, 4, 2]);
    come('4-0', { holder: 4 });
    expect(of('4')).toBe(1);
    await emptied();
  });

  it('all go to the service itself where nobody else wants one', async () => {
    const { come, inside, emptied } = setup(4);
    for (let n = 0; n < 6; n++) come(`s${n}`, { holder: 'service' });
    expect(inside).toEqual(['s0', 's1', 's2', 's3']);
    await emptied();
  });

  it('go to who waits in turns, however many of one tenancy came first', async () => {
    const { come, go, emptied } = setup(1);
    for (const name of ['a1', 'a2', 'a3']) come(name, { holder: 1 });
    for (const name of ['b1', 'b2']) come(name, { holder: 2 });
    expect(await go('a1')).toEqual(['a2']);
    expect(await go('a2')).toEqual(['b1']);
    expect(await go('b1')).toEqual(['a3']);
    expect(await go('a3')).toEqual(['b2']);
    await emptied();
  });

  it('go to upkeep first, until it had as much time as the work of others before it', async () => {
    const { come, go, emptied } = setup(1);
    for (const name of ['a1', 'a2', 'a3']) come(name, { holder: 1 });
    for (const name of ['u1', 'u2', 'u3', 'u4']) come(name, { holder: 'upkeep' });
    expect(await go('a1', 20)).toEqual(['u1']);
    expect(await go('u1', 12)).toEqual(['u2']);
    expect(await go('u2', 8)).toEqual(['a2']);
    expect(await go('a2', 5)).toEqual(['u3']);
    expect(await go('u3', 30)).toEqual(['a3']);
    expect(await go('a3', 1)).toEqual(['u4']);
    await emptied();
  });

  it('are not taken by work that has to be alone while its like is inside', async () => {
    const { come, inside, go, emptied } = setup(8);
    for (const name of ['a1', 'a2', 'a3']) come(name, { holder: 1, alone: 'job 1' });
    come('b', { holder: 1, alone: 'job 2' });
    come('c', { holder: 1 });
    expect(inside).toEqual(['a1', 'b', 'c']);
    expect(await go('a1')).toEqual(['b', 'c', 'a2']);
    await emptied();
  });

  it('are given back by work that fails', async () => {
    const turns = new Turns(1);
    const failing = turns.pass({ holder: 1 }, FAR_MS, overdue, () => Promise.reject(new Error('failed')));
    const next = turns.pass({ holder: 2 }, FAR_MS, overdue, () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe('done');
  });

  it('are given up by who has waited too long, and go to the next one', async () => {
    const { turns, come, go, inside, emptied } = setup(1);
    come('a', { holder: 1 });
    const late = turns.pass({ holder: 2 }, performance.now(), overdue, () => Promise.resolve());
    come('b', { holder: 2 });
    await expect(late).rejects.toThrow('waited too long');
    expect(inside).toEqual(['a']);
    expect(await go('a')).toEqual(['b']);
    await emptied();
  });

  /** Passes one after the other that wait for nothing, each for 1 ms of a clock that only they move. */
  async function chain(turns: (now: () => number) => Turns) {
    let nowMs = 0;
    const places = turns(() => nowMs);
    const seen: string[] = [];
    setImmediate(() => seen.push('the loop turned'));
    for (let n = 1; n <= 4; n++) {
      await places.pass({ holder: n }, FAR_MS, overdue, async () => {
        nowMs += 1;
        seen.push(`work ${n}`);
      });
    }
    return seen;
  }

  it('of work in this process are given on after the event loop has turned, where it could not for 3 ms', async () => {
    expect(await chain((now) => new Turns(1, new LoopTurns(now), now))).toEqual([
      ...['work 1', 'work 2', 'work 3', 'the loop turned', 'work 4'],
    ]);
  });

  it('of work on a server are given on at once', async () => {
    expect(await chain((now) => new Turns(1, null, now))).toEqual(['work 1', 'work 2', 'work 3', 'work 4']);
  });
});

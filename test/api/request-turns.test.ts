import type { Request, Response } from 'express';
import { RequestTurns } from '../../src/http/server/request-turns.js';

const turnOfLoop = () => new Promise((resolve) => setImmediate(resolve));

describe('Requests that come at once', () => {
  /** Requests that take a millisecond each, and what has begun; a clock that moves only by them. */
  function setup() {
    let now = 0;
    const begun: string[] = [];
    const turns = new RequestTurns(() => now);
    const ask = (ip: string, name: string, response = { closed: false }) => {
      turns.pass({ ip } as Request, response as Response, () => {
        begun.push(name);
        now += 1;
      });
    };
    return { begun, ask };
  }

  it('begin at once where there are few', () => {
    const { begun, ask } = setup();
    ask('a', 'a1');
    ask('b', 'b1');
    expect(begun).toEqual(['a1', 'b1']);
  });

  it('let the event loop turn where there are many', async () => {
    const { begun, ask } = setup();
    for (let n = 1; n <= 7; n++) ask('a', `a${n}`);
    const counts = [begun.length];
    while (begun.length < 7) {
      await turnOfLoop();
      counts.push(begun.length);
    }
    expect(counts).toEqual([2, 4, 6, 7]);
  });

  it('take turns by address, in the order in which each address sent them', async () => {
    const { begun, ask } = setup();
    for (let n = 1; n <= 6; n++) ask('a', `a${n}`);
    ask('b', 'b1');
    ask('b', 'b2');
    while (begun.length < 8) await turnOfLoop();
    expect(begun).toEqual(['a1', 'a2', 'a3', 'b1', 'a4', 'b2', 'a5', 'a6']);
  });

  it('wait behind those that wait already', async () => {
    const { begun, ask } = setup();
    for (let n = 1; n <= 5; n++) ask('a', `a${n}`);
    await turnOfLoop();
    ask('a', 'a6');
    expect(begun).toEqual(['a1', 'a2', 'a3', 'a4']);
    while (begun.length < 6) await turnOfLoop();
    expect(begun).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
  });

  it('are forgotten where their client has gone meanwhile', async () => {
    const { begun, ask } = setup();
    const gone = { closed: false };
    ask('a', 'a1');
    ask('a', 'a2');
    ask('a', 'a3', gone);
    ask('a', 'a4');
    gone.closed = true;
    while (begun.length < 3) await turnOfLoop();
    expect(begun).toEqual(['a1', 'a2', 'a4']);
  });
});

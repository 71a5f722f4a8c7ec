import { PlatformRefused, PlatformUnreachable } from '../../src/runner/platform-failure.js';
import { M, S, setup } from './runner-watch-setup.js';

describe('The watch of a runner', () => {
  it('looks 2 s after the acknowledgement, every 5 s, every 15 s, and then every minute', async () => {
    const { add, pass, looks } = setup();
    add('a');
    await pass(20 * M);
    const gaps = looks.slice(1).map((at, place) => at - (looks[place] ?? 0));
    expect(looks[0]).toBe(2 * S);
    expect(gaps.slice(0, 23)).toEqual(Array(23).fill(5 * S));
    expect(new Set(gaps)).toEqual(new Set([5 * S, 15 * S, 60 * S]));
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(looks.find((_at, place) => gaps[place] === 15 * S)).toBeLessThanOrEqual(2 * M + 5 * S);
    expect(looks.find((_at, place) => gaps[place] === 60 * S)).toBeLessThanOrEqual(15 * M + 15 * S);
  });

  it('asks nothing where nothing is open', async () => {
    const { pass, looks } = setup();
    await pass(5 * M);
    expect(looks).toEqual([]);
  });

  it('is pulled forward by a new task', async () => {
    const { add, pass, looks } = setup();
    add('old');
    await pass(20 * M);
    looks.length = 0;
    const { length } = looks;
    add('new');
    await pass(3 * S);
    expect(looks).toHaveLength(length + 1);
  });

  it('takes 60 requests a minute for 1,000 tasks, and sees each end within 15 s of it', async () => {
    const { add, pass, end, looks, recorded, clock, openCount } = setup();
    for (let n = 0; n < 1_000; n++) add(`r${n}`);
    const endedAt = new Map<string, number>();
    for (let n = 0; n < 1_000; n++) {
      if (n % 5 === 0) await pass(S);
      const runId = `r${(n * 7) % 1_000}`;
      end(runId);
      endedAt.set(runId, clock.now());
    }
    await pass(20 * S);
    expect(openCount()).toBe(0);
    for (const { at, runIds } of recorded) {
      for (const runId of runIds) expect(at - (endedAt.get(runId) ?? 0)).toBeLessThanOrEqual(15 * S);
    }
    for (const from of looks) {
      expect(looks.filter((at) => at >= from && at < from + M).length).toBeLessThanOrEqual(60);
    }
    // No end is recorded alone where others of its look have ended, too.
    expect(recorded.length).toBeLessThanOrEqual(looks.length);
  });

  it('looks at all of more tasks than the budget has requests for, one after the other', async () => {
    const { add, pass, end, looks, openCount } = setup();
    for (let n = 0; n < 7_000; n++) add(`r${n}`);
    for (let n = 0; n < 7_000; n++) end(`r${n}`);
    await pass(2 * M + 10 * S);
    expect(openCount()).toBe(0);
    expect(looks.filter((at) => at < M + 2 * S).length).toBeLessThanOrEqual(60);
  });

  it('looks half as often where few requests are left', async () => {
    const { add, pass, looks, facts } = setup();
    facts.rateLimit = { limit: 1_000, remaining: 0 };
    add('a');
    await pass(32 * S);
    expect(looks).toEqual([2 * S, 12 * S, 22 * S, 32 * S]);
    facts.rateLimit = { limit: 1_000, remaining: 100 };
    looks.length = 0;
    await pass(15 * S);
    expect(looks).toEqual([42 * S, 47 * S]);
  });

  it('waits as long as a 429 says', async () => {
    const { add, pass, looks, facts } = setup();
    facts.failure = new PlatformRefused(429, [], { isOwn: true, title: null, retryAfterMs: 30 * S });
    add('a');
    await pass(31 * S);
    expect(looks).toEqual([2 * S]);
    facts.failure = null;
    await pass(S);
    expect(looks).toEqual([2 * S, 32 * S]);
  });

  it.each([
    ['a 429 that says hours', 429, 5 * M],
    ['a 503 that says hours', 503, 5 * M],
    ['a 400 that says hours', 400, M],
  ])('waits no longer than is usual for %s', async (_name, status, ms) => {
    const { add, pass, looks, facts } = setup();
    facts.failure = new PlatformRefused(status, [], { isOwn: true, title: null, retryAfterMs: 120 * M });
    add('a');
    await pass(2 * S + ms);
    expect(looks).toEqual([2 * S, 2 * S + ms]);
  });

  it('tries a platform that is away after 1 s, 2 s ... and at most a minute', async () => {
    const { add, pass, looks, facts, watch } = setup();
    facts.failure = new PlatformUnreachable('ECONNREFUSED', 'away', { wasSent: false, isDistrusted: false });
    add('a');
    await pass(5 * M);
    const gaps = looks.slice(1).map((at, place) => at - (looks[place] ?? 0));
    expect(gaps).toEqual([S, 2 * S, 4 * S, 8 * S, 16 * S, 32 * S, M, M, M].slice(0, gaps.length));
    expect(gaps.length).toBeGreaterThanOrEqual(8);
    expect(watch.isAway).toBe(true);
    facts.failure = null;
    await pass(M);
    expect(watch.isAway).toBe(false);
  });

  it('asks for a task alone that the list does not show, and ends it where it is gone', async () => {
    const { add, pass, end, lost, alone, recorded } = setup();
    for (const runId of ['gone', 'hidden', 'there']) add(runId);
    lost.add('guid-gone').add('guid-hidden');
    end('hidden', 'RUNNING');
    await pass(3 * S);
    expect(alone).toEqual(['guid-gone', 'guid-hidden']);
    expect(recorded.flatMap(({ runIds }) => runIds)).toEqual(['gone']);
  });

  it('asks for each task alone that the list does not show, although the question for one is refused', async () => {
    const { add, pass, end, lost, alone, recorded, facts } = setup();
    for (const runId of ['refused', 'hidden']) add(runId);
    lost.add('guid-refused').add('guid-hidden');
    end('hidden');
    facts.failureAlone = new PlatformRefused(403, [], { isOwn: true, title: null, retryAfterMs: null });
    await pass(3 * S);
    expect(alone).toEqual(['guid-refused', 'guid-hidden']);
    expect(recorded.flatMap(({ runIds }) => runIds)).toEqual(['hidden']);
  });

  it('counts two requests for each task that it asks for alone', async () => {
    const { add, pass, lost, alone } = setup();
    for (let n = 0; n < 40; n++) {
      add(`r${n}`);
      lost.add(`guid-r${n}`);
    }
    await pass(3 * S);
    expect(alone).toHaveLength(29);
  });

  it('records what it saw although the question for another task fails', async () => {
    const { add, pass, end, lost, recorded, facts } = setup();
    for (const runId of ['lost', 'ended']) add(runId);
    lost.add('guid-lost');
    end('ended');
    facts.failureAlone = new PlatformRefused(403, [], { isOwn: true, title: null, retryAfterMs: null });
    await pass(3 * S);
    expect(recorded.flatMap(({ runIds }) => runIds)).toEqual(['ended']);
  });

  it('looks on where the clock is set back', async () => {
    const { add, pass, end, looks, recorded, clock, facts } = setup();
    clock.advance(60 * M);
    add('a');
    await pass(3 * S);
    clock.advance(-30 * M);
    add('b');
    looks.length = 0;
    end('a');
    await pass(6 * S);
    expect(recorded.flatMap(({ runIds }) => runIds)).toEqual(['a']);
    facts.failure = new PlatformRefused(429, [], { isOwn: true, title: null, retryAfterMs: 60 * M });
    await pass(6 * S);
    facts.failure = null;
    clock.advance(-20 * M);
    end('b');
    await pass(5 * M + 6 * S);
    expect(recorded.flatMap(({ runIds }) => runIds)).toEqual(['a', 'b']);
  });

  it('looks at once, as another replica, at what was acknowledged before the clock was set back', async () => {
    const { add, pass, clock, looks } = setup();
    clock.advance(60 * M);
    add('a');
    clock.advance(-30 * M);
    await pass(S);
    expect(looks).toHaveLength(1);
  });

  it('looks for the others by their labels where one is refused', async () => {
    const { add, pass, settled, facts } = setup();
    for (const runId of ['refused', 'next']) add(runId, null);
    facts.byLabel = (runId) =>
      runId === 'refused'
        ? new PlatformRefused(403, [], { isOwn: true, title: null, retryAfterMs: null })
        : null;
    await pass(3 * S);
    expect(settled).toEqual(['refused', 'next']);
  });

  it('sees ends however many others are to be looked for by their labels', async () => {
    const { add, pass, end, looks, openCount } = setup();
    for (let n = 0; n < 500; n++) add(`unknown${n}`, null);
    await pass(M);
    for (let n = 0; n < 2_500; n++) add(`r${n}`);
    for (let n = 0; n < 2_500; n++) end(`r${n}`);
    await pass(2 * M);
    expect(openCount()).toBe(500);
    for (const from of looks) {
      expect(looks.filter((at) => at >= from && at < from + M).length).toBeLessThanOrEqual(60);
    }
  });
});

import { DatabaseClock } from '../../src/database/connection/database-clock.js';
import { ManualClock } from '../support/manual-clock.js';

const THEIRS = Date.UTC(2030, 0, 1);

/** A database whose clock is right, and a host whose clock is not. */
async function setup({ hostOffMs = 0, tookMs = [] as number[] } = {}) {
  const real = { ms: 0 };
  const host = new ManualClock(THEIRS + hostOffMs);
  let questions = 0;
  const pass = (ms: number) => {
    real.ms += ms;
    host.advance(ms);
  };
  const clock = await DatabaseClock.start({
    host,
    ticks: () => real.ms,
    ask: async () => {
      // All of the time goes by before the question is heard: the worst that can happen to its answer.
      pass(tookMs[questions++] ?? 0);
      return THEIRS + real.ms;
    },
  });
  return { clock, host, pass, questions: () => questions, offMs: () => clock.now() - THEIRS - real.ms };
}

describe('The clock of the database', () => {
  it.each([90_000, -90_000])('is right on a host whose clock is off by %i ms', async (hostOffMs) => {
    const { offMs, pass } = await setup({ hostOffMs });
    expect(offMs()).toBe(0);
    pass(60_000);
    expect(offMs()).toBe(0);
  });

  it('believes the answer that came quickest, not the first, which waited for a connection', async () => {
    const { offMs, questions } = await setup({ tookMs: [250, 6, 30, 2] });
    expect(questions()).toBe(4);
    expect(offMs()).toBe(1);
  });

  it('is asked for a few times at most, and again soon where every answer took long', async () => {
    const { clock, offMs, questions } = await setup({ tookMs: [300, 250, 200, 400, 300, 0] });
    expect(questions()).toBe(5);
    expect(offMs()).toBe(100);
    await clock.check();
    expect(questions()).toBe(6);
    expect(offMs()).toBe(0);
  });

  it('is not asked for again within minutes, and is then', async () => {
    const { clock, pass, questions } = await setup();
    pass(4 * 60_000);
    await clock.check();
    expect(questions()).toBe(1);
    pass(60_000);
    await clock.check();
    expect(questions()).toBe(2);
  });

  it.each([90_000, -90_000])(
    'goes on as it did when the host is set by %i ms, and is asked for again',
    async (ms) => {
      const { clock, host, offMs, questions } = await setup();
      expect(clock.hasStepped).toBe(false);
      host.advance(ms);
      expect(offMs()).toBe(0);
      expect(clock.hasStepped).toBe(true);
      await clock.check();
      expect(questions()).toBe(2);
      expect(offMs()).toBe(0);
      expect(clock.hasStepped).toBe(false);
    },
  );

  it('is in doubt when the host has slept, whose ticks stood still', async () => {
    const { clock, host } = await setup();
    host.advance(3_600_000);
    expect(clock.hasStepped).toBe(true);
  });
});

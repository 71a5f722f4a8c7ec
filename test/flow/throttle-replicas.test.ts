import { mariaDb } from '../support/databases.js';
import { startReplica } from './setup.js';
import { MINUTE_MS, S, startThrottled } from './throttle-setup.js';

describe('A throttled job on two replicas, on MariaDB', () => {
  let stage: Awaited<ReturnType<typeof startThrottled>>;
  let other: Awaited<ReturnType<typeof startReplica>>;
  beforeAll(async () => {
    stage = await startThrottled(mariaDb);
    const { flow } = stage;
    other = await startReplica({ ...flow.options, clock: flow.clock, uaa: flow.uaa }, flow.target);
  });

  const tickBoth = async () => {
    await Promise.all([stage.flow.tick(), other.tick()]);
    await Promise.all([stage.flow.drain(), other.drain()]);
  };

  it('is called as often as it may be by both together, and never more often', async () => {
    const { clock, job, callsOf, states } = await stage.setup({ calls: 5, per: '1 minute' }, 14);
    const from = clock.now();
    const at: number[] = [];
    for (let second = 0; second < 200; second++) {
      await tickBoth();
      while (at.length < callsOf(job).length) at.push(clock.now() - from);
      clock.advance(S);
    }
    expect(await states()).toEqual(Array<string>(14).fill('SUCCESS'));
    expect(at.filter((each) => each === 0)).toHaveLength(5);
    const within = at.map((begin) => at.filter((each) => each >= begin && each < begin + MINUTE_MS).length);
    expect(Math.max(...within)).toBe(5);
  });

  it('has one call open at a time, and goes on whoever ends it', async () => {
    const { clock, job, callsOf, stored } = await stage.setup({ concurrency: 1 }, 12);
    for (let round = 0; round < 30 && callsOf(job).length < 12; round++) {
      await Promise.all([stage.flow.dispatcher.tick(), other.dispatcher.tick()]);
      const open = (await stored()).filter(({ state }) => state === 'TRIGGERED');
      expect(open.length).toBeLessThanOrEqual(1);
      await tickBoth();
      clock.advance(100);
    }
    expect(callsOf(job)).toHaveLength(12);
  });
});

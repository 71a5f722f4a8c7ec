import { mariaDb } from '../support/databases.js';
import { S, startBreaker } from './breaker-setup.js';
import { startReplica } from './setup.js';

/** As the dispatch loop does. */
const AHEAD_MS = 2 * S;

describe('An endpoint that is away, for two replicas', () => {
  it('gets each probe once, none of the runs that either holds, and all of them when it is back', async () => {
    const { flow, setup } = await startBreaker(mariaDb);
    const { clock, away, back, calls, callsOf, job, breakers, waiting, states } = await setup();
    const other = await startReplica({ ...flow.options, clock, uaa: flow.uaa }, flow.target);
    const replicas = [flow, other];
    const round = () => Promise.all(replicas.map(({ dispatcher }) => dispatcher.tick(AHEAD_MS)));
    /** Lets seconds go by: both replicas claim ahead, call and record at the same time. */
    const seconds = async (count: number) => {
      for (let second = 0; second < count; second++) {
        clock.advance(S);
        for (let rounds = 0; rounds < 3; rounds++) {
          await round();
          await Promise.all(replicas.map(({ dispatcher }) => dispatcher.settled()));
        }
      }
    };
    await seconds(3);
    away();
    for (let second = 0; second < 20 && (await breakers())[0]?.state !== 'open'; second++) await seconds(1);
    expect(await breakers()).toMatchObject([{ state: 'open' }]);
    const opened = calls();
    await seconds(36);
    // After 5, 15 and 35 s.
    expect(calls() - opened).toBe(3);
    back();
    await seconds(40 + 12);
    expect(Number(await waiting())).toBe(0);
    const answered = callsOf(job)
      .slice(opened + 3)
      .map(({ headers }) => String(headers['x-sap-job-run-id']));
    expect(new Set(answered).size).toBe(answered.length);
    // A page has the latest hundred: some of the ten that opened it, and those that are still to come.
    const ended = (await states()).filter((state) => state !== 'SCHEDULED');
    expect(ended.filter((state) => state === 'ERROR').length).toBeLessThanOrEqual(10);
    expect(ended.slice(10).every((state) => state === 'SUCCESS')).toBe(true);
  });
});

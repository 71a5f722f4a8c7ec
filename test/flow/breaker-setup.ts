import { uuidToBytes } from '../../src/database/columns.js';
import type { DatabaseKind } from '../support/databases.js';
import { DOWN, UP } from './retries-setup.js';
import { runsOf, startFlow, type FlowJob } from './setup.js';

export const S = 1_000;
export const DAY_MS = 86_400 * S;
/** Fires in each second. */
export const EACH_SECOND = { cron: '* * * * * * *' };

/** Starts an application for tests of endpoints that are away. */
export async function startBreaker(kind: DatabaseKind) {
  const flow = await startFlow(kind);

  /** A job with a breaker that fires in each second, whose endpoint is up. */
  async function setup(change: object = {}) {
    await flow.clear();
    const { clock, target, createJob, callsOf, database, acme, drain } = flow;
    await database.transaction(async (tx) => {
      await tx.execute('DELETE FROM breaker');
      await tx.execute('DELETE FROM breaker_wait');
    });
    clock.set(Math.ceil(clock.now() / DAY_MS) * DAY_MS + 600 * S);
    await drain();
    target.reacts(UP);
    const job = await createJob(EACH_SECOND, { breaker: true, ...change });
    /** Lets seconds go by. */
    const seconds = async (count: number) => {
      for (let second = 0; second < count; second++) {
        clock.advance(S);
        await drain();
      }
    };
    const away = () => target.reacts(DOWN);
    const back = () => target.reacts(UP);
    const calls = (of: FlowJob = job) => callsOf(of).length;
    /** Returns how many calls each of the next seconds brings. */
    const callsIn = async (count: number, of: FlowJob = job) => {
      const each: number[] = [];
      for (let second = 0; second < count; second++) {
        const before = calls(of);
        await seconds(1);
        each.push(calls(of) - before);
      }
      return each;
    };
    const breakers = async () => (await acme.get('/scheduler/breakers').expect(200)).body.results;
    /** Opens the circuit: the next ten calls fail. */
    const open = async () => {
      away();
      await seconds(10);
      expect(await breakers()).toMatchObject([{ state: 'open', failures: 10 }]);
    };
    const states = async (of: FlowJob = job) => {
      const { body } = await acme.get(`${of.runs}?page_size=100`).expect(200);
      return (body.results as { runState: string }[]).map(({ runState }) => runState).reverse();
    };
    const waiting = async () =>
      (
        await database.read((tx) => tx.query<{ count: number }>('SELECT COUNT(*) AS count FROM breaker_wait'))
      )[0]?.count;
    const stored = async (runId: string) =>
      (
        await database.read((tx) =>
          tx.query<{ due_at: number; state: number; hold: number | null }>(
            'SELECT due_at, state, hold FROM run WHERE id = ?',
            [uuidToBytes(runId)],
          ),
        )
      )[0];
    const tools = { seconds, away, back, calls, callsIn, breakers, open, states, waiting, stored };
    return { ...flow, job, ...tools, runs: () => runsOf(job) };
  }
  return { flow, setup };
}

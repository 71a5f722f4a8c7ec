import { RUN_STATES } from '../../src/core/run-state.js';
import { storedAttempts } from '../../src/core/policy/attempts.js';
import type { ReceivedCall } from '../support/action-target.js';
import { until } from '../support/look-again.js';
import { Deployment, runIdOf, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { askForRuns, callTimes, startOwnJob } from './support/own-job.js';
import { expectSound } from './support/report.js';

const server = await startServer();
const RUNS = inForm({ short: 30, long: 200 });
const ENDED_WITHIN_MS = 30_000;
/** For how long a call may not be recorded yet: outcomes wait for each other. */
const UNRECORDED_MS = 1_000;

const attemptOf = ({ headers }: ReceivedCall) => String(headers['x-carillon-attempt']);

/** An application beside the workload that fails twice and then succeeds, and runs of it that are asked for. */
async function setup(leaseMs: number) {
  const deployment = await Deployment.start(server, { replicas: 2, leaseMs });
  const retry = { attempts: 2, delay: '4 seconds', factor: 1 };
  const job = await startOwnJob(deployment, { name: 'retried', retry });
  job.endpoint.reacts((call) => ({ kind: 'answer', status: attemptOf(call) === '3' ? 200 : 500 }));
  return { deployment, endpoint: job.endpoint, runs: await askForRuns(deployment, job, RUNS) };
}

describe('Runs that wait for another call', () => {
  it('lose no attempt where a replica is killed, and repeat none but what it was calling', async () => {
    const { deployment, endpoint, runs } = await setup(inForm({ short: 3_000, long: 10_000 }));
    await endpoint.received(RUNS);
    const SUCCESS = RUN_STATES.indexOf('SUCCESS');
    // In the queue, or claimed ahead of their time.
    await until('runs wait for another call', ENDED_WITHIN_MS, async () => {
      const waiting = (await runs()).filter(({ state, attempt }) => attempt > 1 && state !== SUCCESS);
      return waiting.length > RUNS / 2;
    });
    const victim = await deployment.busyOne();
    const killedAt = Date.now();
    await deployment.during(() => victim.kill());
    await until('all of them have succeeded', ENDED_WITHIN_MS, async () => {
      return (await runs()).every(({ state }) => state === SUCCESS);
    });
    await victim.start();
    await deployment.recover();
    const ended = await runs();
    expect(ended.map(({ attempt }) => attempt)).toEqual(ended.map(() => 3));
    expect(ended.map(({ attempts }) => storedAttempts(attempts).length)).toEqual(ended.map(() => 2));
    const made = callTimes(endpoint.calls, (call) => `${runIdOf(call)} ${attemptOf(call)}`);
    const wanted = ended.flatMap(({ id }) => [1, 2, 3].map((attempt) => `${id} ${attempt}`));
    expect([...made.keys()].sort()).toEqual(wanted.sort());
    const repeated = [...made.values()].filter((at) => at.length > 1);
    expect(repeated.filter(([first = 0]) => first < killedAt - UNRECORDED_MS)).toEqual([]);
    expect(repeated.filter(([first = 0]) => first > killedAt + UNRECORDED_MS)).toEqual([]);
    expectSound(await deployment.judged('kill -9 while runs wait for another call'));
  });
});

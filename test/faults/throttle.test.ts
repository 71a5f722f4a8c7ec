import { RUN_STATES } from '../../src/core/run-state.js';
import { until } from '../support/look-again.js';
import { Deployment, runIdOf, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { askForRuns, callTimes, startOwnJob } from './support/own-job.js';
import { expectSound } from './support/report.js';
import { lasting } from './support/waiting.js';

const server = await startServer();
const RUNS = inForm({ short: 20, long: 240 });
const PER_MS = 2_000;
const THROTTLE = { calls: 12, per: '2 seconds', concurrency: 3 };
const CALL_MS = 150;
const ENDED_WITHIN_MS = 30_000 + inForm({ short: 0, long: 60_000 });
/** For how long a call may not be recorded yet: outcomes wait for each other. */
const UNRECORDED_MS = 1_000;
const [TRIGGERED, SUCCESS] = [RUN_STATES.indexOf('TRIGGERED'), RUN_STATES.indexOf('SUCCESS')];

/** A throttled application beside the workload, and runs of it that are asked for at once. */
async function setup(leaseMs: number) {
  const deployment = await Deployment.start(server, { replicas: 3, leaseMs });
  const job = await startOwnJob(deployment, { name: 'throttled', throttle: THROTTLE });
  job.endpoint.reacts({ kind: 'delay', ms: CALL_MS });
  return { deployment, endpoint: job.endpoint, runs: await askForRuns(deployment, job, RUNS) };
}

describe('Runs of a throttled job', () => {
  it('are called as often as they may be, and all of them, where one replica is killed and another stands still', async () => {
    const leaseMs = inForm({ short: 3_000, long: 10_000 });
    const { deployment, endpoint, runs } = await setup(leaseMs);
    await endpoint.received(8);
    const held = (await runs()).filter(({ state }) => state === TRIGGERED);
    expect(held.length).toBeLessThanOrEqual(THROTTLE.concurrency);
    const [killed, frozen] = deployment.running;
    if (!killed || !frozen) throw new Error('There are too few replicas.');
    const killedAt = Date.now();
    frozen.freeze();
    deployment.strike();
    await deployment.during(() => killed.kill());
    // Longer than its lease: what it held is another's by then.
    await lasting(leaseMs + 1_500);
    await until('most have ended', ENDED_WITHIN_MS, async () => {
      return (await runs()).filter(({ state }) => state === SUCCESS).length > RUNS * 0.6;
    });
    deployment.freezes.push({ fromMs: killedAt, untilMs: Date.now() });
    frozen.thaw();
    deployment.strike();
    await until('all of them have succeeded', ENDED_WITHIN_MS, async () => {
      return (await runs()).every(({ state }) => state === SUCCESS);
    });
    const calls = callTimes(endpoint.calls, runIdOf);
    expect([...calls.keys()].sort()).toEqual((await runs()).map(({ id }) => id).sort());
    // What those two held was taken over: called again, or for the first time, and later than its slot.
    const repeated = [...calls.values()].filter((at) => at.length > 1);
    expect(repeated.length).toBeLessThanOrEqual(THROTTLE.concurrency);
    const early = repeated.filter(([first = 0]) => first < killedAt - UNRECORDED_MS);
    expect(early).toEqual([]);
    const ats = endpoint.calls.map(({ atMs }) => atMs).sort((a, b) => a - b);
    const most = (ms: number) =>
      Math.max(...ats.map((from) => ats.filter((at) => at >= from && at < from + ms).length));
    expect(most(PER_MS)).toBeLessThanOrEqual(THROTTLE.calls + THROTTLE.concurrency);
    // An answer may be on its way for as long as it takes to be recorded: less than the call itself is certain.
    expect(most(CALL_MS - 20)).toBeLessThanOrEqual(2 * THROTTLE.concurrency);
    expectSound(await deployment.judged('kill -9 and SIGSTOP while runs wait for their throttle'));
  });
});

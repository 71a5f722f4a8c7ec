import { RUN_STATES } from '../../src/core/run-state.js';
import { ActionTarget } from '../support/action-target.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { until } from '../support/look-again.js';
import { Deployment, runIdOf, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { expectSound } from './support/report.js';

const server = await startServer();
const RUNS = inForm({ short: 20, long: 240 });
const PER_MS = 2_000;
const THROTTLE = { calls: 12, per: '2 seconds', concurrency: 3 };
const CALL_MS = 150;
const ENDED_WITHIN_MS = 30_000 + inForm({ short: 0, long: 60_000 });
/** For how long a call may not be recorded yet: outcomes wait for each other. */
const UNRECORDED_MS = 1_000;

/** A throttled application beside the workload, and runs of it that are asked for at once. */
async function setup(leaseMs: number) {
  const deployment = await Deployment.start(server, { replicas: 3, leaseMs });
  const { api, table } = deployment;
  const endpoint = await ActionTarget.start();
  atEndOfFile(() => endpoint.stop());
  endpoint.reacts({ kind: 'delay', ms: CALL_MS });
  const token = await api.tokenOf(null);
  const body = {
    ...{ name: 'throttled', action: endpoint.url(), active: true, throttle: THROTTLE },
    schedules: [{ time: 'in 10 years', active: false }],
  };
  const made = await api.send('post', '/scheduler/jobs', { token, body });
  const { jobId, schedules } = made.body;
  const { scheduleId } = schedules[0];
  for (let n = 0; n < RUNS; n++) {
    await api.send('post', `/scheduler/jobs/${jobId}/schedules/${scheduleId}/runs`, { token });
  }
  const runs = () =>
    table.query<{ id: string; state: number; claimed_by: number | null }>(
      `SELECT LOWER(HEX(id)) AS id, state, claimed_by FROM run
       WHERE LOWER(HEX(schedule_id)) = '${String(scheduleId).replaceAll('-', '')}' AND origin = 1`,
    );
  const held = () =>
    table.query<{ claimed_by: number }>(
      `SELECT claimed_by FROM run WHERE state = ${RUN_STATES.indexOf('TRIGGERED')}
       AND LOWER(HEX(schedule_id)) = '${String(scheduleId).replaceAll('-', '')}'`,
    );
  return { deployment, endpoint, runs, held };
}

describe('Runs of a throttled job', () => {
  it('are called as often as they may be, and all of them, where one replica is killed and another stands still', async () => {
    const leaseMs = inForm({ short: 3_000, long: 10_000 });
    const { deployment, endpoint, runs, held } = await setup(leaseMs);
    const SUCCESS = RUN_STATES.indexOf('SUCCESS');
    await endpoint.received(8);
    expect((await held()).length).toBeLessThanOrEqual(THROTTLE.concurrency);
    const [killed, frozen] = deployment.running;
    if (!killed || !frozen) throw new Error('There are too few replicas.');
    const killedAt = Date.now();
    frozen.freeze();
    deployment.strike();
    await deployment.during(() => killed.kill());
    await until('most have ended', ENDED_WITHIN_MS, async () => {
      return (await runs()).filter(({ state }) => state === SUCCESS).length > RUNS * 0.6;
    });
    deployment.freezes.push({ fromMs: killedAt, untilMs: Date.now() });
    frozen.thaw();
    deployment.strike();
    await until('all of them have succeeded', ENDED_WITHIN_MS, async () => {
      return (await runs()).every(({ state }) => state === SUCCESS);
    });
    const calls = new Map<string, number[]>();
    for (const call of endpoint.calls) {
      calls.set(runIdOf(call), [...(calls.get(runIdOf(call)) ?? []), call.atMs]);
    }
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

import { RUN_STATES } from '../../src/core/run-state.js';
import { storedAttempts } from '../../src/core/policy/attempts.js';
import { ActionTarget } from '../support/action-target.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { until } from '../support/look-again.js';
import { Deployment, runIdOf, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { expectSound } from './support/report.js';

const server = await startServer();
const RUNS = inForm({ short: 30, long: 200 });
const ENDED_WITHIN_MS = 30_000;
/** For how long a call may not be recorded yet: outcomes wait for each other. */
const UNRECORDED_MS = 1_000;

/** An application beside the workload that fails twice and then succeeds, and runs of it that are asked for. */
async function setup(leaseMs: number) {
  const deployment = await Deployment.start(server, { replicas: 2, leaseMs });
  const { api, table } = deployment;
  const endpoint = await ActionTarget.start();
  atEndOfFile(() => endpoint.stop());
  endpoint.reacts(({ headers }) => ({
    kind: 'answer',
    status: headers['x-carillon-attempt'] === '3' ? 200 : 500,
  }));
  const token = await api.tokenOf(null);
  const body = {
    ...{ name: 'retried', action: endpoint.url(), active: true },
    retry: { attempts: 2, delay: '4 seconds', factor: 1 },
    schedules: [{ time: 'in 10 years', active: false }],
  };
  const made = await api.send('post', '/scheduler/jobs', { token, body });
  const { jobId, schedules } = made.body;
  const { scheduleId } = schedules[0];
  for (let n = 0; n < RUNS; n++) {
    await api.send('post', `/scheduler/jobs/${jobId}/schedules/${scheduleId}/runs`, { token });
  }
  const runs = () =>
    table.query<{ id: string; state: number; attempt: number; attempts: string | null }>(
      `SELECT LOWER(HEX(id)) AS id, state, attempt, attempts FROM run
       WHERE LOWER(HEX(schedule_id)) = '${String(scheduleId).replaceAll('-', '')}' AND origin = 1`,
    );
  return { deployment, endpoint, runs };
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
    const made = new Map<string, number[]>();
    for (const call of endpoint.calls) {
      const key = `${runIdOf(call)} ${String(call.headers['x-carillon-attempt'])}`;
      made.set(key, [...(made.get(key) ?? []), call.atMs]);
    }
    const wanted = ended.flatMap(({ id }) => [1, 2, 3].map((attempt) => `${id} ${attempt}`));
    expect([...made.keys()].sort()).toEqual(wanted.sort());
    const repeated = [...made.values()].filter((at) => at.length > 1);
    expect(repeated.filter(([first = 0]) => first < killedAt - UNRECORDED_MS)).toEqual([]);
    expect(repeated.filter(([first = 0]) => first > killedAt + UNRECORDED_MS)).toEqual([]);
    expectSound(await deployment.judged('kill -9 while runs wait for another call'));
  });
});

import { RUN_STATES } from '../../src/core/run-state.js';
import { Deployment, startServer, usualReaction } from './support/deployment.js';
import { inForm } from './support/form.js';
import { expectSound } from './support/report.js';
import { until } from '../support/look-again.js';
import { lasting } from './support/waiting.js';

const server = await startServer();
const ACTION_TIMEOUT_MS = 1_000;
/** A connection at rest is closed after this at the latest. */
const KEEP_ALIVE_MS = 4_000;

interface Row {
  readonly id: string;
  readonly scheduleId: string;
  readonly state: string | undefined;
  readonly executedAt: number;
}

async function setup() {
  const leaseMs = inForm({ short: 3_000, long: 20_000 });
  const deployment = await Deployment.start(server, {
    replicas: 2,
    leaseMs,
    hasEndpointProxy: true,
    envOf: () => ({ ACTION_TIMEOUT_MS: String(ACTION_TIMEOUT_MS) }),
  });
  const { api, endpoint, table } = deployment;
  // What is not answered may be reported; nobody does, and so it ends, unknown, before the test does.
  const token = await api.tokenOf(null);
  await api.send('put', '/scheduler/globalParameters', { token, body: { ASYNC_EXEC_TIMEOUT: 2 } });
  await endpoint.received(60);
  /** Returns the runs whose call got no answer. */
  const listUnanswered = async (): Promise<Row[]> => {
    const states = ['ACK_NOT_RECVD', 'UNKNOWN'].map((state) =>
      RUN_STATES.findIndex((each) => each === state),
    );
    return table.query<Row>(
      `SELECT LOWER(HEX(id)) AS id, LOWER(HEX(schedule_id)) AS scheduleId, executed_at AS executedAt FROM run
       WHERE state IN (${states.join(',')})`,
    );
  };
  return { deployment, listUnanswered };
}

describe('An endpoint that falls silent', () => {
  it('and takes calls without an answer holds up nothing: the next runs are called on time', async () => {
    const { deployment, listUnanswered } = await setup();
    const { endpoint } = deployment;
    const before = endpoint.calls.length;
    endpoint.reacts({ kind: 'hang' });
    await lasting(inForm({ short: 3_000, long: 60_000 }));
    const after = endpoint.calls.length;
    endpoint.reacts(usualReaction);
    await deployment.recover();
    expect((await listUnanswered()).length).toBeGreaterThanOrEqual(after - before - 1);
    // Not a fault of the service, and so no window for one: each run is called once, and in time.
    const judgement = await deployment.judged('endpoint takes calls and never answers');
    expectSound(judgement);
    expect(judgement.doubled).toBe(0);
  });

  it('on the connections that were kept open loses what was sent on those, and says so; the next calls get through', async () => {
    const { deployment, listUnanswered } = await setup();
    const { endpoint, endpointProxy, swallowed } = deployment;
    for (let times = 0; times < inForm({ short: 1, long: 10 }); times++) {
      const atMs = Date.now();
      endpointProxy?.forget();
      await lasting(KEEP_ALIVE_MS + 2 * ACTION_TIMEOUT_MS);
      const got = new Set(deployment.calls.map((call) => call.runId));
      const known = new Set(swallowed.map((call) => call.runId));
      const lost = (await listUnanswered()).filter((run) => !got.has(run.id) && !known.has(run.id));
      expect(lost.length).toBeGreaterThan(0);
      // The service has sent them, and no connection tells whether what was sent arrived: all of it is soon after.
      for (const run of lost) expect(run.executedAt - atMs).toBeLessThan(KEEP_ALIVE_MS);
      swallowed.push(
        ...lost.map((run) => ({ scheduleId: run.scheduleId, runId: run.id, atMs: run.executedAt })),
      );
    }
    await until('calls get through', 5_000, async () => {
      await endpoint.received(endpoint.calls.length + 20);
      return true;
    });
    const judgement = await deployment.judged('kept connections to the endpoint silently dead');
    expectSound(judgement);
    expect(judgement.doubled).toBe(0);
  });
});

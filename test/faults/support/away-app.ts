import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEndOfFile } from '../../support/end-of-file.js';
import { until } from '../../support/look-again.js';
import type { Deployment } from './deployment.js';

const OPENS_WITHIN_MS = 15_000;
const RELEASES_WITHIN_MS = 30_000;
const CALLED_WITHIN_MS = 5_000;
const PROBE_MS = 5_000;
/** What was being sent when the circuit opened comes in its first moment. */
const MOMENT_MS = 1_000;
const EACH_SECOND = { cron: '* * * * * * *', active: true };

interface Call {
  readonly runId: string;
  readonly atMs: number;
  readonly wasAway: boolean;
}

/** An application, beside the workload and with an endpoint of its own, whose job has a breaker and whose endpoint is away for a while. */
export class AwayApp {
  private readonly calls: Call[] = [];
  private isAway = false;
  private openedAtMs = 0;

  private constructor(
    private readonly deployment: Deployment,
    private readonly token: string,
  ) {}

  private path = '';

  static async start(deployment: Deployment): Promise<AwayApp> {
    const app = new AwayApp(deployment, await deployment.api.tokenOf(null));
    const server = createServer((call, response) => {
      const runId = String(call.headers['x-sap-job-run-id']);
      app.calls.push({ runId, atMs: performance.now(), wasAway: app.isAway });
      response.writeHead(app.isAway ? 503 : 200).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    atEndOfFile(async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    });
    // A server that listens on TCP has an AddressInfo.
    const { port } = server.address() as AddressInfo;
    const schedules = Array.from({ length: 5 }, () => EACH_SECOND);
    const action = `http://127.0.0.1:${port}/`;
    const body = { name: 'away', action, breaker: true, active: true, schedules };
    const { body: made } = await deployment.api.send('post', '/scheduler/jobs', { token: app.token, body });
    app.path = `/scheduler/jobs/${made.jobId}`;
    await until('it is called', OPENS_WITHIN_MS, () => Promise.resolve(app.calls.length > 0));
    return app;
  }

  /** Lets the endpoint be away until its circuit is open. */
  async goAway(): Promise<void> {
    this.isAway = true;
    await until('its circuit is open', OPENS_WITHIN_MS, async () => (await this.circuit())?.state === 'open');
    this.openedAtMs = performance.now();
  }

  /** Changes the job while its circuit is open. */
  async edit(): Promise<void> {
    const body = { breaker: { holdFor: '10 minutes' } };
    await this.deployment.api.send('put', this.path, { token: this.token, body });
  }

  /** Lets the endpoint be there again, and waits until nothing waits for it. */
  async comeBack(): Promise<void> {
    this.isAway = false;
    await until('what waited is called', RELEASES_WITHIN_MS, async () => {
      const circuit = await this.circuit();
      return circuit === undefined || (circuit.state === 'releasing' && circuit.waiting === 0);
    });
  }

  /** Switches its job off, waits until each run has been called, and returns what is wrong: calls beside the probes. */
  async end(): Promise<string[]> {
    await this.deployment.api.send('put', this.path, { token: this.token, body: { active: false } });
    await until('every run is called', CALLED_WITHIN_MS, async () => (await this.uncalled()).length === 0);
    return this.doubleProbes();
  }

  /** Returns the runs that were not called, but for those that the end of the job has skipped. */
  private async uncalled(): Promise<string[]> {
    const { token } = this;
    const { body } = await this.deployment.api.send('get', `${this.path}/schedules?page_size=100`, { token });
    const uncalled: string[] = [];
    for (const { scheduleId } of body.results as { scheduleId: string }[]) {
      const path = `${this.path}/schedules/${scheduleId}/runs?page_size=100`;
      const { body: runs } = await this.deployment.api.send('get', path, { token });
      for (const { runId, runState } of runs.results as { runId: string; runState: string }[]) {
        const isCalled = this.calls.some((call) => call.runId === runId);
        if (!isCalled && runState !== 'SKIPPED') uncalled.push(runId);
      }
    }
    return uncalled;
  }

  /** Calls while the circuit was open that were no probe: two of different runs within the least time between two probes. */
  private doubleProbes(): string[] {
    const late = this.calls.filter((call) => call.wasAway && call.atMs > this.openedAtMs + MOMENT_MS);
    return late.flatMap((call, place) => {
      const next = late[place + 1];
      const isDouble =
        next !== undefined && next.runId !== call.runId && next.atMs - call.atMs < PROBE_MS - MOMENT_MS;
      return isDouble ? [`runs ${call.runId} and ${next.runId} were called while the circuit was open`] : [];
    });
  }

  private async circuit(): Promise<{ state: string; waiting: number } | undefined> {
    const { body } = await this.deployment.api.send('get', '/scheduler/breakers', { token: this.token });
    return (body.results as { state: string; waiting: number }[])[0];
  }
}

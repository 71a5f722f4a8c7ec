import { until } from '../../support/look-again.js';
import { runIdOf, type Deployment } from './deployment.js';
import { startOwnJob, type OwnJob } from './own-job.js';
import { plain } from './workload.js';

const OPENS_WITHIN_MS = 15_000;
const RELEASES_WITHIN_MS = 30_000;
const CALLED_WITHIN_MS = 5_000;
const PROBE_MS = 5_000;
/** What was being sent when the circuit opened comes in its first moment. */
const MOMENT_MS = 1_000;
const EACH_SECOND = { cron: '* * * * * * *', active: true };

/** The clock by which calls are noted. */
const now = () => performance.timeOrigin + performance.now();

/** An application, beside the workload and with an endpoint of its own, whose job has a breaker and whose endpoint is away for a while. */
export class AwayApp {
  private openedAtMs = 0;
  private backAtMs = Infinity;

  private constructor(
    private readonly deployment: Deployment,
    private readonly job: OwnJob,
  ) {}

  static async start(deployment: Deployment): Promise<AwayApp> {
    const schedules = Array.from({ length: 5 }, () => EACH_SECOND);
    const job = await startOwnJob(deployment, { name: 'away', schedules, breaker: true });
    await job.endpoint.received(1);
    return new AwayApp(deployment, job);
  }

  /** Lets the endpoint be away until its circuit is open. */
  async goAway(): Promise<void> {
    this.job.endpoint.reacts({ kind: 'answer', status: 503 });
    await until('its circuit is open', OPENS_WITHIN_MS, async () => (await this.circuit())?.state === 'open');
    this.openedAtMs = now();
  }

  /** Changes the job while its circuit is open. */
  async edit(): Promise<void> {
    await this.change({ breaker: { holdFor: '10 minutes' } });
  }

  /** Lets the endpoint be there again, and waits until nothing waits for it. */
  async comeBack(): Promise<void> {
    this.backAtMs = now();
    this.job.endpoint.reacts({ kind: 'answer' });
    await until('what waited is called', RELEASES_WITHIN_MS, async () => {
      const circuit = await this.circuit();
      return circuit === undefined || (circuit.state === 'releasing' && circuit.waiting === 0);
    });
  }

  /** Switches its job off, waits until each run has been called, and returns what is wrong: calls beside the probes. */
  async end(): Promise<string[]> {
    await this.change({ active: false });
    await until('every run is called', CALLED_WITHIN_MS, async () => (await this.uncalled()).length === 0);
    return this.doubleProbes();
  }

  /** Returns the runs that were not called, but for those that the end of the job has skipped. */
  private async uncalled(): Promise<string[]> {
    const { endpoint, path, scheduleIds } = this.job;
    const called = new Set(endpoint.calls.map(runIdOf));
    const uncalled: string[] = [];
    for (const scheduleId of scheduleIds) {
      const runs = await this.list<{ runId: string; runState: string }>(
        `${path}/schedules/${scheduleId}/runs?page_size=100`,
      );
      for (const { runId, runState } of runs) {
        if (!called.has(plain(runId)) && runState !== 'SKIPPED') uncalled.push(runId);
      }
    }
    return uncalled;
  }

  /** Calls while the circuit was open that were no probe: two of different runs within the least time between two probes. */
  private doubleProbes(): string[] {
    const late = this.job.endpoint.calls.filter(
      ({ atMs }) => atMs > this.openedAtMs + MOMENT_MS && atMs < this.backAtMs,
    );
    return late.flatMap((call, place) => {
      const next = late[place + 1];
      if (!next || next.atMs - call.atMs >= PROBE_MS - MOMENT_MS) return [];
      const [one, other] = [runIdOf(call), runIdOf(next)];
      return one === other ? [] : [`runs ${one} and ${other} were called while the circuit was open`];
    });
  }

  private async circuit(): Promise<{ state: string; waiting: number } | undefined> {
    return (await this.list<{ state: string; waiting: number }>('/scheduler/breakers'))[0];
  }

  private async list<Entry>(path: string): Promise<readonly Entry[]> {
    const { body } = await this.deployment.api.send('get', path, { token: this.job.token });
    return body.results as readonly Entry[];
  }

  private async change(body: object): Promise<void> {
    await this.deployment.api.send('put', this.job.path, { token: this.job.token, body });
  }
}

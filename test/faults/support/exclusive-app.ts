import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEndOfFile } from '../../support/end-of-file.js';
import { until } from '../../support/look-again.js';
import type { Chance } from './chance.js';
import type { Deployment } from './deployment.js';

/** Longer than the time between two firings: each meets the one before. */
const CALL_MS = 1_400;
const GOES_ON_WITHIN_MS = 20_000;

const CRONS = [{ cron: '* * * * * * *' }, { cron: '* * * * * * */2' }];
const INTERVALS = [{ repeatInterval: '1 second' }, { repeatInterval: '2 seconds' }];

/** A call as the endpoint saw it, from its first byte until it was answered or its connection ended. */
interface Span {
  readonly scheduleId: string;
  readonly runId: string;
  readonly fromMs: number;
  toMs: number | null;
}

/**
 * An application, beside the workload and with an endpoint of its own, that must never do two things at the same time: its schedules
 * fire every second, take longer than that, and skip, wait, or count from the end of the run before.
 */
export class ExclusiveApp {
  private readonly spans: Span[] = [];

  private constructor(
    private readonly deployment: Deployment,
    private readonly owner: { readonly token: string; readonly path: string },
    private readonly timings: ReadonlyMap<string, readonly object[]>,
    spans: Span[],
  ) {
    this.spans = spans;
  }

  static async start(deployment: Deployment): Promise<ExclusiveApp> {
    const spans: Span[] = [];
    const server = createServer((call, response) => take(spans, call, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    atEndOfFile(async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    });
    // A server that listens on TCP has an AddressInfo.
    const { port } = server.address() as AddressInfo;
    const token = await deployment.api.tokenOf(null);
    const cron = { ...CRONS[0], active: true };
    const schedules = [
      ...['skip', 'queue', 'skip', 'queue'].map((overlap) => ({ ...cron, overlap })),
      { repeatInterval: '1 second', repeatAfter: 'completion', overlap: 'queue', active: true },
      { repeatInterval: '1 second', repeatAfter: 'completion', active: true },
    ];
    const body = { name: 'exclusive', action: `http://127.0.0.1:${port}/`, active: true, schedules };
    const { body: made } = await deployment.api.send('post', '/scheduler/jobs', { token, body });
    const timings = (made.schedules as { scheduleId: string; cron?: string; overlap?: string }[]).map(
      ({ scheduleId, cron: pattern, overlap }): [string, readonly object[]] => {
        if (overlap === undefined) return [scheduleId, []];
        return [scheduleId, typeof pattern === 'string' ? CRONS : INTERVALS];
      },
    );
    const owner = { token, path: `/scheduler/jobs/${made.jobId}` };
    const app = new ExclusiveApp(deployment, owner, new Map(timings), spans);
    await app.goesOn();
    return app;
  }

  private get scheduleIds(): string[] {
    return [...this.timings.keys()];
  }

  /** Waits until each schedule has been called twice more. */
  async goesOn(): Promise<void> {
    const counts = () =>
      this.scheduleIds.map((id) => this.spans.filter((span) => span.scheduleId === id).length);
    const before = counts();
    await until('each schedule is called', GOES_ON_WITHIN_MS, () =>
      Promise.resolve(counts().every((count, place) => count >= (before[place] ?? 0) + 2)),
    );
  }

  /** Changes its schedules at random, one after the other; each goes on afterwards and forbids overlap as before. */
  async edit(times: number, chance: Chance): Promise<void> {
    const { token, path } = this.owner;
    for (let edits = 0; edits < times; edits++) {
      const id = chance.oneOf(this.scheduleIds);
      const send = (body: object) =>
        this.deployment.api.send('put', `${path}/schedules/${id}`, { token, body });
      const timings = this.timings.get(id) ?? [];
      // Where runs may overlap, one that is planned anew comes beside the one that is open.
      switch (timings.length === 0 ? 'data' : chance.oneOf(['data', 'timing', 'off and on'])) {
        case 'data':
          await send({ data: { edits } });
          break;
        case 'timing':
          await send(chance.oneOf(timings));
          break;
        default:
          await send({ active: false });
          await send({ active: true });
      }
    }
  }

  /** Switches its job off. */
  async end(): Promise<void> {
    const { token, path } = this.owner;
    await this.deployment.api.send('put', path, { token, body: { active: false } });
  }

  /** Returns what is wrong: two runs of one schedule that were open at the same time. */
  complaints(): string[] {
    return this.scheduleIds.flatMap((id) => {
      const spans = this.spans.filter(({ scheduleId }) => scheduleId === id);
      return spans.flatMap((one, place) =>
        spans
          .slice(place + 1)
          .filter((other) => other.runId !== one.runId && other.fromMs < (one.toMs ?? Infinity))
          .map((other) => `run ${other.runId} of schedule ${id} was called while run ${one.runId} was open`),
      );
    });
  }
}

function take(spans: Span[], call: IncomingMessage, response: ServerResponse): void {
  const span: Span = {
    scheduleId: String(call.headers['x-sap-job-schedule-id']),
    runId: String(call.headers['x-sap-job-run-id']),
    fromMs: performance.now(),
    toMs: null,
  };
  spans.push(span);
  const answer = setTimeout(() => {
    // Whoever gets the answer may call again before this process hears that it is gone.
    span.toMs = performance.now();
    response.writeHead(200).end();
  }, CALL_MS);
  response.on('close', () => {
    clearTimeout(answer);
    span.toMs ??= performance.now();
  });
}

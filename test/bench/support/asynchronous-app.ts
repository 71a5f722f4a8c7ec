import { startEndpoint, type Child } from './processes.js';

/** A report that was answered. */
export interface SentReport {
  /** Epoch milliseconds. */
  readonly sentAt: number;
  /** From the moment that the application wanted to send it, a wait for a free connection included, to the answer. */
  readonly ms: number;
  /** 0 where no answer came. */
  readonly status: number;
}

/** A request of one of the tenants, by its number: a PUT of its body, or a GET where it has none. */
export interface AppRequest {
  readonly path: string;
  readonly tenant: number;
  readonly body?: object;
}

/** Requests sent as fast as the connections can. */
export interface Flood {
  readonly seconds: number;
  readonly statuses: Readonly<Record<string, number>>;
}

/** The process of `reporting-endpoint.mjs`. */
export class AsynchronousApp {
  private constructor(
    private readonly child: Child,
    private readonly url: string,
  ) {}

  static async start(): Promise<AsynchronousApp> {
    const { child, url } = await startEndpoint('support/reporting-endpoint.mjs');
    return new AsynchronousApp(child, url);
  }

  /** The address that the tenant's jobs call. */
  target(tenant: number): string {
    return `${this.url}/call/${tenant}`;
  }

  async settings(given: { origin: string; tokens: readonly string[]; isHolding: boolean }): Promise<void> {
    await this.ask('/settings', given);
  }

  /** Returns how many calls came, how many reports are on their way, and how many runs are held. */
  async counts(): Promise<{ calls: number; open: number; held: number }> {
    return (await this.ask('/counts')) as { calls: number; open: number; held: number };
  }

  /** Returns the reports that were answered since this was last asked. */
  async reports(): Promise<SentReport[]> {
    const answered = (await this.ask('/reports')) as [number, number, number][];
    return answered.map(([sentAt, ms, status]) => ({ sentAt, ms, status }));
  }

  /** Returns where the runs that are held are to be reported, without a body. */
  async heldRuns(): Promise<AppRequest[]> {
    return (await this.ask('/held')) as AppRequest[];
  }

  /** Reports so many of the runs that are held; with a path in their place asks for that path; or sends requests in turns for so long. */
  async flood(
    given: { connections: number } & (
      { count: number; path?: string } | { seconds: number; requests: readonly AppRequest[] }
    ),
  ): Promise<Flood> {
    return (await this.ask('/flood', given)) as Flood;
  }

  async stop(): Promise<void> {
    await this.child.stop();
  }

  private async ask(path: string, body?: object): Promise<unknown> {
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}${path}`, sent);
    return answer.json();
  }
}

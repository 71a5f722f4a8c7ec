import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { atEndOfFile } from '../support/end-of-file.js';

/** One block of a stream: what stands between two empty lines. */
export interface StreamEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
  readonly retry?: string;
}

/** A client that listens to a stream of events, as a browser's EventSource does. */
export class Listening {
  readonly events: StreamEvent[] = [];
  readonly comments: string[] = [];
  private text = '';
  private readonly waiting: { isMet: () => boolean; resolve: () => void }[] = [];
  /** Resolves when the server, or this client, has ended the stream. */
  readonly closed: Promise<unknown>;

  private constructor(
    private readonly sent: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    response.setEncoding('utf8');
    response.on('data', (piece: string) => this.take(piece));
    // A stream that this client itself cuts ends with an error, which is meant.
    response.on('error', () => undefined);
    this.closed = new Promise((resolve) => response.once('close', resolve));
  }

  /** Opens a stream and returns it once the server has answered. */
  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Listening> {
    const sent = request(url, { headers: { Accept: 'text/event-stream', ...headers }, agent: false });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const listening = new Listening(sent, response);
    atEndOfFile(() => listening.close());
    return listening;
  }

  /** The completions that came, as the paths of the operations. */
  get completions(): string[] {
    return this.ofType('job-completion').map(({ data }) => String(JSON.parse(data ?? '')['job-uri']));
  }

  /** What the client would send as Last-Event-ID. */
  get lastEventId(): string {
    return this.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  }

  ofType(type: string): StreamEvent[] {
    return this.events.filter(({ event }) => event === type);
  }

  /** Waits until a condition on what has come is met. */
  async until(isMet: () => boolean): Promise<void> {
    if (!isMet()) await new Promise<void>((resolve) => this.waiting.push({ isMet, resolve }));
  }

  /** Waits until this many completions have come, and returns them. */
  async received(count: number): Promise<string[]> {
    await this.until(() => this.completions.length >= count);
    return this.completions;
  }

  /** Waits until the server says from where the stream goes on: what ends later is heard. */
  async ready(): Promise<this> {
    await this.until(() => this.events.length > 0);
    return this;
  }

  async close(): Promise<void> {
    this.sent.destroy();
    await this.closed;
  }

  private take(piece: string): void {
    this.text += piece;
    const blocks = this.text.split('\n\n');
    this.text = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      if (block.startsWith(':')) this.comments.push(block);
      else this.events.push(Object.fromEntries(lines.map((line) => line.split(/: (.*)/s))));
    }
    for (const waiter of this.waiting) if (waiter.isMet()) waiter.resolve();
  }
}

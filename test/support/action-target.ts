import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One call that the target got, as it came over the wire. */
export interface ReceivedCall {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** When it was received (milliseconds of the host's clock). */
  readonly atMs: number;
}

/**
 * What the target does with a call.
 * - `answer`: answers with the status (200 where it is left out), headers and body;
 * - `hold`: the same, but only when `release` is called;
 * - `delay`: the same, after so many milliseconds;
 * - `hang`: takes the call and never answers;
 * - `reset`: cuts the connection without an answer;
 * - `endless`: answers 200 and sends its body, piece after piece, for ever;
 * - `stall`: answers 200 with the first piece of a body and no more.
 */
export type Reaction =
  | {
      readonly kind: 'answer' | 'hold';
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | { readonly kind: 'delay'; readonly ms: number; readonly status?: number; readonly body?: string }
  | { readonly kind: 'hang' | 'reset' | 'endless' | 'stall' };

type Script = (call: ReceivedCall, place: number) => Reaction;

/** An application's action endpoint on 127.0.0.1: it records the calls that it gets and answers by a script. */
export class ActionTarget {
  readonly calls: ReceivedCall[] = [];
  private readonly waiting: { count: number; resolve: () => void }[] = [];
  private readonly held: (() => void)[] = [];
  private readonly delays = new Set<NodeJS.Timeout>();
  private script: Script = () => ({ kind: 'answer' });
  private readonly server = createServer((request, response) => void this.take(request, response));

  /** Starts a target on a free port; it answers 200 with no body until told otherwise. */
  static async start(): Promise<ActionTarget> {
    const target = new ActionTarget();
    target.server.listen(0, '127.0.0.1');
    await once(target.server, 'listening');
    return target;
  }

  /** Returns the URL of a path of the target. */
  url(path = '/action'): string {
    // A server that listens on TCP has an AddressInfo.
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${path}`;
  }

  /** Says what happens to each call from now on: one reaction for all, or a script that is asked per call. */
  reacts(reaction: Reaction | Script): void {
    this.script = typeof reaction === 'function' ? reaction : () => reaction;
  }

  /** Waits until the target has got this many calls in all. */
  async received(count: number): Promise<readonly ReceivedCall[]> {
    if (this.calls.length < count) {
      await new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
    }
    return this.calls;
  }

  /** Returns every call that is held. */
  release(): void {
    for (const answer of this.held.splice(0)) answer();
  }

  /** Ends the target and cuts every connection, also those of calls that hang. */
  async stop(): Promise<void> {
    for (const delay of this.delays) clearTimeout(delay);
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A caller may go away at any time: that is part of what is tested, and no fault of the target.
    response.on('error', () => undefined);
    const body = await text(request).catch(() => null);
    if (body === null) return;
    const { method = '', url = '', headers } = request;
    const call = { method, path: url, headers, body, atMs: performance.timeOrigin + performance.now() };
    this.calls.push(call);
    this.react(this.script(call, this.calls.length - 1), response);
    for (const waiter of this.waiting) if (this.calls.length >= waiter.count) waiter.resolve();
  }

  private react(reaction: Reaction, response: ServerResponse): void {
    switch (reaction.kind) {
      case 'answer':
      case 'hold': {
        const answer = () => response.writeHead(reaction.status ?? 200, reaction.headers).end(reaction.body);
        if (reaction.kind === 'hold') this.held.push(answer);
        else answer();
        return;
      }
      case 'delay': {
        const answer = () => response.writeHead(reaction.status ?? 200).end(reaction.body);
        this.delays.add(setTimeout(answer, reaction.ms));
        return;
      }
      case 'hang':
        return;
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'endless': {
        const send = () => {
          while (response.writable && response.write('x'.repeat(16_384)));
          if (response.writable) response.once('drain', send);
        };
        send();
        return;
      }
      case 'stall':
        response.writeHead(200).write('the first piece');
        return;
    }
  }
}

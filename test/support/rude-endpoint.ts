import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { readConfig } from '../../src/config/config.js';
import type { ActionOutcome } from '../../src/core/action-outcome.js';
import { HttpCaller, type HttpRequest } from '../../src/action/http/http-caller.js';
import { OutboundGuard } from '../../src/outbound/outbound-guard.js';
import { Resolver } from '../../src/outbound/outbound-resolver.js';

/** For tests that wait until the time limit is over; the others have the longest one, which nobody reaches. */
export const SHORT_LIMIT = { ACTION_TIMEOUT_MS: '1000' };
/** An answer with the body `ok`. */
export const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** What the endpoint does with the nth request that it has received whole. */
type Behaviour = (socket: Socket, request: string, count: number) => void;

interface Endpoint {
  readonly server: Server;
  readonly sockets: Set<Socket>;
  readonly requests: string[];
  readonly port: number;
  readonly url: string;
  connections: number;
  /** Resolves when no more than so many connections are open. */
  openAtMost(count: number): Promise<void>;
}

/** Returns the length of the first request in a text, 0 while it is not whole. */
function requestLength(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const whole = head + 4 + Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length < whole ? 0 : whole;
}

async function endpointThat(behaves: Behaviour): Promise<Endpoint> {
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer();
  server.on('connection', (socket: Socket) => {
    endpoint.connections += 1;
    endpoint.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      endpoint.sockets.delete(socket);
      for (const one of waiting) if (endpoint.sockets.size <= one.count) one.resolve();
    });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let length = requestLength(text); length > 0; length = requestLength(text)) {
        const request = text.slice(0, length);
        text = text.slice(length);
        endpoint.requests.push(request);
        behaves(socket, request, endpoint.requests.length);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // of a TCP server
  const endpoint: Endpoint = {
    server,
    sockets: new Set(),
    requests: [],
    port,
    url: `http://127.0.0.1:${port}/act`,
    connections: 0,
    openAtMost: (count) =>
      new Promise((resolve) => {
        if (endpoint.sockets.size <= count) resolve();
        else waiting.push({ count, resolve });
      }),
  };
  return endpoint;
}

/** Every name is this machine, but for `silent.test`, which nobody answers for. */
class EverythingHere extends Resolver {
  resolve(hostname: string): Promise<readonly string[]> {
    return hostname === 'silent.test' ? new Promise(() => undefined) : Promise.resolve(['127.0.0.1']);
  }
}

const started: { caller: HttpCaller; endpoint: Endpoint }[] = [];

/**
 * An endpoint that misbehaves on purpose, and an ActionCaller: the misbehaviour is the test's own, byte by byte,
 * which no web framework would let it be.
 */
export async function calling(behaves: Behaviour, env: Record<string, string> = {}) {
  const endpoint = await endpointThat(behaves);
  const config = readConfig(env);
  const caller = new HttpCaller(config, new OutboundGuard(config, new EverythingHere()));
  started.push({ caller, endpoint });
  const call = (request: Partial<HttpRequest> = {}): Promise<ActionOutcome> =>
    caller.call({
      tenancyId: 1,
      url: endpoint.url,
      method: 'POST',
      data: '{"a":1}',
      headers: {},
      ...request,
    });
  return { endpoint, caller, call };
}

/** Closes everything that `calling` has started; for `afterEach`. */
export async function endCalling(): Promise<void> {
  for (const { caller, endpoint } of started.splice(0)) {
    await caller.close();
    for (const socket of endpoint.sockets) socket.destroy();
    await new Promise((resolve) => endpoint.server.close(resolve));
  }
}

/** The outcome of a call that was answered. */
export const answered = (httpStatus: number, body: string): ActionOutcome => ({
  kind: 'answered',
  httpStatus,
  body,
});

/** The outcome of a call that found nobody: some message goes with the code. */
export const unreachable = (code: string) => ({
  kind: 'unreachable',
  code,
  message: expect.stringMatching(/\S/),
});

/** The body of an answer, for matchers of texts. */
export const bodyOf = (outcome: ActionOutcome): string =>
  outcome.kind === 'answered' ? outcome.body : `(${outcome.kind})`;

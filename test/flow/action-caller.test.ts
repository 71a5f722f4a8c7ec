import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readConfig } from '../../src/config/config.js';
import type { ActionOutcome } from '../../src/core/action-outcome.js';
import { ActionCaller, type ActionRequest } from '../../src/dispatch/action-caller.js';
import { OutboundGuard } from '../../src/dispatch/outbound-guard.js';

const LIMIT_MS = 250;
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** A server that hands each request, as text, to `answer`, and keeps what came. */
async function listening(answer: (socket: Socket, request: string, count: number) => void) {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (;;) {
        const head = text.indexOf('\r\n\r\n');
        if (head < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
        if (text.length < head + 4 + length) return;
        const request = text.slice(0, head + 4 + length);
        text = text.slice(request.length);
        requests.push(request);
        answer(socket, request, requests.length);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has one
  return { server, sockets, requests, port, url: `http://127.0.0.1:${port}/act` };
}

const open: { server: Server; sockets: Set<Socket> }[] = [];
const callers: ActionCaller[] = [];

async function setup(
  answer: (socket: Socket, request: string, count: number) => void,
  env: Record<string, string> = {},
) {
  const target = await listening(answer);
  open.push(target);
  const config = readConfig({ ACTION_TIMEOUT_MS: String(LIMIT_MS), ...env });
  const caller = new ActionCaller(config, new OutboundGuard(config));
  callers.push(caller);
  const call = (request: Partial<ActionRequest> = {}): Promise<ActionOutcome> =>
    caller.call({ url: target.url, method: 'POST', data: '{"a":1}', headers: {}, ...request });
  return { ...target, caller, call };
}

afterEach(async () => {
  for (const caller of callers.splice(0)) await caller.close();
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('ActionCaller', () => {
  it('answers the status and the body', async () => {
    const { call } = await setup((socket) => socket.write(OK));
    expect(await call()).toEqual({ kind: 'answered', httpStatus: 200, body: 'ok' });
  });
  it('keeps to the time limit when no answer comes', async () => {
    const { call } = await setup(() => undefined);
    expect(await call()).toEqual({ kind: 'unanswered' });
  });
});

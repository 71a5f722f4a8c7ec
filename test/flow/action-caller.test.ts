import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { readConfig } from '../../src/config/config.js';
import { KEPT_BODY_BYTES, type ActionOutcome } from '../../src/core/action-outcome.js';
import { ActionCaller, type ActionRequest } from '../../src/dispatch/action-caller.js';
import { OutboundGuard } from '../../src/dispatch/outbound-guard.js';
import { Resolver } from '../../src/dispatch/outbound-resolver.js';

const LIMIT_MS = 300;
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

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

/** Answers the length of the first request in a text, 0 while it is not whole. */
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

const started: { caller: ActionCaller; endpoint: Endpoint }[] = [];

async function setup(behaves: Behaviour, env: Record<string, string> = {}) {
  const endpoint = await endpointThat(behaves);
  const config = readConfig({ ACTION_TIMEOUT_MS: String(LIMIT_MS), ...env });
  const caller = new ActionCaller(config, new OutboundGuard(config, new EverythingHere()));
  started.push({ caller, endpoint });
  const call = (request: Partial<ActionRequest> = {}): Promise<ActionOutcome> =>
    caller.call({ url: endpoint.url, method: 'POST', data: '{"a":1}', headers: {}, ...request });
  return { endpoint, caller, call };
}

afterEach(async () => {
  for (const { caller, endpoint } of started.splice(0)) {
    await caller.close();
    for (const socket of endpoint.sockets) socket.destroy();
    await new Promise((resolve) => endpoint.server.close(resolve));
  }
});

const answered = (httpStatus: number, body: string): ActionOutcome => ({
  kind: 'answered',
  httpStatus,
  body,
});
const unreachable = (code: string) => ({ kind: 'unreachable', code, message: expect.stringMatching(/\S/) });
const bodyOf = (outcome: ActionOutcome): string =>
  outcome.kind === 'answered' ? outcome.body : `(${outcome.kind})`;

describe('ActionCaller: the request', () => {
  const sent = async (request: Partial<ActionRequest>) => {
    const { call, endpoint } = await setup((socket) => socket.write(OK));
    expect(await call({ url: `${endpoint.url}?kept=1#not`, ...request })).toEqual(answered(200, 'ok'));
    const [head = '', body = ''] = endpoint.requests.join('').split('\r\n\r\n');
    const [line, ...headers] = head.split('\r\n');
    return { line, headers, body };
  };

  it.each(['POST', 'PUT'] as const)('carries the data of %s as its JSON body', async (method) => {
    const { line, headers, body } = await sent({ method, data: '{"a":"\\u0000","b":[1]}' });
    expect(line).toBe(`${method} /act?kept=1 HTTP/1.1`);
    expect(headers).toContain('content-type: application/json');
    expect(body).toBe('{"a":"\\u0000","b":[1]}');
  });

  it.each(['GET', 'DELETE'] as const)('carries the data of %s as query parameters', async (method) => {
    const data = '{"text":"a b&c+d/ü","n":1,"yes":true,"none":null,"nested":{"x":[1,"2"]}}';
    const { line, headers, body } = await sent({ method, data });
    const query =
      'text=a%20b%26c%2Bd%2F%C3%BC&n=1&yes=true&none=null&nested=%7B%22x%22%3A%5B1%2C%222%22%5D%7D';
    expect(line).toBe(`${method} /act?kept=1&${query} HTTP/1.1`);
    expect(headers.join()).not.toMatch(/content-type/i);
    expect(body).toBe('');
  });

  it.each(['GET', 'POST', 'PUT', 'DELETE'] as const)('has no body where %s has no data', async (method) => {
    const { line, headers, body } = await sent({ method, data: null });
    expect(line).toBe(`${method} /act?kept=1 HTTP/1.1`);
    expect(headers.join()).not.toMatch(/content-type/i);
    expect(body).toBe('');
  });

  it('leaves the path alone where the data is empty', async () => {
    expect((await sent({ method: 'GET', data: '{}' })).line).toBe('GET /act?kept=1 HTTP/1.1');
  });

  it('passes the given headers on and asks for an unencoded answer', async () => {
    const { headers } = await sent({
      headers: { authorization: 'Bearer t', 'x-sap-job-id': '7', traceparent: '00-1' },
    });
    expect(headers).toEqual(
      expect.arrayContaining([
        'authorization: Bearer t',
        'x-sap-job-id: 7',
        'traceparent: 00-1',
        'accept-encoding: identity',
      ]),
    );
  });

  it('says that a header which cannot be sent is at fault, and sends nothing', async () => {
    const { call, endpoint } = await setup((socket) => socket.write(OK));
    expect(await call({ headers: { 'x-bad': 'a\r\nb' } })).toEqual(unreachable('UND_ERR_INVALID_ARG'));
    expect(endpoint.requests).toEqual([]);
    expect(await call({ headers: { 'x-good': 'a b' } })).toEqual(answered(200, 'ok'));
  });
});

describe('ActionCaller: the answer', () => {
  it.each([200, 202, 299, 302, 399, 400, 401, 404, 500, 503, 599])(
    'keeps status %i and its body',
    async (status) => {
      const { call } = await setup((socket) =>
        socket.write(`HTTP/1.1 ${status} X\r\ncontent-length: 4\r\n\r\nbody`),
      );
      expect(await call()).toEqual(answered(status, 'body'));
    },
  );

  it.each([204, 304])('takes %i, which has no body', async (status) => {
    const { call } = await setup((socket) => socket.write(`HTTP/1.1 ${status} X\r\n\r\n`));
    expect(await call()).toEqual(answered(status, ''));
  });

  it('does not follow a redirect, neither to this endpoint nor to a metadata address', async () => {
    for (const location of ['/other', 'http://169.254.169.254/latest/meta-data/']) {
      const { call, endpoint } = await setup((socket) =>
        socket.write(`HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`),
      );
      expect(await call()).toEqual(answered(302, ''));
      expect(endpoint.requests).toHaveLength(1);
    }
  });

  it('keeps exactly 64 KB whole and marks one byte more as cut', async () => {
    for (const excess of [0, 1]) {
      const body = 'x'.repeat(KEPT_BODY_BYTES + excess);
      const { call } = await setup((socket) =>
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`),
      );
      const kept = 'x'.repeat(KEPT_BODY_BYTES);
      expect(await call()).toEqual(answered(200, excess === 0 ? kept : `${kept} [cut: longer than 64 KB]`));
    }
  });

  it('leaves an endless body at 64 KB, at once, and ends the connection', async () => {
    const { call, endpoint } = await setup(
      (socket) => {
        socket.write('HTTP/1.1 202 Accepted\r\ntransfer-encoding: chunked\r\n\r\n');
        const more = () => {
          while (socket.writable && socket.write(`400\r\n${'y'.repeat(1024)}\r\n`));
        };
        socket.on('drain', more);
        more();
      },
      { ACTION_TIMEOUT_MS: '15000' },
    );
    const outcome = await call();
    expect(outcome).toEqual(answered(202, `${'y'.repeat(KEPT_BODY_BYTES)} [cut: longer than 64 KB]`));
    await endpoint.openAtMost(0);
  });

  it('decides by the status when the body drips beyond the time, and marks what came', async () => {
    const { call, endpoint } = await setup((socket) => {
      socket.write('HTTP/1.1 500 Oops\r\ncontent-length: 100000\r\n\r\n');
      const drip = setInterval(() => socket.write('z'), 5);
      socket.on('close', () => clearInterval(drip));
    });
    const outcome = await call();
    expect(outcome).toMatchObject({ kind: 'answered', httpStatus: 500 });
    expect(bodyOf(outcome)).toMatch(/^z+ \[cut: not complete within the time limit\]$/);
    await endpoint.openAtMost(0);
  });

  it('decides by the status when the body stalls, and when none of it comes', async () => {
    for (const begun of ['begun', '']) {
      const { call } = await setup((socket) =>
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n${begun}`),
      );
      expect(await call()).toEqual(answered(200, `${begun} [cut: not complete within the time limit]`));
    }
  });

  it.each([
    ['a reset', (socket: Socket) => socket.resetAndDestroy()],
    ['an end', (socket: Socket) => socket.end()],
  ])('decides by the status when %s cuts the body', async (_, cut) => {
    const { call } = await setup((socket) => {
      socket.write('HTTP/1.1 400 Bad\r\ncontent-length: 100\r\n\r\nbegun', () => setImmediate(cut, socket));
    });
    const outcome = await call();
    expect(outcome).toMatchObject({ kind: 'answered', httpStatus: 400 });
    // A reset may overtake what was sent before it.
    expect(bodyOf(outcome)).toMatch(/^(begun)? \[cut: the connection ended early\]$/);
  });

  it('takes a body without a length up to the end of the connection', async () => {
    const { call } = await setup((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
    expect(await call()).toEqual(answered(200, 'all of it'));
  });

  it('puts characters together that were sent in pieces', async () => {
    const { call } = await setup((socket) => {
      const pieces = [...Buffer.from('a€😀ü')].map((byte) =>
        Buffer.concat([Buffer.from('1\r\n'), Buffer.from([byte]), Buffer.from('\r\n')]),
      );
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      for (const piece of pieces) socket.write(piece);
      socket.write('0\r\n\r\n');
    });
    expect(await call()).toEqual(answered(200, 'a€😀ü'));
  });

  it.each([1, 2, 3])(
    'drops the character that the cut goes through (%i of its bytes are within)',
    async (within) => {
      const body = Buffer.from('x'.repeat(KEPT_BODY_BYTES - within) + '😀😀');
      const { call } = await setup((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
        socket.write(body);
      });
      expect(await call()).toEqual(
        answered(200, `${'x'.repeat(KEPT_BODY_BYTES - within)} [cut: longer than 64 KB]`),
      );
    },
  );

  it('shows bytes that are not UTF-8 as replacement characters, and keeps NUL and quotes', async () => {
    const { call } = await setup((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n');
      socket.write(Buffer.from([0x61, 0xff, 0xc3, 0x28, 0x00, 0x22, 0x5c, 0x0a]));
    });
    const outcome = await call();
    expect(outcome).toEqual(answered(200, 'a\uFFFD\uFFFD(\0"\\\n'));
    expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
  });

  it('does not unpack an encoded body, be it a bomb or not', async () => {
    for (const body of [gzipSync('text'), gzipSync(Buffer.alloc(100_000_000))]) {
      const { call } = await setup((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`);
        socket.write(body);
      });
      expect(await call()).toEqual(
        answered(200, '[not kept: the body is encoded (gzip) although that was not asked for]'),
      );
    }
    const { call } = await setup((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\ncontent-length: 4\r\n\r\ntext'),
    );
    expect(await call()).toEqual(answered(200, 'text'));
  });
});

describe('ActionCaller: no answer', () => {
  it('is unanswered when the request was taken and no status line came in time', async () => {
    const { call, endpoint } = await setup(() => undefined);
    expect(await call()).toEqual({ kind: 'unanswered' });
    expect(endpoint.requests).toHaveLength(1);
    await endpoint.openAtMost(0);
  });

  it('is unanswered on a kept connection too, and leaves no time limit behind', async () => {
    const { call } = await setup((socket, _, count) => {
      if (count !== 2) socket.write(OK);
    });
    expect(await call()).toEqual(answered(200, 'ok'));
    expect(await call()).toEqual({ kind: 'unanswered' });
    expect(await call()).toEqual(answered(200, 'ok'));
  });

  it('is unanswered when the headers never end', async () => {
    const { call } = await setup((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('x: y\r\n'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    expect(await call()).toEqual({ kind: 'unanswered' });
  });

  it('is unreachable when the headers are larger than is read', async () => {
    const { call, endpoint } = await setup((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\ncontent-length: 2\r\n\r\nok`);
    });
    expect(await call()).toEqual(unreachable('HPE_HEADER_OVERFLOW'));
    await endpoint.openAtMost(0);
    const { call: callSmaller } = await setup((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(10_000)}\r\ncontent-length: 2\r\n\r\nok`);
    });
    expect(await callSmaller()).toEqual(answered(200, 'ok'));
  });

  it.each([
    ['a reset', (socket: Socket) => socket.resetAndDestroy()],
    ['an end', (socket: Socket) => socket.end()],
    [
      'a reset within the status line',
      (socket: Socket) => socket.write('HTTP/1.1 20', () => socket.resetAndDestroy()),
    ],
    ['an end within the headers', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nx: y\r\n')],
  ] as const)('is unreachable after %s instead of an answer', async (_, behaves) => {
    const { call, endpoint } = await setup((socket) => void behaves(socket));
    expect(await call()).toEqual({
      kind: 'unreachable',
      code: expect.stringMatching(/^(ECONNRESET|HPE_)/),
      message: expect.any(String),
    });
    expect(endpoint.requests).toHaveLength(1);
  });

  it.each(['SSH-2.0-OpenSSH_9.6\r\n', '220 mail ESMTP\r\n', '\0\x01\x02', 'HTTP/1.1 abc\r\n\r\n'])(
    'is unreachable when %j is no HTTP',
    async (greeting) => {
      const { call } = await setup((socket) => socket.write(greeting));
      expect(await call()).toEqual({
        kind: 'unreachable',
        code: expect.stringMatching(/^HPE_/),
        message: expect.any(String),
      });
    },
  );

  it('is unreachable when the endpoint changes to another protocol', async () => {
    const { call } = await setup((socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    );
    expect(await call()).toEqual(unreachable('ECONNRESET'));
  });

  it('is unreachable when the connection is refused', async () => {
    const { call, endpoint } = await setup((socket) => socket.write(OK));
    await new Promise((resolve) => endpoint.server.close(resolve));
    expect(await call()).toEqual(unreachable('ECONNREFUSED'));
    // A name with several addresses, each of which refuses.
    const several = await call({ url: `http://localhost:${endpoint.port}/` });
    expect(several).toEqual(unreachable('ECONNREFUSED'));
  });

  it('is unreachable, not unanswered, when no name server answers in time', async () => {
    const { call, endpoint } = await setup((socket) => socket.write(OK));
    expect(await call({ url: `http://silent.test:${endpoint.port}/` })).toEqual(unreachable('ETIMEDOUT'));
    expect(await call({ url: `http://heard.test:${endpoint.port}/` })).toEqual(answered(200, 'ok'));
  });

  it('is unreachable, not unanswered, when the TLS handshake is never finished', async () => {
    const { call, endpoint } = await setup(() => undefined);
    expect(await call({ url: `https://127.0.0.1:${endpoint.port}/` })).toEqual(unreachable('ETIMEDOUT'));
    expect(endpoint.connections).toBe(1);
    await endpoint.openAtMost(0);
  });

  it('is unreachable when the endpoint does not speak TLS', async () => {
    const { call, endpoint } = await setup(() => undefined);
    endpoint.server.on('connection', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await call({ url: `https://127.0.0.1:${endpoint.port}/` })).toMatchObject({ kind: 'unreachable' });
  });
});

describe('ActionCaller: interim answers', () => {
  const INTERIM = [
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 102 Processing\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n',
  ];

  it.each(INTERIM)('passes over %j', async (interim) => {
    const { call } = await setup((socket) => socket.write(interim + interim + OK));
    expect(await call()).toEqual(answered(200, 'ok'));
    expect(await call()).toEqual(answered(200, 'ok'));
  });

  it.each(INTERIM)('passes over %j that comes byte by byte', async (interim) => {
    const { call } = await setup(
      (socket) => {
        const bytes = [...(interim + OK)];
        const next = () => {
          const byte = bytes.shift();
          if (byte !== undefined) socket.write(byte, () => setImmediate(next));
        };
        next();
      },
      { ACTION_TIMEOUT_MS: '15000' },
    );
    expect(await call()).toEqual(answered(200, 'ok'));
  });

  it.each(INTERIM)('is unanswered when nothing follows on %j', async (interim) => {
    const { call } = await setup((socket) => socket.write(interim));
    expect(await call()).toEqual({ kind: 'unanswered' });
  });

  it('leaves a body alone that looks like one', async () => {
    const text = 'HTTP/1.1 100 Continue\r\n\r\n';
    const { call } = await setup((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n`, () =>
        setImmediate(() => socket.write(text)),
      );
    });
    expect(await call()).toEqual(answered(200, text));
  });
});

describe('ActionCaller: connections', () => {
  it('uses a connection again, one call at a time', async () => {
    const { call, endpoint } = await setup((socket) => socket.write(OK));
    for (let i = 0; i < 5; i++) expect(await call()).toEqual(answered(200, 'ok'));
    expect(endpoint.connections).toBe(1);
    await Promise.all([call(), call(), call()]);
    expect(endpoint.connections).toBe(3);
  });

  it('takes a new connection after "connection: close"', async () => {
    const { call, endpoint } = await setup((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'),
    );
    for (let i = 0; i < 3; i++) expect(await call()).toEqual(answered(200, 'ok'));
    expect(endpoint.connections).toBe(3);
  });

  it.each([
    ['ends', (socket: Socket) => socket.destroy()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ])(
    'calls once on a new connection when the endpoint %s the kept one before the request is written',
    async (_, close) => {
      const { call, endpoint } = await setup((socket) => socket.write(OK));
      for (let i = 0; i < 20; i++) {
        expect(await call()).toEqual(answered(200, 'ok'));
        for (const socket of endpoint.sockets) close(socket);
      }
      expect(endpoint.requests).toHaveLength(20);
    },
  );

  it('never sends twice what was written: a kept connection that dies under a request is unreachable', async () => {
    for (const method of ['GET', 'POST'] as const) {
      const { call, endpoint } = await setup((socket, _, count) => {
        if (count === 2) socket.resetAndDestroy();
        else socket.write(OK);
      });
      expect(await call({ method })).toEqual(answered(200, 'ok'));
      expect(await call({ method })).toEqual(unreachable('ECONNRESET'));
      expect(endpoint.requests).toHaveLength(2);
      expect(await call({ method })).toEqual(answered(200, 'ok'));
    }
  });

  it('does not take bytes that nobody asked for as the answer of the next call', async () => {
    const { call, endpoint } = await setup((socket, _, count) =>
      socket.write(count === 1 ? `${OK}HTTP/1.1 500 Forged\r\ncontent-length: 0\r\n\r\n` : OK),
    );
    expect(await call()).toEqual(answered(200, 'ok'));
    expect(await call()).toEqual(answered(200, 'ok'));
    expect(endpoint.connections).toBe(2);
  });

  it('keeps no more connections at rest than calls may be in flight, however many hosts there are', async () => {
    const { call, endpoint } = await setup((socket) => socket.write(OK), { MAX_CALLS: '3' });
    for (let i = 0; i < 50; i++) {
      expect(await call({ url: `http://host-${i}.test:${endpoint.port}/` })).toEqual(answered(200, 'ok'));
    }
    expect(endpoint.connections).toBe(50);
    await endpoint.openAtMost(3);
    await call({ url: `http://host-49.test:${endpoint.port}/` });
    expect(endpoint.connections).toBe(50);
  });

  it('ends open calls by their own limit when it closes, and makes no more', async () => {
    const { call, caller, endpoint } = await setup((socket, _, count) => {
      if (count === 1) socket.write(OK);
    });
    await call();
    const open = call();
    const closed = caller.close();
    expect(await open).toEqual({ kind: 'unanswered' });
    await closed;
    await endpoint.openAtMost(0);
    await expect(call()).rejects.toThrow('closed');
  });

  it('lets an open call end well when it closes', async () => {
    const { call, caller } = await setup((socket) => setImmediate(() => socket.write(OK)));
    const open = call();
    await caller.close();
    expect(await open).toEqual(answered(200, 'ok'));
  });
});
